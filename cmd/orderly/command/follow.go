package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"orderly.example/bot/api/client"
	"orderly.example/bot/console"
	"orderly.example/ops"
)

// follow watches a change to its end: in place on a terminal, line by line in a pipe. With --json it prints one JSON
// line per event and at last one with the status.
func (g *globals) follow(ctx context.Context, c *client.Client, id string, timeout time.Duration) error {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	g.say(ops.Textf("change %s", "变更 %s", id))
	show := &progress{g: g}
	for u, err := range c.Follow(ctx, id, 0) {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			break
		}
		if err != nil {
			return err
		}
		if err := show.update(u); err != nil {
			return err
		}
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		g.say(ops.Textf("not over after %[1]s; it goes on, and `orderly watch %[2]s` follows it", "%[1]s 内未结束;变更仍在继续,可用 `orderly watch %[2]s` 跟踪", timeout, id))
		return outcome(exitWaiting)
	}
	s, err := c.Status(context.WithoutCancel(ctx), id)
	if err != nil {
		return err
	}
	if err := show.end(s); err != nil {
		return err
	}
	return exitOfState(s.State)
}

// progress shows the news of one change.
type progress struct {
	g     *globals
	asked bool // the plan was shown
	lines int  // that the drawing takes on the terminal
}

// piece is one line of `orderly watch --json`.
type piece struct {
	Event  *ops.Event  `json:"event,omitempty"`
	Status *ops.Status `json:"status,omitempty"` // the last line
}

func (p *progress) update(u client.Update) error {
	g := p.g
	switch {
	case g.json && u.Event != nil:
		return writeLine(g.out, piece{Event: u.Event})
	case u.Event != nil && !g.terminal:
		g.say(ops.Textf("%s  %s", "%s  %s", u.Event.At.Local().Format(time.TimeOnly), u.Event.Text))
	case u.Status != nil && g.terminal:
		p.draw(g.lang.Of(g.phrases().Text(*u.Status)))
	case u.Status != nil && u.Status.State == ops.WaitingApproval && !p.asked:
		p.asked = true
		g.say(g.phrases().Text(*u.Status))
	case u.Lost && !g.terminal:
		g.say(ops.Textf("(connection lost, coming back)", "(连接中断,正在重连)"))
	}
	return nil
}

func (p *progress) end(s ops.Status) error {
	text := p.g.lang.Of(p.g.phrases().Text(s))
	switch {
	case p.g.json:
		return writeLine(p.g.out, piece{Status: &s})
	case p.g.terminal:
		p.draw(text)
		return nil
	}
	return p.g.print("\n"+text, s)
}

// draw draws a block of lines again and again in its place.
func (p *progress) draw(text string) {
	if p.g.json {
		return
	}
	if p.lines > 0 {
		fmt.Fprintf(p.g.out, "\x1b[%dA\x1b[J", p.lines)
	}
	fmt.Fprintln(p.g.out, text)
	columns, _ := p.g.size()
	p.lines = console.Height(text, columns)
}

// size is how large the terminal is; zeros: not known.
func (g *globals) size() (columns, rows int) {
	if f, ok := g.out.(*os.File); ok {
		if columns, rows, err := term.GetSize(int(f.Fd())); err == nil {
			return columns, rows
		}
	}
	return 0, 0
}
