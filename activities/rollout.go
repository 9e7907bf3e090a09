package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// RolloutIn asks to wait until the world at a place is as wanted.
type RolloutIn struct {
	Place    ops.Place     `json:"place"`
	Replicas int           `json:"replicas"` // instances wanted; a different number means that somebody changed it: Conflict
	AnyCount bool          `json:"any_count,omitempty"`
	Pauses   bool          `json:"pauses,omitempty"` // a pause of its own rollout that waits for Promote also ends the waiting
	Stall    time.Duration `json:"stall"`            // no progress for this long is a failure
	Poll     time.Duration `json:"poll,omitempty"`
}

// Object names the place.
func (in RolloutIn) Object() string { return object(in.Place) }

// Rollout waits until every wanted instance runs and serves, reporting its progress. It fails as Unsafe when nothing
// moves for Stall, saying what blocks it, and at once when the runtime itself says that it has given up.
var Rollout = newStep("rollout", wait, awaitRollout)

const defaultPoll = 250 * time.Millisecond

func awaitRollout(s Statuser, ctx context.Context, in RolloutIn) (Workload, error) {
	return followRollout(ctx, s, in, func(p ops.Progress) { Report(ctx, p) })
}

func followRollout(ctx context.Context, s Statuser, in RolloutIn, report func(ops.Progress)) (Workload, error) {
	w := &stallWatch{stall: in.Stall, moved: time.Now()}
	for {
		now, err := s.Status(ctx, StatusIn{Place: in.Place})
		if err != nil && !retried(ops.CodeOf(err)) {
			return now, err
		}
		if err == nil {
			report(progressOf(now))
			if done, err := w.look(now, in, time.Now()); done || err != nil {
				return now, err
			}
		} else {
			report(ops.Progress{Object: in.Object(), Text: ops.TextOf(err)})
		}
		if err := pause(ctx, orDefault(in.Poll, defaultPoll)); err != nil {
			return now, err
		}
	}
}

// stallWatch notices when a rollout stops moving.
type stallWatch struct {
	stall time.Duration
	last  [3]int
	moved time.Time
}

func (s *stallWatch) look(w Workload, in RolloutIn, now time.Time) (bool, error) {
	if w.Observed && !in.AnyCount && w.Wanted != in.Replicas && w.Autoscaler == nil {
		return false, ops.Errorf(ops.Conflict, "%s: somebody else set it to %d instances while %d were coming up; look at it with `changes %s`",
			"%s:等待 %[3]d 个实例就绪时,其他人已将其改为 %[2]d 个;请用 `changes %[4]s` 查看", object(in.Place), w.Wanted, in.Replicas, in.Place.Target)
	}
	if w.Done() || in.Pauses && w.Observed && w.Pause > 0 {
		return true, nil
	}
	if w.Pause < 0 {
		s.moved = now // it stands still because it was told to
	}
	if at := [3]int{w.Ready, w.Updated, w.Running}; at != s.last {
		s.last, s.moved = at, now
	}
	patience := orDefault(s.stall, defaultStall)
	if !w.Stuck.IsZero() {
		patience /= 4 // the cause is known, and it does not go away by waiting
	}
	if now.Sub(s.moved) < patience && !(w.GaveUp && !w.Stuck.IsZero()) {
		return false, nil
	}
	why := w.Stuck
	if why.IsZero() {
		why = ops.Textf("no instance became ready for %s", "%s 内没有新实例就绪", patience)
	}
	return false, ops.Errorf(ops.Unsafe, "%s is stuck at %d of %d instances: %s", "%s 停在 %d/%d 个实例:%s",
		object(in.Place), w.Ready, w.Wanted, why)
}

const defaultStall = 3 * time.Minute

func progressOf(w Workload) ops.Progress {
	return ops.Progress{Object: object(w.Place), Done: min(w.Ready, w.Updated), Total: w.Wanted, Text: w.Stuck}
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}

// PromoteIn asks a workload whose runtime steers its rollout itself to go on.
type PromoteIn struct {
	Place ops.Place `json:"place"`
	Pause int       `json:"pause,omitempty"` // of Workload: one that is over is left alone
	All   bool      `json:"all,omitempty"`   // skip every pause to the end
}

// Object names the place.
func (in PromoteIn) Object() string { return object(in.Place) }

// Promoter has a rollout go on after its pauses. The call names the pause, so a repeat changes nothing. Invalid for a
// workload that has none of its own.
type Promoter interface {
	Promote(ctx context.Context, in PromoteIn) (Done, error)
}

// Promote has a rollout go on.
var Promote = newStep("promote", write, Promoter.Promote)

// pause waits for d or for the end of the context.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
