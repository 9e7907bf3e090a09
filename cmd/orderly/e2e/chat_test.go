//go:build e2e

package e2e

import (
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"orderly.example/ops"
)

// chatter is one person in a room, as a process of its own that reads a pipe.
type chatter struct {
	t    *testing.T
	keys io.WriteCloser
	out  *buffer
}

// chat enters a room of the program.
func (p *program) chat(as, room string) *chatter {
	p.t.Helper()
	cmd := exec.Command(needed(p.t, "ORDERLY_BIN"), "--server", "http://"+p.addr, "--as", as, "--lang", "en", "chat", "--room", room)
	if token := p.tokens[as]; token != "" {
		cmd.Env = append(os.Environ(), "ORDERLY_TOKEN="+token)
	}
	c := &chatter{t: p.t, out: &buffer{}}
	cmd.Stdout, cmd.Stderr = c.out, c.out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var err error
	if c.keys, err = cmd.StdinPipe(); err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = c.keys.Close()
		if err := cmd.Wait(); err != nil || p.t.Failed() {
			p.t.Logf("%s left the room (%v); it showed:\n%s", as, err, c.out.tail(6000))
		}
	})
	c.shows("room " + room)
	return c
}

func (c *chatter) types(line string) {
	c.t.Helper()
	if _, err := io.WriteString(c.keys, line+"\n"); err != nil {
		c.t.Fatal(err)
	}
}

// shows waits until words are on the screen, and returns everything that is.
func (c *chatter) shows(words string) string {
	c.t.Helper()
	eventually(c.t, afterKill, "the room shows "+words, func() error {
		if !strings.Contains(c.out.tail(1<<20), words) {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
	return c.out.tail(1 << 20)
}

// TestARoomAcrossKillNine: two people sit in a room while the server is killed and started again. The one message of
// the change ends in the right state for both, and nothing was done twice.
func TestARoomAcrossKillNine(t *testing.T) {
	p := launch(t)
	ann, bob := p.chat("ann", "war"), p.chat("bob", "war")
	ann.types("scale shop.cart.api@idc1:prod +2")
	screen := bob.shows("[1] approve")
	id := "scale-" + strings.SplitN(strings.SplitN(screen, "scale-", 2)[1], ":", 2)[0]
	p.kill()
	p.start()
	bob.types("1")
	time.Sleep(time.Duration(rand.IntN(600)) * time.Millisecond) // anywhere in vote, run and verification
	p.kill()
	p.start()
	pressed := time.Now()
	eventually(t, 60*time.Second, "bob's approval arrives", func() error {
		s, err := p.status(id)
		if err == nil && s.State == ops.WaitingApproval && time.Since(pressed) > 5*time.Second {
			bob.types("1") // the room told him that the server did not answer
			pressed = time.Now()
		}
		if err == nil && len(s.Approvals) == 0 {
			return io.ErrUnexpectedEOF
		}
		return err
	})
	if s := p.until(id, afterKill, ops.Succeeded); len(s.Approvals) != 1 || s.Approvals[0].By.ID != "bob" {
		t.Errorf("approvals %+v", s.Approvals)
	}
	for _, c := range []*chatter{ann, bob} {
		screen := c.shows(id + ": succeeded")
		if last := screen[strings.LastIndex(screen, id+": "):]; !strings.HasPrefix(last, id+": succeeded") {
			t.Errorf("the message ends as %s", last)
		}
	}
	scaled := 0
	for _, e := range p.ledger() {
		if e.Verb == "scale" {
			scaled++
		}
	}
	if scaled != 1 {
		t.Errorf("the ledger has %d scalings: %+v", scaled, p.ledger())
	}
}
