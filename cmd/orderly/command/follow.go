package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"orderly.example/bot/api/client"
	"orderly.example/ops"
)

// follow watches a change to its end: in place on a terminal, line by line in a pipe. With --json it prints the last
// status.
func (g *globals) follow(ctx context.Context, c *client.Client, id string, timeout time.Duration) error {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	g.say(ops.Textf("change %s", "变更 %s", id))
	d := drawing{g: g}
	asked := false
	for u, err := range c.Follow(ctx, id, 0) {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return outcome(exitWaiting)
		}
		if err != nil {
			return err
		}
		switch {
		case u.Event != nil && !g.terminal:
			g.say(ops.Textf("%s  %s", "%s  %s", u.Event.At.Local().Format(time.TimeOnly), u.Event.Text))
		case u.Status != nil && g.terminal:
			d.draw(g.phrases().Message(*u.Status, g.lang))
		case u.Status != nil && u.Status.State == ops.WaitingApproval && !asked:
			asked = true
			g.say(ops.Plain(g.phrases().Message(*u.Status, g.lang)))
		case u.Lost:
			g.say(ops.Textf("(connection lost, coming back)", "(连接中断,正在重连)"))
		}
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return outcome(exitWaiting)
	}
	s, err := c.Status(context.WithoutCancel(ctx), id)
	if err != nil {
		return err
	}
	if g.json || !g.terminal {
		if err := g.print("\n"+g.phrases().Message(s, g.lang), s); err != nil {
			return err
		}
	}
	return exitOfState(s.State)
}

// drawing draws a block of lines again and again in its place.
type drawing struct {
	g     *globals
	lines int
}

func (d *drawing) draw(text string) {
	if d.g.json {
		return
	}
	if d.lines > 0 {
		fmt.Fprintf(d.g.out, "\x1b[%dA\x1b[J", d.lines)
	}
	fmt.Fprintln(d.g.out, text)
	d.lines = strings.Count(text, "\n") + 1
}
