package console

import (
	"bytes"
	"context"
	"io"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// hall is a server with one room in memory: a line asks for a change, an approval ends it.
type hall struct {
	mu      sync.Mutex
	readers []chan wire.RoomMessage
	acts    []string
}

func (h *hall) tell(s ops.Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.readers {
		c <- wire.RoomMessage{ID: s.ID, Status: s}
	}
}

type visitor struct {
	*hall
	who string
}

func (v visitor) Room(ctx context.Context, _ string) iter.Seq2[wire.RoomMessage, error] {
	c := make(chan wire.RoomMessage, 10)
	v.mu.Lock()
	v.readers = append(v.readers, c)
	v.mu.Unlock()
	return func(yield func(wire.RoomMessage, error) bool) {
		for {
			select {
			case m := <-c:
				if !yield(m, nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

func (v visitor) Say(_ context.Context, _, text, _ string) (wire.Outcome, error) {
	if text == "nonsense" {
		return wire.Outcome{}, ops.Errorf(ops.Invalid, "what?", "什么?")
	}
	v.tell(ops.Status{
		ID: "scale-abc", Operation: "scale", State: ops.WaitingApproval, Plan: &ops.Plan{Hash: "h1", Summary: ops.Plain(text)},
		CanContinue: []ops.ActKind{ops.ActApprove, ops.ActReject},
	})
	return wire.Outcome{ChangeID: "scale-abc"}, nil
}

func (v visitor) Act(_ context.Context, id string, kind ops.ActKind, hash, _, _ string) (ops.Reply, error) {
	v.mu.Lock()
	v.acts = append(v.acts, v.who+" "+string(kind)+" "+id+" "+hash)
	v.mu.Unlock()
	v.tell(ops.Status{ID: id, Operation: "scale", State: ops.Succeeded, ClosedAt: time.Now()})
	return ops.Reply{Accepted: true, Text: ops.Plain("it counts")}, nil
}

// screen is what somebody sees.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func (s *screen) shows(t *testing.T, words string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(s.text(), words) {
		if time.Now().After(deadline) {
			t.Fatalf("%q never appears in\n%s", words, s.text())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestTwoPeopleInARoomSeeOneMessageChange(t *testing.T) {
	h := &hall{}
	enter := func(who, lang string, inPlace bool) (*screen, *io.PipeWriter) {
		out := &screen{}
		in, keys := io.Pipe()
		r := &Room{Name: "ops", Me: ops.User{ID: who}, Lang: lang, Server: visitor{h, who}, In: Plain(in), Out: out, InPlace: inPlace}
		ended := make(chan error, 1)
		go func() { ended <- r.Run(t.Context()) }()
		t.Cleanup(func() {
			_ = keys.Close()
			if err := <-ended; err != nil {
				t.Errorf("%s: %v", who, err)
			}
		})
		return out, keys
	}
	ann, annTypes := enter("ann", "en", true)
	bob, bobTypes := enter("bob", "zh", false)
	ann.shows(t, "room ops")
	bob.shows(t, "聊天室 ops")
	for deadline := time.Now().Add(10 * time.Second); ; {
		h.mu.Lock()
		n := len(h.readers)
		h.mu.Unlock()
		if n == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("not both are in the room")
		}
		time.Sleep(time.Millisecond)
	}
	write := func(w io.Writer, line string) {
		if _, err := io.WriteString(w, line+"\n"); err != nil {
			t.Error(err)
		}
	}
	write(annTypes, "nonsense")
	ann.shows(t, "what?")
	write(annTypes, "scale shop.cart.api:prod 6")
	ann.shows(t, "[1] approve  [2] reject")
	bob.shows(t, "[1] 批准  [2] 驳回")
	write(bobTypes, "9")
	bob.shows(t, "没有按钮 9")
	write(bobTypes, "1")
	bob.shows(t, "it counts")
	ann.shows(t, "succeeded")
	ann.shows(t, "\x1b[") // changed in place
	bob.shows(t, "成功")
	if strings.Contains(bob.text(), "\x1b[") {
		t.Error("a pipe got cursor movements")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.acts) != 1 || h.acts[0] != "bob approve scale-abc h1" {
		t.Errorf("acts %v", h.acts)
	}
}
