package activities

import (
	"context"

	"go.temporal.io/sdk/activity"

	"orderly.example/ops"
)

// Bound is a step of one provider, ready to be registered.
type Bound struct {
	Name string // provider.step
	fn   any
}

// Registry is where steps are registered: a Temporal worker or test environment.
type Registry interface {
	RegisterActivityWithOptions(fn any, options activity.RegisterOptions)
}

// Bind finds which steps the client can do and names them "provider.step". A client that can do none is a mistake in
// the wiring, which the caller sees by the empty list.
func Bind(provider string, client any) []Bound {
	var out []Bound
	for _, s := range library {
		if b, ok := s.bind(provider, client); ok {
			out = append(out, b)
		}
	}
	return out
}

// Register registers the steps under their names.
func Register(r Registry, steps []Bound) {
	for _, b := range steps {
		r.RegisterActivityWithOptions(b.fn, activity.RegisterOptions{Name: b.Name})
	}
}

func (s *Step[P, In, Out]) bind(provider string, client any) (Bound, bool) {
	p, ok := client.(P)
	if !ok {
		return Bound{}, false
	}
	fn := func(ctx context.Context, in In) (Out, error) {
		out, err := s.call(p, ctx, in)
		return out, toTemporal(err)
	}
	return Bound{Name: provider + "." + s.name, fn: fn}, true
}

// Key is the same in every attempt of one step of one change, and differs between steps.
func Key(ctx context.Context) string {
	if !activity.IsActivity(ctx) {
		return ""
	}
	info := activity.GetInfo(ctx)
	return info.WorkflowExecution.ID + "/" + info.ActivityID
}

// Report tells how far the running step is. Outside of a worker it does nothing.
func Report(ctx context.Context, progress ...ops.Progress) {
	if !activity.IsActivity(ctx) {
		return
	}
	for i := range progress {
		progress[i].Attempt = int(activity.GetInfo(ctx).Attempt)
	}
	activity.RecordHeartbeat(ctx, progress)
}
