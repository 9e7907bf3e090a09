package api

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/ops"
)

// source is a change that is read only when the test lets it.
type source struct {
	mu     sync.Mutex
	status ops.Status
	err    error
	reads  chan struct{}
}

func (s *source) read(ctx context.Context, _ string) (ops.Status, error) {
	select {
	case s.reads <- struct{}{}:
	case <-ctx.Done():
		return ops.Status{}, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status, s.err
}

func (s *source) set(st ops.Status, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.err = st, err
}

func never(ops.Status) time.Duration { return time.Hour }

func TestManyWatchAtThePriceOfOne(t *testing.T) {
	src := &source{reads: make(chan struct{})}
	src.set(ops.Status{ID: "a", State: ops.Running}, nil)
	f := newFollower(src.read, never)
	var all []*watch
	for range 20 {
		all = append(all, f.follow("a"))
	}
	<-src.reads
	for _, w := range all {
		if st, err := w.next(t.Context()); err != nil || st.State != ops.Running {
			t.Fatalf("%v %v", st.State, err)
		}
	}
	src.set(ops.Status{ID: "a", State: ops.Verifying}, nil)
	f.nudge("a")
	<-src.reads
	for _, w := range all {
		if st, err := w.next(t.Context()); err != nil || st.State != ops.Verifying {
			t.Fatalf("%v %v", st.State, err)
		}
		w.leave()
	}
	if len(f.open) != 0 {
		t.Errorf("still open: %v", f.open)
	}
	f.nudge("a") // nobody is there
}

func TestASlowReaderGetsTheLatestAndAnEqualOneIsNoNews(t *testing.T) {
	src := &source{reads: make(chan struct{})}
	f := newFollower(src.read, never)
	w := f.follow("a")
	defer w.leave()
	for _, state := range []ops.State{ops.Received, ops.Received, ops.Planned, ops.Running} {
		src.set(ops.Status{ID: "a", State: state}, nil)
		<-src.reads
		f.nudge("a")
	}
	<-src.reads // now the fourth has been told
	if st, err := w.next(t.Context()); err != nil || st.State != ops.Running || w.seen != 3 {
		t.Errorf("%v %v, version %d", st.State, err, w.seen)
	}
}

func TestAFirstReadThatFailsIsSaidAndALaterOneIsNot(t *testing.T) {
	away := ops.Errorf(ops.Unavailable, "away", "无响应")
	src := &source{reads: make(chan struct{})}
	src.set(ops.Status{}, away)
	f := newFollower(src.read, never)
	w := f.follow("a")
	<-src.reads
	if _, err := w.next(t.Context()); err != away {
		t.Errorf("%v", err)
	}
	w.leave()
	src.set(ops.Status{ID: "a"}, nil)
	w = f.follow("a")
	defer w.leave()
	<-src.reads
	if _, err := w.next(t.Context()); err != nil {
		t.Fatal(err)
	}
	src.set(ops.Status{}, away)
	f.nudge("a")
	<-src.reads
	src.set(ops.Status{ID: "a", State: ops.Failed, ClosedAt: time.Unix(1, 0)}, nil)
	f.nudge("a")
	<-src.reads
	if st, err := w.next(t.Context()); err != nil || st.State != ops.Failed {
		t.Errorf("%v %v", st.State, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.next(ctx); err == nil {
		t.Error("there is no more news")
	}
}

func TestThePaceFollowsTheState(t *testing.T) {
	for _, s := range ops.States() {
		if d := statusPace(ops.Status{State: s}); d < 200*time.Millisecond || d > 5*time.Second {
			t.Errorf("%s: %s", s, d)
		}
	}
	if statusPace(ops.Status{State: ops.Running}) >= statusPace(ops.Status{State: ops.WaitingApproval}) {
		t.Error("what waits is looked at as often as what runs")
	}
}

func TestTextsOfValues(t *testing.T) {
	for raw, want := range map[string]string{
		`"6"`: "6", `6`: "6", `6.0`: "6", `6e0`: "6", `1.5`: "1.5", `-3`: "-3", `true`: "true", `false`: "false", `null`: "", `[]`: "",
		`["a",6,true]`: "a,6,true", `12345678901234567890`: "12345678901234567890", `1e999999999`: "1e999999999", `"a,b"`: "a,b",
	} {
		if got, err := textOf(json.RawMessage(raw)); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", raw, got, want, err)
		}
	}
	for _, raw := range []string{`{}`, `[[1]]`, `[{}]`, ``, `nope`} {
		if got, err := textOf(json.RawMessage(raw)); err == nil {
			t.Errorf("%s is %q", raw, got)
		}
	}
}

func FuzzTextOf(f *testing.F) {
	for _, s := range []string{`6`, `6.0`, `1e5`, `["a",1]`, `{"a":1}`, `"\ud800"`, `-0`, `1E-400`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		text, err := textOf(raw)
		if err != nil && err.Text.Zh == "" {
			t.Error("no Chinese")
		}
		if err == nil && len(text) > 2*len(raw)+1000 {
			t.Errorf("%d bytes became %d", len(raw), len(text))
		}
	})
}

func FuzzLangOf(f *testing.F) {
	f.Add("zh-CN,zh;q=0.9")
	f.Fuzz(func(t *testing.T, tag string) {
		for _, part := range strings.Split(tag, ",") {
			if l := spoken(part, "-"); l != "en" && l != "zh" && l != "-" {
				t.Errorf("%q is %q", part, l)
			}
		}
	})
}
