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

const pay = "pay.gate.api@idc1/c1:prod"

// festival asks for three times the cart, twice everything else of the shop, and 10 of pay.
func festival(values ...string) ops.Request {
	return changetest.Ask("scale.event", append([]string{"services", "shop.*=x2 shop.cart.api=x3 pay.gate.api=10", "for", "1s", "steps", "2"}, values...)...)
}

// atTheTop is when everything is up: while a step holds the top, the lab's clock goes as the real one.
const atTheTop = 700 * time.Millisecond

func fair() *changetest.World { return changetest.NewWorld(3, cart, web, test, pay) }

// numbers are what is wanted of cart, web and pay; what is in test is not in the event.
func numbers(w *changetest.World) string {
	return fmt.Sprint(w.Wanted(cart), w.Wanted(web), w.Wanted(pay), w.Wanted(test))
}

// TestAnEvent goes up, holds, steps down, and reports.
func TestAnEvent(t *testing.T) {
	w := fair()
	w.Workloads[cart].Autoscaler = &activities.Autoscaler{Name: "hpa", Min: 2, Max: 5}
	s := changetest.New(t, w).Run(festival())
	if s.State != ops.Succeeded || numbers(w) != "3 3 3 3" {
		t.Fatalf("%s (%v), %s, written %q", s.State, s.Error, numbers(w), w.Written())
	}
	got := w.Written()
	for n, want := range [][]string{
		{"scale " + cart + " 3->9", "scale " + pay + " 3->10", "scale " + web + " 3->6"},
		{"scale " + cart + " 9->6", "scale " + pay + " 10->7", "scale " + web + " 6->5"},
		{"scale " + cart + " 6->3", "scale " + pay + " 7->3", "scale " + web + " 5->3"},
	} {
		step := slices.Clone(got[min(len(got), 3*n):min(len(got), 3*n+3)])
		slices.Sort(step)
		slices.Sort(want)
		if !slices.Equal(step, want) {
			t.Errorf("step %d: %q, want %q", n, step, want)
		}
	}
	if b := w.Workloads[cart].Autoscaler; b.Min != 2 || b.Max != 5 {
		t.Errorf("bounds afterwards %+v", b)
	}
	if took := s.ClosedAt.Sub(s.CreatedAt); took < 10*time.Minute {
		t.Errorf("with a pause of ten minutes between two steps it took %s", took)
	}
	a := s.Answer
	if a == nil || len(a.Rows) != 3 || !slices.Contains([]string{cart, pay, web}, a.Rows[0][0]) || !strings.Contains(a.Text.En, "3 targets, 16 more instances, put back 0 times; down in 2 steps") || !strings.HasPrefix(a.Text.Zh, "峰值持续") {
		t.Fatalf("%+v", a)
	}
	if i := slices.IndexFunc(a.Rows, func(r []string) bool { return r[0] == cart }); !slices.Equal(a.Rows[i][1:3], []string{"3", "9"}) || a.Rows[i][5] != "3" {
		t.Errorf("%q", a.Rows[i])
	}
}

// TestTheTopIsFrozen: its state says so, its locks are held, and promote steps down early.
func TestTheTopIsFrozen(t *testing.T) {
	t.Parallel()
	w := fair()
	l := changetest.New(t, w)
	var locked []ops.Target
	l.Lock = func(in activities.LockIn) (activities.LockOut, error) {
		locked = in.Targets
		return activities.LockOut{Granted: true}, nil
	}
	l.At(atTheTop, func() {
		s := l.Now()
		if s.State != ops.Running || !strings.Contains(s.Waiting.En, "the top of the event, 3 targets frozen") || !strings.Contains(s.Waiting.Zh, "活动峰值(封锁 3 个目标)") ||
			len(locked) != 3 || len(l.Unlocked) != 0 || !slices.Contains(s.CanContinue, ops.ActPromote) || s.Answer == nil || numbers(w) != "9 6 10 3" {
			t.Errorf("at the top it is %s (%s), %d locked, may %v, %+v, %s", s.State, s.Waiting.En, len(locked), s.CanContinue, s.Answer, numbers(w))
		}
		l.Act(ops.ActPromote, changetest.Ann, "")
	})
	s := l.Run(festival("for", "6h", "pause", "1m"))
	if took := s.ClosedAt.Sub(s.CreatedAt); s.State != ops.Succeeded || numbers(w) != "3 3 3 3" || took > 5*time.Minute {
		t.Errorf("%s (%v) after %s, %s", s.State, s.Error, took, numbers(w))
	}
}

