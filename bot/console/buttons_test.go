package console

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

func waits(id string) ops.Status {
	return ops.Status{ID: id, State: ops.WaitingApproval, CanContinue: []ops.ActKind{ops.ActApprove, ops.ActReject}}
}

func ended(id string) ops.Status {
	return ops.Status{ID: id, State: ops.Succeeded, ClosedAt: time.Now()}
}

// TestOneMessageHasTheButtons: a number never means two things, and when the newest question is answered the numbers
// answer the one before.
func TestOneMessageHasTheButtons(t *testing.T) {
	for _, inPlace := range []bool{true, false} {
		out := &screen{}
		r := &Room{Lang: "en", Out: out, InPlace: inPlace, latest: map[string]ops.Status{}}
		withButtons := func() (ids []string) {
			for _, e := range r.entries {
				if strings.Contains(e.text, "[1] approve") {
					ids = append(ids, e.id)
				}
			}
			return ids
		}
		for _, step := range []struct {
			news ops.Status
			want []string
		}{
			{waits("a"), []string{"a"}},
			{waits("b"), []string{"b"}},
			{ended("c"), []string{"b"}},
			{ended("b"), []string{"a"}},
			{ended("a"), nil},
		} {
			r.show(step.news)
			if got := withButtons(); !slices.Equal(got, step.want) {
				t.Errorf("in place %v, after %s is %s: %v have buttons, want %v", inPlace, step.news.ID, step.news.State, got, step.want)
			}
		}
		if n := len(r.entries); n != 3 {
			t.Errorf("in place %v: %d messages, want 3", inPlace, n)
		}
		if strings.Contains(out.text(), "\x1b") != inPlace {
			t.Errorf("in place %v: %q", inPlace, out.text())
		}
	}
}

func TestAMessageThatScrolledAwayIsWrittenBelow(t *testing.T) {
	out := &screen{}
	r := &Room{Lang: "en", Out: out, InPlace: true, latest: map[string]ops.Status{}, Size: func() (int, int) { return 80, 10 }}
	r.show(waits("a"))
	for range 10 {
		r.once("talk")
	}
	r.show(ended("a"))
	if strings.Contains(out.text(), "\x1b") || r.entries[len(r.entries)-1].id != "a" {
		t.Errorf("it was drawn where it cannot be reached: %q", out.text())
	}
}

func TestHeightCountsWhatWraps(t *testing.T) {
	for _, tt := range []struct {
		text    string
		columns int
		want    int
	}{
		{"", 10, 1},
		{"1234567890", 10, 1},
		{"12345678901", 10, 2},
		{"一二三四五", 10, 1},
		{"一二三四五六\nx", 10, 3},
		{"12345678901", 0, 1},
	} {
		if got := Height(tt.text, tt.columns); got != tt.want {
			t.Errorf("Height(%q, %d) = %d, want %d", tt.text, tt.columns, got, tt.want)
		}
	}
}
