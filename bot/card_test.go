package bot

import (
	"slices"
	"strings"
	"testing"

	"orderly.example/bot/gallery"
	"orderly.example/ops"
)

func TestACardAsksWhatTheStateAllows(t *testing.T) {
	p := Phrases{Operations: operations, Location: shanghai}
	for name, want := range map[string]string{
		"waiting-approval": "asks: approve reject cancel", "held": "asks: retry cancel", "running": "runs: cancel", "succeeded": "good: undo",
		"failed": "bad:", "broken-glass": "good: review undo", "received": "calm: cancel", "denied": "bad:",
	} {
		c := p.Card(gallery.Statuses()[name])
		got := []string{string(c.Tone) + ":"}
		for _, a := range c.Actions {
			got = append(got, a.Label.En)
			if a.Label.Zh == "" || a.Line == "" {
				t.Errorf("%s: action %+v", name, a)
			}
			if (a.Act == ops.ActApprove || a.Act == ops.ActReject) && a.PlanHash == "" {
				t.Errorf("%s: an answer to no plan: %+v", name, a)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %s, want %s", name, strings.Join(got, " "), want)
		}
	}
}

// TestACardShrinksToFit: what hurts least goes first, what is left out is counted, and one can always still see what to
// approve and with what button.
func TestACardShrinksToFit(t *testing.T) {
	p := Phrases{Operations: operations, Location: shanghai}
	s := gallery.Statuses()["held"]
	s.State, s.CanContinue = ops.WaitingApproval, []ops.ActKind{ops.ActApprove, ops.ActReject}
	for range 10 {
		s.Steps = append(s.Steps, s.Steps[0])
	}
	whole := p.Card(s)
	for _, tt := range []struct {
		name, gone, stays string
		room              int
	}{
		{"everything", "… and", "image not found", 5000},
		{"without notes", "    image not found", "kubernetes.scale", 1470},
		{"without what is done", "kubernetes.scale idc1", "11 more", 1000},
		{"only the first facts", "to undo: scale to 3", "replicas: 3 -> 6", 700},
		{"nothing but title and buttons", "policy:", "approve scale-abcdefghijkl plan=3fa9c1d2", 1},
	} {
		c := whole.Fit(func(c Card) bool { return len(c.Text().En) <= tt.room })
		text := c.Text().En
		if strings.Contains(text, tt.gone) || !strings.Contains(text, tt.stays) {
			t.Errorf("%s (%d of %d bytes):\n%s", tt.name, len(text), tt.room, text)
		}
		if !slices.Equal(labels(c), labels(whole)) || c.Title != whole.Title || c.Foot != whole.Foot {
			t.Errorf("%s: title, buttons or foot are gone:\n%s", tt.name, text)
		}
	}
	if whole.Text() != p.Card(s).Text() {
		t.Error("shrinking changed the card itself")
	}
}

func labels(c Card) []string {
	var out []string
	for _, a := range c.Actions {
		out = append(out, a.Label.En)
	}
	return out
}
