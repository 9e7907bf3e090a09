package change_test

import (
	"slices"
	"strings"
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	cart = "shop.cart.api@idc1/c1:prod"
	pay  = "pay.gate.api@idc1/c1:prod"
)

var (
	ann, bob, chen, eve = changetest.Ann, changetest.Bob, changetest.Chen, changetest.Eve
	scaleTo6            = []string{"scale " + cart + " 3->6"}
)

func askScale() ops.Request { return changetest.Ask("scale", "target", cart, "replicas", "6") }

// wants is a policy that wants n approvals of the group sre, and lets ops do nothing else to the changes of others.
func wants(n int, or ...ops.Need) func(ops.Facts) (ops.Decision, error) {
	return func(f ops.Facts) (ops.Decision, error) {
		if f.Operation.Name == "cancel" || f.Operation.Name == "retry" {
			return ops.Decision{Allow: f.Request.By.In("sre"), Sure: true, Rule: "acts", Why: ops.Plain("only sre")}, nil
		}
		return ops.Decision{Allow: true, Sure: true, Rule: "lab", Need: &ops.Need{Count: n, From: []string{"group:sre"}, Or: or}}, nil
	}
}

func ends(t *testing.T, s ops.Status, want ops.State) {
	t.Helper()
	if s.State != want {
		t.Fatalf("ended as %s (%v), want %s\n%s", s.State, s.Error, want, story(s))
	}
	if s.ClosedAt.IsZero() {
		t.Error("no time of closing")
	}
}

func wrote(t *testing.T, w *changetest.World, want ...string) {
	t.Helper()
	if got := w.Written(); !slices.Equal(got, want) {
		t.Errorf("written %v, want %v", got, want)
	}
}

func story(s ops.Status) string {
	var b strings.Builder
	for _, e := range s.Events {
		b.WriteString(string(e.Kind) + " " + e.By + " " + e.Text.En + "\n")
	}
	return b.String()
}

// tells checks that the record has a line of that kind, by that person, with these words.
func tells(t *testing.T, s ops.Status, kind ops.EventKind, by, words string) {
	t.Helper()
	for _, e := range s.Events {
		if e.Kind == kind && e.By == by && strings.Contains(e.Text.En, words) {
			return
		}
	}
	t.Errorf("the record has no %s by %q with %q:\n%s", kind, by, words, story(s))
}

// refused checks that an act was refused with the code, and recorded.
func refused(t *testing.T, s ops.Status, a *changetest.Answer, by ops.User, code ops.Code) {
	t.Helper()
	if !a.Done || a.Reply.Accepted || a.Reply.Code != code {
		t.Errorf("reply to %s is %+v (done %v), want a refusal with %s", by.ID, a.Reply, a.Done, code)
	}
	if a.Reply.Text.En == "" || a.Reply.Text.Zh == "" {
		t.Errorf("%s is not told why in both languages: %+v", by.ID, a.Reply.Text)
	}
	tells(t, s, ops.EventRefused, by.ID, "refused")
}
