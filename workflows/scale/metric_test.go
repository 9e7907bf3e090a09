package scale_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// ruled asks for a rule that keeps the load of an instance at 10, between 2 and 8 instances.
func ruled(values ...string) ops.Request {
	return changetest.Ask("scale.metric", append([]string{"target", cart, "query", "load{s=\"${service}\"}", "goal", "10", "min", "2", "max", "8", "step", "2", "looks", "1", "every", "1s", "for", "1s", "cool_down", "1s"}, values...)...)
}

// loaded is a world in which a load is shared by the instances.
func loaded(load *float64) *changetest.World {
	w := changetest.NewWorld(3, cart)
	w.Values = func(query string) ([]string, error) {
		if query != `load{s="shop.cart.api"}` {
			return nil, ops.Errorf(ops.Invalid, "wrong query %s", "查询有误 %s", query)
		}
		return []string{fmt.Sprint(*load / float64(w.Workloads[cart].Wanted))}, nil
	}
	return w
}

func scaled(numbers ...int) []string {
	var out []string
	for i := 1; i < len(numbers); i++ {
		out = append(out, fmt.Sprintf("scale %s %d->%d", cart, numbers[i-1], numbers[i]))
	}
	return out
}

// TestARuleKeepsItsGoal, shows why, and sets the former number again when it ends.
func TestARuleKeepsItsGoal(t *testing.T) {
	load := 60.0
	w := loaded(&load)
	s := changetest.New(t, w).Run(ruled("for", "2500ms"))
	expect(t, w, s, ops.Succeeded, scaled(3, 5, 6, 3)...)
	if s.Answer == nil || len(s.Answer.Rows) != 2 || s.Answer.Rows[0][2] != "3->5" || s.Answer.Rows[0][1] != "20" || s.Answer.Text.En != "2 decisions, 2 of them acts; it was at 3 when the rule began and 6 when it last acted" ||
		!strings.HasPrefix(s.Answer.Text.Zh, "共 2 次决策,其中 2 次调整") {
		t.Errorf("%+v", s.Answer)
	}
}

// TestARuleMayKeepItsNumber, and then it can be undone.
func TestARuleMayKeepItsNumber(t *testing.T) {
	load := 20.0
	w := loaded(&load)
	s := changetest.New(t, w).Run(ruled("for", "1500ms", "after", "keep"))
	expect(t, w, s, ops.Succeeded, scaled(3, 2)...)
	if !s.Undoable || !strings.Contains(s.Plan.Undo.En, "undo sets 3 again") || s.Plan.Diffs[0].From != "3" {
		t.Errorf("%+v", s.Plan)
	}
	l := changetest.New(t, w)
	l.Record[s.ID] = s
	expect(t, w, l.Run(changetest.Ask("undo", "id", s.ID)), ops.Succeeded, scaled(3, 2, 3)...)
}

// TestARuleNeverActsOnNothing: no value, NaN, an infinity, and a meter that is away.
func TestARuleNeverActsOnNothing(t *testing.T) {
	for _, seen := range [][]string{nil, {"NaN"}, {"+Inf"}, {"-Inf"}, {"away"}} {
		w := changetest.NewWorld(3, cart)
		reads := 0
		w.Values = func(string) ([]string, error) {
			if reads++; reads == 3 && len(seen) == 0 { // twice for the plan
				return []string{"99"}, nil // it was off when it was watched, and is nothing when the rule would act
			}
			if len(seen) == 1 && seen[0] == "away" {
				if reads < 3 {
					return []string{"10"}, nil
				}
				return nil, ops.Errorf(ops.Unavailable, "away", "不可用")
			}
			return seen, nil
		}
		s := changetest.New(t, w).Run(ruled("for", "1500ms"))
		expect(t, w, s, ops.Succeeded)
		if s.Answer == nil || len(s.Answer.Rows) == 0 || !strings.HasPrefix(s.Answer.Rows[0][3], "nothing: ") {
			t.Errorf("%q: %+v", seen, s.Answer)
		}
	}
}

