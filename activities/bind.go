package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
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
		if s.mode != read {
			beating, stop := withPulse(ctx)
			defer stop()
			ctx = beating
		}
		if s.mode == write {
			whole, done := unbroken(ctx)
			defer done()
			ctx = whole
		}
		out, err := s.call(p, ctx, in)
		return out, toTemporal(err)
	}
	return Bound{Name: provider + "." + s.name, fn: fn}, true
}

// unbroken is a context that a cancel of the step does not end: a write that was sent off may arrive after the undo has
// looked, so its answer is waited for.
func unbroken(ctx context.Context) (context.Context, context.CancelFunc) {
	whole := context.WithoutCancel(ctx)
	if d, ok := ctx.Deadline(); ok {
		return context.WithDeadline(whole, d)
	}
	return whole, func() {}
}

// Key is the same in every attempt of one step of one change, and differs between steps.
func Key(ctx context.Context) string {
	if !activity.IsActivity(ctx) {
		return ""
	}
	info := activity.GetInfo(ctx)
	return info.WorkflowExecution.ID + "/" + info.ActivityID
}