// TestAnEventThatIsCancelled sets the former numbers at once: at the top, and between two steps down.
func TestAnEventThatIsCancelled(t *testing.T) {
	t.Parallel()
	for hold, at := range map[string]time.Duration{"6h": atTheTop, "1s": 5 * time.Minute} {
		w := fair()
		l := changetest.New(t, w)
		l.At(at, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
		s := l.Run(festival("for", hold))
		if s.State != ops.Cancelled || numbers(w) != "3 3 3 3" || len(w.Written()) < 6 {
			t.Errorf("cancelled after %s: %s (%v), %s, written %q", at, s.State, s.Error, numbers(w), w.Written())
		}
	}
}

// TestAnEventAsksForRoomFirst, for all of its targets together, and writes nothing without.
func TestAnEventAsksForRoomFirst(t *testing.T) {
	w := fair()
	w.Capacity = map[string]int{"idc1/c1": 15}
	s := changetest.New(t, w).Run(festival())
	expect(t, w, s, ops.Refused)
	if !strings.Contains(s.Error.Text.En, "there is no room for the top: the nodes of idc1/c1 have room for 15 more instances; free or add") || !strings.Contains(s.Error.Text.Zh, "容量不足:idc1/c1 的节点还可容纳 15 个实例;") {
		t.Errorf("%v", s.Error)
	}
	w.Capacity["idc1/c1"] = 16
	if s := changetest.New(t, w).Run(festival()); s.State != ops.Succeeded {
		t.Errorf("with room for all it is %s (%v)", s.State, s.Error)
	}
}

// TestAnEventThatFailsOnItsWayUp is taken back.
func TestAnEventThatFailsOnItsWayUp(t *testing.T) {
	w := fair()
	w.Fail = func(verb string, t ops.Target) error {
		if verb == "scale" && t.Service == "shop.cart.web" {
			return ops.Errorf(ops.Unsafe, "quota", "配额")
		}
		return nil
	}
	s := changetest.New(t, w).Run(festival())
	if s.State != ops.RolledBack || numbers(w) != "3 3 3 3" || !strings.Contains(s.Error.Text.En, "1 targets did not reach the top") {
		t.Errorf("%s (%v), %s, written %q", s.State, s.Error, numbers(w), w.Written())
	}
}

// TestAFailedStepDownIsTriedAgain in the next one, and a lost answer does nothing twice.
func TestAFailedStepDownIsTriedAgain(t *testing.T) {
	w := fair()
	refused := false
	w.Fail = func(verb string, t ops.Target) error {
		if verb == "scale" && t.Service == "shop.cart.web" && w.Workloads[web].Wanted == 6 && !refused {
			refused = true
			return ops.Errorf(ops.Unsafe, "not now", "暂不可")
		}
		return nil
	}
	lost := map[string]bool{}
	w.After = func(verb string, t ops.Target) error {
		if !lost[t.Service] {
			lost[t.Service] = true
			return ops.Errorf(ops.Unavailable, "the answer is lost", "应答丢失")
		}
		return nil
	}
	s := changetest.New(t, w).Run(festival())
	if s.State != ops.Succeeded || numbers(w) != "3 3 3 3" || !refused || len(w.Written()) != 8 {
		t.Errorf("%s (%v), %s, written %q", s.State, s.Error, numbers(w), w.Written())
	}
}

// TestTheNumbersAreThoseThatWereAgreedTo: a service that moved meanwhile does not void the approval, a new place does.
func TestTheNumbersAreThoseThatWereAgreedTo(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(w *changetest.World)
		rounds    int
		top       string
	}{
		"a number moved": {func(w *changetest.World) { w.Set(cart, 5); w.Set(web, 8) }, 1, "9 8 10"},
		"a new place":    {func(w *changetest.World) { w.Add(3, "shop.new.api@idc1/c1:prod") }, 2, "9 6 10"},
	} {
		t.Run(name, func(t *testing.T) {
			w := fair()
			l := changetest.New(t, w)
			l.Decide = func(f ops.Facts) (ops.Decision, error) {
				return ops.Decision{Allow: true, Sure: true, Need: &ops.Need{Count: 1, From: []string{"group:sre"}}}, nil
			}
			for n := range c.rounds {
				l.At(time.Duration(n+1)*100*time.Millisecond, func() {
					if n == 0 {
						c.meanwhile(w)
					}
					if s := l.Now(); s.State != ops.WaitingApproval {
						t.Errorf("round %d: %s", n, s.State)
					}
					l.Act(ops.ActApprove, changetest.Bob, "")
				})
			}
			s := l.Run(festival())
			top := map[string]string{}
			for _, r := range s.Answer.Rows {
				top[r[0]] = r[2]
			}
			if got := strings.Join([]string{top[cart], top[web], top[pay]}, " "); s.State != ops.Succeeded || got != c.top {
				t.Errorf("%s (%v), at the top %s, want %s", s.State, s.Error, got, c.top)
			}
		})
	}
}