// TestARuleThatDoesNotHelpStopsItself after three acts in one direction, and takes them back.
func TestARuleThatDoesNotHelpStopsItself(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	w.Values = func(string) ([]string, error) { return []string{"50"}, nil }
	s := changetest.New(t, w).Run(ruled("for", "2h", "cool_down", "5m", "step", "1"))
	expect(t, w, s, ops.RolledBack, scaled(3, 4, 5, 6, 3)...)
	if !strings.Contains(s.Error.Text.En, "3 acts in the same direction did not help, the value is 50 and the goal 10") || !strings.Contains(s.Error.Text.Zh, "规则自行停止") {
		t.Errorf("%v", s.Error)
	}
}

// TestARuleIsBounded: by its most instances, and by its budget of the hour.
func TestARuleIsBounded(t *testing.T) {
	load := 100.0
	for name, c := range map[string]struct {
		values  []string
		written []string
		says    string
		acts    int
	}{
		"by max":         {[]string{"max", "5", "for", "1h", "cool_down", "1m"}, scaled(3, 5, 3), "5 is the most it may have", 1},
		"by min":         {[]string{"min", "3", "goal", "90", "for", "1h", "cool_down", "1m"}, scaled(), "3 is the least it may have", 0},
		"by its budget":  {[]string{"budget", "3", "for", "59m", "cool_down", "1m"}, scaled(3, 5, 6, 3), "the budget of 3 an hour is used up until", 2},
		"until the hour": {[]string{"budget", "2", "for", "61m", "cool_down", "1m"}, scaled(3, 5, 7, 3), "the budget of 2 an hour is used up until", 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := loaded(&load)
			s := changetest.New(t, w).Run(ruled(c.values...))
			expect(t, w, s, ops.Succeeded, c.written...)
			if !slices.ContainsFunc(s.Answer.Rows, func(r []string) bool { return strings.Contains(r[3], c.says) }) {
				t.Errorf("decisions %q", s.Answer.Rows)
			}
		})
	}
}

// TestARuleThatIsCancelled sets the former number again, unless somebody else has set another one since.
func TestARuleThatIsCancelled(t *testing.T) {
	for name, c := range map[string]struct {
		foreign int
		written []string
	}{"as it was": {0, scaled(3, 5, 3)}, "somebody else": {7, scaled(3, 5)}} {
		t.Run(name, func(t *testing.T) {
			load := 100.0
			w := loaded(&load)
			l := changetest.New(t, w)
			l.At(10*time.Minute, func() {
				if s := l.Now(); s.State != ops.Running || s.Answer == nil || len(s.Answer.Rows) == 0 {
					t.Errorf("while it lives it is %s and shows %+v", s.State, s.Answer)
				}
				if c.foreign > 0 {
					w.Set(cart, c.foreign)
				}
				l.Act(ops.ActCancel, changetest.Ann, "")
			})
			s := l.Run(ruled("for", "24h", "cool_down", "1h", "max", "5"))
			expect(t, w, s, ops.Cancelled, c.written...)
		})
	}
}

// TestARuleHoldsItsLockOnlyWhileItActs, and asks the policy before each act.
func TestARuleHoldsItsLockOnlyWhileItActs(t *testing.T) {
	load := 60.0
	w := loaded(&load)
	l := changetest.New(t, w)
	var owners []string
	l.Lock = func(in activities.LockIn) (activities.LockOut, error) {
		if len(l.Unlocked) != len(owners) {
			t.Errorf("it locks again, and still has the lock")
		}
		owners = append(owners, in.Owner)
		return activities.LockOut{Granted: true}, nil
	}
	s := l.Run(ruled("for", "2500ms"))
	expect(t, w, s, ops.Succeeded, scaled(3, 5, 6, 3)...)
	if want := []string{s.ID + "/rule", s.ID + "/rule", s.ID}; !slices.Equal(owners, want) {
		t.Errorf("locks taken by %q", owners)
	}
	t.Run("and not in a freeze", func(t *testing.T) {
		w := loaded(&load)
		l := changetest.New(t, w)
		l.Decide = func(f ops.Facts) (ops.Decision, error) {
			d := ops.Decision{Allow: true, Sure: true}
			if now := l.Env.Now(); now.After(changetest.Start.Add(5*time.Second)) && now.Before(changetest.Start.Add(time.Hour)) {
				d.Freeze = &ops.FreezeHit{Name: "sale", Until: changetest.Start.Add(time.Hour)}
			}
			return d, nil
		}
		s := l.Run(ruled("for", "30m", "cool_down", "10s"))
		expect(t, w, s, ops.Succeeded, scaled(3, 5, 3)...)
	})
	t.Run("and not any more when the policy says no", func(t *testing.T) {
		w := loaded(&load)
		l := changetest.New(t, w)
		l.Decide = func(ops.Facts) (ops.Decision, error) {
			return ops.Decision{Allow: len(w.Ledger) == 0, Sure: true, Why: ops.Plain("not any more")}, nil
		}
		s := l.Run(ruled("for", "30m", "cool_down", "10s"))
		expect(t, w, s, ops.RolledBack, scaled(3, 5, 3)...)
	})
}

