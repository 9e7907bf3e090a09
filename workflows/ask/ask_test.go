package ask_test

import (
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	cart = "shop.cart.api@idc1/c1:prod"
	pay  = "pay.gate.api@idc1/c1:prod"
)

// flat is an answer as text, for looking into.
func flat(a *ops.Answer) string {
	if a == nil {
		return ""
	}
	out := []string{a.Text.En}
	for _, r := range a.Rows {
		out = append(out, strings.Join(r, " | "))
	}
	return strings.Join(out, "\n")
}

func TestQuestions(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ask   ops.Request
		words []string
	}{
		{"status", changetest.Ask("status", "target", "*:prod"), []string{"1 of 2 places", cart + " | 3/3 | 1.0", pay + " | 1/3", "2..5", "image cannot be pulled"}},
		{"where", changetest.Ask("where", "target", "shop.cart.api"), []string{"3 instances on 2 nodes in 1 places", "pod-0 | node-0 | 1.0 | ready"}},
		{"who", changetest.Ask("who", "target", "shop.cart.api,pay.gate.api"), []string{"2 services", "shop.cart.api | shop | bob"}},
		{"top", changetest.Ask("top", "of", "node", "name", "node-1", "cluster", "idc1/c1"), []string{"big | 2000m | 1024Mi | 3", "small"}},
		{"changes", changetest.Ask("changes", "target", cart), []string{"ann | orderly scale-abc", "kubectl-edit"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := changetest.NewWorld(3, cart, pay)
			w.Workloads[pay].Ready, w.Workloads[pay].Stuck = 1, ops.Text{En: "image cannot be pulled", Zh: "镜像无法拉取"}
			w.Workloads[pay].Autoscaler = &activities.Autoscaler{Min: 2, Max: 5}
			s := changetest.New(t, w).Run(tt.ask)
			if s.State != ops.Succeeded || s.Plan != nil || len(w.Written()) != 0 {
				t.Fatalf("%s (%v), plan %v, written %v", s.State, s.Error, s.Plan, w.Written())
			}
			for _, word := range tt.words {
				if !strings.Contains(flat(s.Answer), word) {
					t.Errorf("no %q in\n%s", word, flat(s.Answer))
				}
			}
			if s.Answer.Text.Zh == "" {
				t.Error("no Chinese")
			}
			for _, c := range s.Answer.Columns {
				if c.En == "" || c.Zh == "" {
					t.Errorf("column %+v", c)
				}
			}
		})
	}
}

func TestQuestionsAboutNothing(t *testing.T) {
	for _, ask := range []ops.Request{
		changetest.Ask("status", "target", "no.such.thing"), changetest.Ask("where", "target", "no.such.thing"),
		changetest.Ask("top", "of", "node", "name", "n", "cluster", "nowhere"), changetest.Ask("changes", "target", "no.such.thing"),
	} {
		s := changetest.New(t, changetest.NewWorld(3, cart)).Run(ask)
		if s.State != ops.Failed || s.Error.Code != ops.NotFound {
			t.Errorf("%s: %s, %v", ask.Operation, s.State, s.Error)
		}
	}
}

func TestAQuestionMayBeRefused(t *testing.T) {
	l := changetest.New(t, changetest.NewWorld(3, cart))
	l.Decide = func(ops.Facts) (ops.Decision, error) { return ops.Decision{Sure: true, Why: ops.Plain("no")}, nil }
	if s := l.Run(changetest.Ask("who", "target", cart)); s.State != ops.Refused || s.Answer != nil {
		t.Errorf("%s, %+v", s.State, s.Answer)
	}
}

// TestAQuestionIsAnsweredOnASureYesOnly: when the policy's answer depends on what the targets are, it is asked again with
// those that there are.
func TestAQuestionIsAnsweredOnASureYesOnly(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		l := changetest.New(t, changetest.NewWorld(3, cart, pay))
		asked := 0
		l.Decide = func(f ops.Facts) (ops.Decision, error) {
			if asked++; f.Plan == nil {
				return ops.Decision{Allow: true, Why: ops.Plain("it depends on the environment")}, nil
			}
			if len(f.Targets) != 1 || f.Targets[0].Env != "prod" {
				t.Errorf("asked about %v", f.Targets)
			}
			return ops.Decision{Allow: !hidden, Sure: true, Why: ops.Plain("prod is hidden")}, nil
		}
		s := l.Run(changetest.Ask("where", "target", "shop.cart.api"))
		want := ops.Succeeded
		if hidden {
			want = ops.Refused
		}
		if s.State != want || (s.Answer != nil) == hidden || asked != 2 {
			t.Errorf("hidden %v: %s (%v) after %d questions, answer %v", hidden, s.State, s.Error, asked, s.Answer)
		}
	}
}

// TestAnUnsureQuestionMayMeanSeveralPlaces: the policy is asked about all of them, as the question is.
func TestAnUnsureQuestionMayMeanSeveralPlaces(t *testing.T) {
	for _, ask := range []string{"shop.cart.api", "shop.*"} {
		l := changetest.New(t, changetest.NewWorld(3, cart, "shop.cart.api@idc1/c1:test"))
		l.Decide = func(f ops.Facts) (ops.Decision, error) {
			if f.Plan != nil && len(f.Targets) != 2 {
				t.Errorf("%s: asked about %v", ask, f.Targets)
			}
			return ops.Decision{Allow: true, Sure: f.Plan != nil, Why: ops.Plain("it depends on the environment")}, nil
		}
		if s := l.Run(changetest.Ask("status", "target", ask)); s.State != ops.Succeeded || len(s.Answer.Rows) != 2 {
			t.Errorf("%s: %s, %v", ask, s.State, s.Error)
		}
	}
}

func TestAQuestionThatStaysUnsureIsRefused(t *testing.T) {
	l := changetest.New(t, changetest.NewWorld(3, cart))
	l.Decide = func(ops.Facts) (ops.Decision, error) {
		return ops.Decision{Allow: true, Why: ops.Plain("maybe")}, nil
	}
	s := l.Run(changetest.Ask("where", "target", "shop.cart.api"))
	if s.State != ops.Refused || s.Answer != nil || s.Error.Code != ops.Denied || s.Error.Text.Zh == "" {
		t.Errorf("%s, %v, answer %v", s.State, s.Error, s.Answer)
	}
}
