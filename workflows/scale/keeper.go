package scale

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// keeper is a rule on its way, with all that it remembers from one history to the next.
type keeper struct {
	Rule      rule       `json:"rule"`
	End       time.Time  `json:"end"`
	Found     int        `json:"found"`               // the number when it began
	Last      int        `json:"last"`                // the number that it set last
	LastFrom  int        `json:"last_from"`           // the number that it found then: the act may have been cut off
	Acts      int        `json:"acts"`                // in all
	Direction int        `json:"direction,omitempty"` // of the last act whose effect is not judged yet
	Before    float64    `json:"before,omitempty"`    // the value that it was about
	Futile    int        `json:"futile,omitempty"`    // acts in a row, in one direction, without effect
	FutileTo  int        `json:"futile_to,omitempty"` // which direction
	Spent     []spending `json:"spent,omitempty"`     // of the last hour
	Decisions []decision `json:"decisions,omitempty"` // the last ones
	Decided   int        `json:"decided,omitempty"`   // in all
	Shown     time.Time  `json:"shown,omitzero"`      // when they were shown last
}

// spending is how many instances of its budget a rule used.
type spending struct {
	At time.Time `json:"at"`
	N  int       `json:"n"`
}

// decision is what a rule made of a value.
type decision struct {
	At    time.Time `json:"at"`
	Value float64   `json:"value"`
	From  int       `json:"from"`
	To    int       `json:"to"`
	Text  ops.Text  `json:"text"`
}

// maxDecisions is how many decisions are shown; all of them are in the histories of the rule.
const maxDecisions = 20

func (k *keeper) decided(at time.Time, value float64, from, to int, text ops.Text) {
	k.Decided++
	k.Decisions = append(k.Decisions, decision{at, value, from, to, text})
	k.Decisions = k.Decisions[max(0, len(k.Decisions)-maxDecisions):]
}

// direction is where a value asks to go: 1 for more instances, -1 for fewer, 0 to leave it.
func (r rule) direction(value float64) int {
	switch {
	case value > r.High:
		return 1
	case value < r.Low:
		return -1
	}
	return 0
}

// leastEffect is the part of its distance to the goal by which a value has to come nearer, so that an act has helped.
const leastEffect = 0.02

// judge sees whether the last act helped, and stops the rule when too many in a row did not.
func (k *keeper) judge(value float64) error {
	r := k.Rule
	if k.Direction == 0 {
		return nil
	}
	before, now := math.Abs(k.Before-r.Goal), math.Abs(value-r.Goal)
	same := r.direction(value) == k.Direction
	switch {
	case !same || now <= before*(1-leastEffect):
		k.Futile = 0
	case k.FutileTo != k.Direction:
		k.Futile, k.FutileTo = 1, k.Direction
	default:
		k.Futile++
	}
	k.Direction = 0
	if k.Futile < r.Brake {
		return nil
	}
	return ops.Errorf(ops.Unsafe, "the rule stops itself: %d acts in the same direction did not help, the value is %s and the goal %s; look at what else slows %s down",
		"规则自行停止:同方向连续 %d 次调整无效,当前值 %s,目标 %s;请检查 %s 的其他瓶颈", k.Futile, number(value), number(r.Goal), r.Place.Target)
}

// usedUp says whether the budget of the hour is used up, and until when.
func (k *keeper) usedUp(now time.Time) (time.Time, bool) {
	for len(k.Spent) > 0 && !k.Spent[0].At.Add(time.Hour).After(now) {
		k.Spent = k.Spent[1:]
	}
	if k.room() > 0 {
		return now, false
	}
	return k.Spent[0].At.Add(time.Hour), true
}

// room is what is left of the budget.
func (k *keeper) room() int {
	n := k.Rule.Budget
	for _, s := range k.Spent {
		n -= s.N
	}
	return n
}

// wants is the number that a value asks for; the text says why nothing is done instead.
func (k *keeper) wants(w activities.Workload, value float64, now time.Time) (int, ops.Text) {
	r := k.Rule
	_, used := k.usedUp(now)
	step := min(r.Step, k.room())
	switch d := r.direction(value); {
	case d == 0:
		return w.Wanted, ops.Textf("nothing: it is near its goal again", "不调整:已回到目标附近")
	case used:
		return w.Wanted, ops.Textf("nothing: the budget is used up", "不调整:额度已用完")
	case !w.Done():
		return w.Wanted, ops.Textf("nothing: %d of %d instances serve, the last change is not through", "不调整:%d/%d 个实例就绪,上次变更尚未完成", w.Ready, w.Wanted)
	case d > 0 && w.Wanted >= r.Max:
		return w.Wanted, ops.Textf("nothing: %d is the most it may have", "不调整:已达上限 %d", r.Max)
	case d < 0 && w.Wanted <= r.Min:
		return w.Wanted, ops.Textf("nothing: %d is the least it may have", "不调整:已达下限 %d", r.Min)
	case d > 0:
		return min(w.Wanted+step, max(w.Wanted+1, r.share(w.Wanted, value)), r.Max), ops.Text{}
	}
	return max(w.Wanted-step, min(w.Wanted-1, r.share(w.Wanted, value)), r.Min), ops.Text{}
}

// share is how many instances would have the goal each, if what n of them have were shared among them. No act goes further,
// so that the number does not swing around the goal.
func (r rule) share(n int, value float64) int {
	return int(math.Ceil(min(float64(n)*value/r.Goal, maxInstances) - 1e-9))
}

// begin takes down an act before it is done, so that it counts whatever comes of it.
func (k *keeper) begin(now time.Time, value float64, from, to int) {
	k.Acts++
	k.Spent = append(k.Spent, spending{now, distance(from, to)})
	k.Direction, k.Before, k.Last, k.LastFrom = k.Rule.direction(value), value, to, from
}

// answer is what people see of a rule. Rows have no language; they are in that of who asked for the rule.
func (k *keeper) answer(lang string) ops.Answer {
	a := ops.Answer{
		Text:    ops.Textf("%d decisions, %d of them acts; it was at %d when the rule began and %d when it last acted", "共 %d 次决策,其中 %d 次调整;开始时 %d 个实例,最近一次调整后 %d 个", k.Decided, k.Acts, k.Found, k.Last),
		Columns: []ops.Text{{En: "at", Zh: "时间"}, {En: "value", Zh: "值"}, {En: "instances", Zh: "实例"}, {En: "decision", Zh: "决策"}},
	}
	for _, d := range k.Decisions {
		change := "-"
		if d.From != d.To {
			change = fmt.Sprintf("%d->%d", d.From, d.To)
		}
		a.Rows = append(a.Rows, []string{d.At.UTC().Format(time.RFC3339), number(d.Value), change, d.Text.In(lang)})
	}
	return a
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