// TestARuleGoesOnInNewHistories: hundreds of decisions later it still knows what it found.
func TestARuleGoesOnInNewHistories(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	reads := 0
	w.Values = func(string) ([]string, error) {
		if reads++; reads/4%2 == 0 {
			return []string{"20"}, nil
		}
		return []string{"5"}, nil
	}
	s := changetest.New(t, w).Run(ruled("for", "2h", "cool_down", "10s", "budget", "1000", "step", "1", "brake", "20"))
	got := w.Written()
	if s.State != ops.Succeeded || w.Wanted(cart) != 3 || len(got) < 400 || len(s.Answer.Rows) != 20 {
		t.Errorf("%s (%v), %d writes, %d instances, %+v", s.State, s.Error, len(got), w.Wanted(cart), s.Answer)
	}
}

// TestWhatIsNoRule is refused before anything is done.
func TestWhatIsNoRule(t *testing.T) {
	for name, c := range map[string]struct {
		values []string
		says   string
	}{
		"bounds":         {[]string{"min", "9"}, "min 9 is more than max 8"},
		"no goal":        {[]string{"goal", "0"}, "the goal must be a number above 0"},
		"an autoscaler":  {[]string{}, "autoscaler hpa sets the number"},
		"several values": {[]string{"query", "two"}, "two gives 2 values and a rule goes by one"},
	} {
		w := changetest.NewWorld(3, cart)
		w.Values = func(string) ([]string, error) { return []string{"1", "2"}, nil }
		if name == "an autoscaler" {
			w.Workloads[cart].Autoscaler = &activities.Autoscaler{Name: "hpa", Min: 1, Max: 9}
		}
		s := changetest.New(t, w).Run(ruled(c.values...))
		expect(t, w, s, ops.Failed)
		if !strings.Contains(s.Error.Text.En, c.says) || s.Error.Text.En == s.Error.Text.Zh {
			t.Errorf("%s: %v", name, s.Error)
		}
	}
}

// TestARulesPlan says what it will do, in both languages, and changes nothing.
func TestARulesPlan(t *testing.T) {
	load := 60.0
	w := loaded(&load)
	r := ruled("for", "8h", "looks", "2", "cool_down", "5m", "every", "30s")
	r.DryRun = true
	s := changetest.New(t, w).Run(r)
	expect(t, w, s, ops.Planned)
	for _, want := range []ops.Text{
		{En: "it acts when the value is above 11 or below 9 in 2 measurements 30s apart, at most 2 instances at a time, and waits 5m0s after each act", Zh: "连续 2 次(间隔 30s)高于 11 或低于 9 时调整,单次最多 2 个实例,之后冷却 5m0s"},
		{En: "at most 10 instances in an hour; it stops itself after 3 acts in one direction without effect", Zh: "每小时最多增减 10 个实例;同方向连续 3 次无效后自行停止"},
		{En: "without a value it does nothing", Zh: "没有度量值时不做任何调整"},
	} {
		if !slices.Contains(s.Plan.Notes, want) {
			t.Errorf("the plan does not say %q: %+v", want.En, s.Plan.Notes)
		}
	}
	if s.Plan.Summary.En != `keep load{s="shop.cart.api"} near 10 for 8h0m0s by scaling shop.cart.api@idc1/c1:prod between 2 and 8 instances` ||
		!strings.HasPrefix(s.Plan.Summary.Zh, "在 8h0m0s 内将 shop.cart.api@idc1/c1:prod 的实例数控制在 2 至 8") {
		t.Errorf("%+v", s.Plan.Summary)
	}
}
