package console

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"sync"

	"orderly.example/bot"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// Server is what a room needs of the API's client.
type Server interface {
	Room(ctx context.Context, room string) iter.Seq2[wire.RoomMessage, error]
	Say(ctx context.Context, room, text, key string) (wire.Outcome, error)
	Act(ctx context.Context, id string, kind ops.ActKind, planHash, note, key string) (ops.Reply, error)
}

// Lines reads what the person types, one line at a time, and ends with io.EOF.
type Lines interface {
	ReadLine() (string, error)
}

// Room is one person in one room.
type Room struct {
	Name    string
	Me      ops.User
	Lang    string
	Server  Server
	Phrases bot.Phrases
	In      Lines
	Out     io.Writer
	InPlace bool // Out understands cursor movements: a message changes where it stands

	mu      sync.Mutex
	entries []entry
	asking  string                // the change whose buttons the numbers press
	latest  map[string]ops.Status // of the messages in the room
}

// entry is a block of lines of the transcript: a message of a change, or something said once.
type entry struct {
	id   string // of the change; empty: said once
	text string
}

// Run shows the room until the person leaves it (end of input) or the context ends.
func (r *Room) Run(ctx context.Context) error {
	r.latest = map[string]ops.Status{}
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	r.once(ops.Textf("room %s, you are %s; type help, or a line such as: status shop.*:prod", "聊天室 %s,您是 %s;输入 help 查看帮助,或直接输入如:status shop.*:prod", r.Name, r.Me.ID).In(r.Lang))
	lost := make(chan error, 1)
	go func() {
		lost <- r.listen(ctx)
		leave()
	}()
	typed := make(chan error, 1)
	go func() { typed <- r.read(ctx) }()
	select {
	case err := <-typed:
		return err
	case err := <-lost:
		return err
	}
}

// listen shows every message in its latest form.
func (r *Room) listen(ctx context.Context) error {
	for m, err := range r.Server.Room(ctx, r.Name) {
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		r.show(m.Status)
	}
	return nil
}

// read does what the person types.
func (r *Room) read(ctx context.Context) error {
	for {
		line, err := r.In.ReadLine()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read what you type: %w", err)
		}
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		r.once(r.Me.ID + "> " + line)
		if answer := r.do(ctx, line); answer != "" {
			r.once(answer)
		}
	}
}

// do presses a button or says the line, and returns what is answered at once.
func (r *Room) do(ctx context.Context, line string) string {
	if n, err := strconv.Atoi(line); err == nil {
		return r.press(ctx, n)
	}
	o, err := r.Server.Say(ctx, r.Name, line, rand.Text())
	if err != nil {
		return ops.TextOf(err).In(r.Lang)
	}
	if o.ChangeID != "" && o.Reply == nil && o.Status == nil {
		return "" // its message follows in the room
	}
	return o.Text.In(r.Lang)
}

// press presses the n-th button, from 1, of the message that has them.
func (r *Room) press(ctx context.Context, n int) string {
	r.mu.Lock()
	s, ok := r.latest[r.asking]
	r.mu.Unlock()
	if !ok || n < 1 || n > len(s.CanContinue) {
		return ops.Textf("there is no button %d", "没有按钮 %d", n).In(r.Lang)
	}
	hash := ""
	if s.Plan != nil {
		hash = s.Plan.Hash
	}
	reply, err := r.Server.Act(ctx, s.ID, s.CanContinue[n-1], hash, "", rand.Text())
	if err != nil {
		return ops.TextOf(err).In(r.Lang)
	}
	return reply.Text.In(r.Lang)
}

// show draws a message where it stands, or below everything when it is new.
func (r *Room) show(s ops.Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latest[s.ID] = s
	before := r.asking
	r.ask(s)
	e := entry{id: s.ID, text: r.text(s)}
	at := -1
	for i := range r.entries {
		if r.entries[i].id == s.ID {
			at = i
		}
	}
	switch {
	case at < 0:
		r.add(e)
	case r.entries[at].text != e.text || before != r.asking:
		r.replace(at, e)
	}
}

// ask decides whose buttons the numbers press: those of the newest message that waits for a person.
func (r *Room) ask(s ops.Status) {
	switch {
	case s.State == ops.WaitingApproval || s.State == ops.Held:
		r.asking = s.ID
	case r.asking == s.ID:
		r.asking = ""
	}
}

func (r *Room) text(s ops.Status) string {
	text := r.Phrases.Message(s, r.Lang)
	if r.asking != s.ID {
		return text
	}
	var buttons []string
	for i, kind := range s.CanContinue {
		buttons = append(buttons, fmt.Sprintf("[%d] %s", i+1, kind))
	}
	return text + "\n" + strings.Join(buttons, "  ")
}

func (r *Room) once(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(entry{text: text})
}

func (r *Room) add(e entry) {
	r.entries = append(r.entries, e)
	r.write(e.text + "\n")
}

// replace changes a block in place by drawing again everything from it on. Where that is not possible the new form is
// written below.
func (r *Room) replace(at int, e entry) {
	below := r.entries[at:]
	if !r.InPlace || height(below) > maxRedraw {
		r.entries = append(append(r.entries[:at:at], r.entries[at+1:]...), e)
		r.write(e.text + "\n")
		return
	}
	up := height(below)
	r.entries[at] = e
	var b strings.Builder
	fmt.Fprintf(&b, "\x1b[%dA\x1b[J", up)
	for _, o := range r.entries[at:] {
		b.WriteString(o.text + "\n")
	}
	r.write(b.String())
}

// maxRedraw is how many lines up a message may stand to be changed in place; terminals are rarely higher.
const maxRedraw = 40

func height(entries []entry) int {
	n := 0
	for _, e := range entries {
		n += strings.Count(e.text, "\n") + 1
	}
	return n
}

func (r *Room) write(s string) { _, _ = io.WriteString(r.Out, s) }

// Plain reads lines from a pipe or a file.
func Plain(in io.Reader) Lines { return plain{bufio.NewScanner(in)} }

type plain struct{ s *bufio.Scanner }

// ReadLine reads the next line.
func (p plain) ReadLine() (string, error) {
	if p.s.Scan() {
		return p.s.Text(), nil
	}
	if err := p.s.Err(); err != nil {
		return "", err
	}
	return "", io.EOF
}
