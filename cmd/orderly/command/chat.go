package command

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"orderly.example/bot/console"
)

// chat is `orderly chat`: a chat room in the terminal.
func (g *globals) chat() *cobra.Command {
	var room string
	cmd := &cobra.Command{Use: "chat", Short: g.lang.Say("a chat room in the terminal", "终端聊天室"), Args: Args(0, 0), RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := g.connect("console")
		if err != nil {
			return err
		}
		me, err := c.Me(cmd.Context())
		if err != nil {
			return err
		}
		say := g.phrases()
		say.Shell = false
		r := console.Room{Name: room, Me: me.Person, Lang: string(g.lang), Server: c, Phrases: say}
		restore, err := g.keyboard(&r)
		if err != nil {
			return err
		}
		defer restore()
		return r.Run(cmd.Context())
	}}
	cmd.Flags().StringVar(&room, "room", "ops", g.lang.Say("the room", "聊天室"))
	return cmd
}

// keyboard says where lines come from and text goes to: on a terminal a line editor that keeps what one is typing in place
// while messages come in, else plain lines. restore puts the terminal back.
func (g *globals) keyboard(r *console.Room) (restore func(), err error) {
	in, ok := g.in.(*os.File)
	if !ok || !g.terminal || !term.IsTerminal(int(in.Fd())) {
		r.In, r.Out = console.Plain(g.in), g.out
		return func() {}, nil
	}
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return nil, fmt.Errorf("prepare the terminal: %w", err)
	}
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, g.out}, r.Me.ID+"> ")
	size := func() (columns, rows int) {
		if columns, rows = g.size(); columns > 0 {
			_ = t.SetSize(columns, rows) // it fails only when it cannot write
		}
		return columns, rows
	}
	size()
	r.In, r.Out, r.InPlace, r.Size = t, t, true, size
	return func() { _ = term.Restore(int(in.Fd()), before) }, nil
}
