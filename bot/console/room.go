package console

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
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
	InPlace bool                       // Out is a terminal: it shows what is typed, and a message changes where it stands
	Size    func() (columns, rows int) // of the screen; nil: not known

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
		r.typed(r.Me.ID + "> " + line)
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

// show draws a message where it stands, or below everything when it is new. Only one message has buttons, so that a
// number means one thing: another message gets them or loses them with it.
func (r *Room) show(s ops.Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latest[s.ID] = s
	before := r.asking
	r.asking = r.waiting(s)
	known := false
	var changed []int
	for i, e := range r.entries {
		known = known || e.id == s.ID
		if e.id != "" && (e.id == s.ID || e.id == before || e.id == r.asking) && r.text(r.latest[e.id]) != e.text {
			changed = append(changed, i)
		}
	}
	if len(changed) > 0 {
		r.replace(changed)
	}
	if !known {
		r.add(entry{id: s.ID, text: r.text(s)})
	}
}

// waiting is the newest message that waits for a person: the numbers press its buttons.
func (r *Room) waiting(news ops.Status) string {
	waits := func(s ops.Status) bool {
		return slices.Contains([]ops.State{ops.WaitingApproval, ops.Held, ops.Paused}, s.State)
	}
	at := slices.IndexFunc(r.entries, func(e entry) bool { return e.id == news.ID })
	if at < 0 && waits(news) {
		return news.ID
	}
	for _, e := range slices.Backward(r.entries) {
		if e.id != "" && waits(r.latest[e.id]) {
			return e.id
		}
	}
	return ""
}

func (r *Room) text(s ops.Status) string {
	text := r.Phrases.Message(s, r.Lang)
	if r.asking != s.ID {
		return text
	}
	var buttons []string
	for i, kind := range s.CanContinue {
		buttons = append(buttons, fmt.Sprintf("[%d] %s", i+1, kind.Text().In(r.Lang)))
	}
	return text + "\n" + strings.Join(buttons, "  ")
}

func (r *Room) once(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(entry{text: text})
}

// typed keeps what the person typed in the transcript; a terminal shows it already.
func (r *Room) typed(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.InPlace {
		r.entries = append(r.entries, entry{text: line})
		return
	}
	r.add(entry{text: line})
}

func (r *Room) add(e entry) {
	r.entries = append(r.entries, e)
	r.write(e.text + "\n")
}

// replace changes messages in place by drawing again everything from the first of them on. Where that is not possible
// their new forms are written below, but for one that only lost its buttons.
func (r *Room) replace(changed []int) {
	columns, rows := r.size()
	from := changed[0]
	up := height(r.entries[from:], columns)
	if !r.InPlace || up >= rows { // what scrolled off the screen cannot be reached
		r.below(changed)
		return
	}
	for _, i := range changed {
		r.entries[i].text = r.text(r.latest[r.entries[i].id])
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\x1b[%dA\x1b[J", up)
	for _, e := range r.entries[from:] {
		b.WriteString(e.text + "\n")
	}
	r.write(b.String())
}

// below writes messages anew at the end.
func (r *Room) below(changed []int) {
	var again []entry
	for _, i := range slices.Backward(changed) {
		e := r.entries[i]
		was := e.text
		e.text = r.text(r.latest[e.id])
		if strings.HasPrefix(was, e.text+"\n[") {
			r.entries[i] = e
			continue
		}
		r.entries = slices.Delete(r.entries, i, i+1)
		again = append(again, e)
	}
	for _, e := range slices.Backward(again) {
		r.add(e)
	}
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
