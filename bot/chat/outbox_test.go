package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orderly.example/ops"
)

// ledger is a platform that writes down what it is asked.
type ledger struct {
	mu      sync.Mutex
	calls   []string
	answers func(n int) error // to the n-th call, from 0
	slow    time.Duration
	posts   map[string]Post    // by message
	shows   map[string]Content // what a message says now
	emails  map[string]string
	asked   []Prompt
}

func (l *ledger) called(what string) error {
	time.Sleep(l.slow)
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.calls)
	l.calls = append(l.calls, what)
	if l.answers == nil {
		return nil
	}
	return l.answers(n)
}

func (l *ledger) written() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.calls, "\n")
}

func (l *ledger) show(id string, p Post) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.posts == nil {
		l.posts, l.shows = map[string]Post{}, map[string]Content{}
	}
	l.posts[id], l.shows[id] = p, p.Content
}

func (l *ledger) shown(id string) Content {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.shows[id]
}

func said(c Content) string {
	if c.Card != nil {
		return "card " + c.Card.Title.In(c.Lang)
	}
	return c.Text.In(c.Lang)
}

func (l *ledger) Name() string { return "test" }

func (l *ledger) Post(_ context.Context, p Post) (Message, error) {
	loud, again := "", ""
	if p.Loud {
		loud = " loud"
	}
	if p.Again {
		again = " again"
	}
	if err := l.called(fmt.Sprintf("post %s/%s%s%s %v: %s", p.To.Channel, p.To.Thread, loud, again, p.Content.Mention, said(p.Content))); err != nil {
		return Message{}, err
	}
	m := Message{Channel: p.To.Channel, Thread: p.To.Thread, ID: "m-" + p.Key}
	l.show(m.ID, p)
	return m, nil
}

func (l *ledger) Edit(_ context.Context, m Message, c Content) error {
	if err := l.called(fmt.Sprintf("edit %s/%s: %s", m.Channel, m.ID, said(c))); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shows == nil {
		l.shows = map[string]Content{}
	}
	l.shows[m.ID] = c
	return nil
}

func (l *ledger) Whisper(_ context.Context, to Asker, c Content) error {
	return l.called(fmt.Sprintf("whisper %s: %s", to.Account, said(c)))
}

func (l *ledger) Ask(_ context.Context, to Asker, p Prompt) error {
	l.mu.Lock()
	l.asked = append(l.asked, p)
	l.mu.Unlock()
	if p.Press != nil {
		return l.called(fmt.Sprintf("ask %s why %s", to.Account, p.Press.Label.En))
	}
	return l.called(fmt.Sprintf("ask %s for %s", to.Account, p.Form.Operation.Name))
}

func (l *ledger) Home(_ context.Context, account string, c Content) error {
	return l.called(fmt.Sprintf("home %s: %s", account, said(c)))
}

func (l *ledger) Direct(_ context.Context, account string) (Place, error) {
	return Place{Channel: "D" + account, Direct: true}, nil
}

func (l *ledger) Email(_ context.Context, account string) (string, error) {
	return l.emails[account], nil
}

func text(s string) Content { return Content{Text: ops.Plain(s), Lang: ops.English} }

func TestPostsKeepTheirOrderAndTheLatestEditWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{slow: 100 * time.Millisecond}
		o := NewOutbox(l, time.Second)
		var wg sync.WaitGroup
		send := func(f func() error) {
			wg.Go(func() {
				if err := f(); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(time.Millisecond)
		}
		for n := range 3 {
			send(func() error {
				_, err := o.Post(t.Context(), Post{To: Place{Channel: "C"}, Key: fmt.Sprint(n), Content: text(fmt.Sprint("post ", n))})
				return err
			})
		}
		for n := range 5 {
			send(func() error { return o.Edit(t.Context(), Message{Channel: "C", ID: "m"}, text(fmt.Sprint("edit ", n))) })
		}
		send(func() error { return o.Edit(t.Context(), Message{Channel: "D", ID: "m"}, text("elsewhere")) })
		wg.Wait()
		want := []string{"post C/ []: post 0", "edit D/m: elsewhere", "post C/ []: post 1", "post C/ []: post 2", "edit C/m: edit 4"}
		if got := strings.Split(l.written(), "\n"); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	})
}

func TestEditsOfOneMessageKeepTheirDistance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		o := NewOutbox(l, time.Second)
		began := time.Now()
		for n := range 3 {
			if err := o.Edit(t.Context(), Message{Channel: "C", ID: "m"}, text(fmt.Sprint(n))); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took < 2*time.Second || took > 3*time.Second {
			t.Errorf("three edits took %s", took)
		}
	})
}

func TestABusyPlatformIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		l := &ledger{}
		l.answers = func(n int) error {
			if n == 0 {
				return Busy{Until: began.Add(30 * time.Second)}
			}
			if time.Since(began) < 30*time.Second {
				t.Errorf("call %d after %s", n, time.Since(began))
			}
			return nil
		}
		o := NewOutbox(l, 0)
		impatient, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := o.Post(t.Context(), Post{To: Place{Channel: "C"}, Content: text("first")}); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(time.Millisecond)
		wg.Go(func() {
			if _, err := o.Post(impatient, Post{To: Place{Channel: "C"}, Content: text("nobody waits for it")}); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := o.Post(t.Context(), Post{To: Place{Channel: "C"}, Content: text("last")}); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if got, want := l.written(), "post C/ []: first\npost C/ []: first\npost C/ []: last"; got != want {
			t.Errorf("got\n%s", got)
		}
	})
}

func TestAnEditThatWaitsIsOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		l.answers = func(n int) error {
			if n == 0 {
				return Busy{Until: time.Now().Add(10 * time.Second), Whole: true}
			}
			return nil
		}
		o := NewOutbox(l, 0)
		var wg sync.WaitGroup
		for _, s := range []string{"old", "new"} {
			wg.Go(func() {
				if err := o.Edit(t.Context(), Message{Channel: "C", ID: "m"}, text(s)); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(time.Millisecond)
		}
		began := time.Now()
		if _, err := o.Post(t.Context(), Post{To: Place{Channel: "other"}, Content: text("hi")}); err != nil || time.Since(began) < 9*time.Second {
			t.Errorf("another channel: %v after %s", err, time.Since(began))
		}
		wg.Wait()
		if got := l.written(); !strings.HasSuffix(got, "edit C/m: new") && !strings.Contains(got, "edit C/m: new\n") || strings.Count(got, "old") != 1 {
			t.Errorf("got\n%s", got)
		}
	})
}

func TestAnErrorReachesWhoeverWaits(t *testing.T) {
	l := &ledger{answers: func(int) error { return ops.Errorf(ops.NotFound, "gone", "已删除") }}
	o := NewOutbox(l, 0)
	if err := o.Edit(t.Context(), Message{Channel: "C", ID: "m"}, text("x")); ops.CodeOf(err) != ops.NotFound {
		t.Error(err)
	}
}