// TestAnEventsPlan says what it will do, in both languages, and changes nothing.
func TestAnEventsPlan(t *testing.T) {
	w := fair()
	r := festival("for", "6h", "steps", "3")
	r.DryRun = true
	s := changetest.New(t, w).Run(r)
	expect(t, w, s, ops.Planned)
	p := s.Plan
	if p.Summary != (ops.Text{En: "an event: 3 targets up by 16 instances, held for 6h0m0s, then down in 3 steps", Zh: "大促:3 个目标共增加 16 个实例,保持 6h0m0s,之后分 3 步降回"}) ||
		len(p.Diffs) != 3 || p.Blast.Delta != 16 || p.Undo.Zh != "结束后自动降回;取消则立即恢复原实例数" || p.Undo.En != "it steps down by itself; cancel sets the former numbers at once" {
		t.Errorf("%+v", p)
	}
	for _, want := range []ops.Text{
		{En: "while it lasts no other change of these targets begins: it holds their locks", Zh: "期间持有这些目标的锁,其他变更不能开始"},
		{En: "promote at the top steps down early", Zh: "峰值期间可用 promote 提前降回"},
	} {
		if !slices.Contains(p.Notes, want) {
			t.Errorf("the plan does not say %q: %+v", want.En, p.Notes)
		}
	}
}

// TestWhatIsNoEvent is refused with what to write instead.
func TestWhatIsNoEvent(t *testing.T) {
	for services, says := range map[string]string{
		"shop.cart.api":                     "is no service with an amount",
		"shop.cart.api=many":                "is no service with an amount",
		"shop.cart.api@idc1=x2":             "is no name or pattern of services",
		"shop.cart.api=x2 shop.cart.api=x3": "is there twice",
		" , ":                               "no services are named",
		"shop.cart.apj=x2":                  "shop.cart.apj runs nowhere in what was asked for; did you mean shop.cart.api, shop.cart.web?",
		"shop.cart.api=1":                   "an event goes up",
	} {
		w := fair()
		s := changetest.New(t, w).Run(changetest.Ask("scale.event", "services", services, "for", "1h"))
		expect(t, w, s, ops.Failed)
		if !strings.Contains(s.Error.Text.En, says) || s.Error.Text.En == s.Error.Text.Zh {
			t.Errorf("%q: %v", services, s.Error)
		}
	}
	w := fair()
	s := changetest.New(t, w).Run(changetest.Ask("scale.event", "services", "shop.cart.api=3", "for", "1h"))
	expect(t, w, s, ops.Succeeded)
	if !strings.HasPrefix(s.Plan.Summary.En, "nothing to do") {
		t.Errorf("%+v", s.Plan.Summary)
	}
}
