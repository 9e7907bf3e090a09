package scale

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Bounds of one history of a rule: it goes on in a new one after so many decisions, and one watch lasts so long.
const (
	decisionsPerRun = 200
	watchFor        = 6 * time.Hour
)

// ruleKept keeps a rule until its end. Its histories stay small however long it lives.
var ruleKept = change.NewPart("scale.rule", keep)

func keep(ctx workflow.Context, k keeper) (keeper, error) {
	for range decisionsPerRun {
		if left := k.End.Sub(workflow.Now(ctx)); left <= 0 {
			return k, nil
		}
		if err := k.once(ctx); err != nil {
			return k, err
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			break
		}
	}
	return k, change.Again(k)
}

// once watches until there is something to decide, and decides.
func (k *keeper) once(ctx workflow.Context) error {
	r := k.Rule
	until := workflow.Now(ctx).Add(watchFor)
	if until.After(k.End) {
		until = k.End
	}
	seen, err := activities.Sense.Do(ctx, meter, activities.SenseIn{
		Query: r.Query, Where: r.Place.Target.String(), Low: r.Low, High: r.High, Looks: r.Looks, Every: r.Every, Until: until,
	})
	if err != nil {
		return err
	}
	if seen.Inside > 0 { // the last act has helped
		k.Direction, k.Futile = 0, 0
	}
	wait := until
	switch {
	case seen.Outside:
		if wait, err = k.act(ctx, seen.Value); err != nil {
			return err
		}
	case seen.Blind > 0:
		k.decided(workflow.Now(ctx), 0, 0, 0, ops.Textf("nothing: %d of %d measurements gave no value", "不调整:%[2]d 次度量中 %[1]d 次无数据", seen.Blind, seen.Looks))
	}
	k.show(ctx)
	if wait.After(k.End) {
		wait = k.End
	}
	if left := wait.Sub(workflow.Now(ctx)); left > 0 {
		return workflow.Sleep(ctx, left)
	}
	return nil
}

// act decides what to do about a value and does it, under the lock of the target. It says until when to leave it then.
func (k *keeper) act(ctx workflow.Context, value float64) (time.Time, error) {
	r, now := k.Rule, workflow.Now(ctx)
	if err := k.judge(value); err != nil {
		return now, err
	}
	cooled := now.Add(r.CoolDown)
	frozen, err := change.Frozen(ctx)
	if err != nil || frozen {
		k.decided(now, value, 0, 0, ops.Textf("nothing: a freeze is on", "不调整:封网中"))
		return cooled, err
	}
	if until, used := k.usedUp(now); used {
		k.decided(now, value, 0, 0, ops.Textf("nothing: the budget of %d an hour is used up until %s", "不调整:每小时 %d 个的额度已用完,%s 后恢复", r.Budget, until.Format(time.RFC3339)))
		return until, nil
	}
	world, err := r.look(ctx)
	if err != nil {
		return now, err
	}
	if _, why := k.wants(world, value, now); !why.IsZero() {
		k.decided(now, value, world.Wanted, world.Wanted, why)
		return cooled, nil
	}
	err = change.Locked(ctx, []ops.Target{r.Place.Target}, func(ctx workflow.Context) error { return k.actLocked(ctx) })
	return workflow.Now(ctx).Add(r.CoolDown), err
}

// actLocked looks again, because the lock may have come late, and sets the number.
func (k *keeper) actLocked(ctx workflow.Context) error {
	r, now := k.Rule, workflow.Now(ctx)
	value, blind, err := r.measure(ctx)
	if err != nil {
		return err
	}
	world, err := r.look(ctx)
	if err != nil {
		return err
	}
	if !blind.IsZero() {
		k.decided(now, 0, world.Wanted, world.Wanted, ops.Textf("nothing: %s", "不调整:%s", blind))
		return nil
	}
	to, why := k.wants(world, value, now)
	if !why.IsZero() {
		k.decided(now, value, world.Wanted, world.Wanted, why)
		return nil
	}
	last := k.Last
	k.begin(now, value, world.Wanted, to)
	_, err = activities.Scale.Do(ctx, r.Place.Provider, activities.ScaleIn{Place: r.Place, Replicas: to, From: world.Wanted})
	switch code := ops.CodeOf(err); {
	case err == nil:
		k.decided(now, value, world.Wanted, to, ops.Textf("scaled", "已调整"))
	case code == ops.Conflict || code == ops.Denied || code == ops.Unsafe: // it counts as an act without effect
		k.Last = last
		k.decided(now, value, world.Wanted, world.Wanted, ops.Textf("refused: %s", "被拒绝:%s", ops.TextOf(err)))
		err = nil
	}
	return err
}

// showings bounds how often a rule tells its change of its decisions in all its life: each costs that history a few events.
const showings = 400

// show has the change show the decisions, now and then.
func (k *keeper) show(ctx workflow.Context) {
	now := workflow.Now(ctx)
	if now.Sub(k.Shown) >= k.Rule.For/showings {
		k.Shown = now
		change.Answer(ctx, k.answer(change.Asker(ctx).Lang))
	}
}

func runMetric(ctx workflow.Context, r rule) error {
	target := []ops.Target{r.Place.Target}
	if len(r.Back) > 0 {
		return change.Locked(ctx, target, func(ctx workflow.Context) error { return run(ctx, work{r.Back}) })
	}
	world, err := r.look(ctx)
	if err != nil {
		return err
	}
	k := keeper{Rule: r, Found: world.Wanted, Last: world.Wanted, LastFrom: world.Wanted, End: workflow.Now(ctx).Add(r.For)}
	known := false
	back := func(ctx workflow.Context) error {
		if r.Keep || known && k.Acts == 0 {
			return nil
		}
		return change.Locked(ctx, target, func(ctx workflow.Context) error { return k.restore(ctx, known) })
	}
	change.Undoing(ctx, ops.Textf("%s back to %d instances", "%s 恢复为 %d 个实例", r.Place.Target, k.Found), back)
	done, err := ruleKept.Do(ctx, change.Piece{ID: "rule", Name: r.Place.Target.String(), Targets: target}, k)
	if known = done.Out.Rule.Query != ""; known {
		k = done.Out
		change.Answer(ctx, k.answer(change.Asker(ctx).Lang))
	}
	if err != nil {
		return err
	}
	return back(ctx)
}

// restore sets the number that the rule found. What somebody else has set since the rule last acted is left alone.
func (k *keeper) restore(ctx workflow.Context, known bool) error {
	r := k.Rule
	world, err := activities.Status.Do(ctx, r.Place.Provider, activities.StatusIn{Place: r.Place})
	if err != nil {
		return err
	}
	if known && world.Wanted != k.Last && world.Wanted != k.LastFrom {
		change.Note(ctx, ops.Textf("%s is left at %d: it was changed since the rule set it to %d", "%s 保持 %d:规则设为 %d 之后被他人修改", r.Place.Target, world.Wanted, k.Last))
		return nil
	}
	back := item{Place: r.Place, From: world.Wanted, To: k.Found}
	if !back.changes() {
		return nil
	}
	return set(ctx, back)
}
