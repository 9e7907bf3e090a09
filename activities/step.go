package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// mode says how a step runs in Temporal; see doc.go.
type mode int

const (
	write mode = iota // an activity
	read              // a local activity
	wait              // an activity that may last for hours
)

// Step is one typed side effect: providers that answer the capability P do it from In to Out.
type Step[P, In, Out any] struct {
	name string
	mode mode
	call func(P, context.Context, In) (Out, error)
}

// binder is what Bind sees of a Step.
type binder interface {
	bind(provider string, impl any) (Bound, bool)
}

// library lists every step kind, in the order of declaration.
var library []binder

func newStep[P, In, Out any](name string, m mode, call func(P, context.Context, In) (Out, error)) *Step[P, In, Out] {
	s := &Step[P, In, Out]{name: name, mode: m, call: call}
	library = append(library, s)
	return s
}

// Call describes a step that is about to run, for the Watcher.
type Call struct {
	Name   string // provider.step
	Object string // what it acts on, for people
	Reads  bool   // it changes nothing
}

// Watcher runs the steps of a workflow; change puts its own into the context to keep the record.
type Watcher interface {
	// Watch runs do, which is one attempt to get the step done, as often as it sees fit.
	Watch(ctx workflow.Context, call Call, do func(workflow.Context) error) error
}

type watcherKey struct{}

// WithWatcher has every step done with the returned context go through w.
func WithWatcher(ctx workflow.Context, w Watcher) workflow.Context {
	return workflow.WithValue(ctx, watcherKey{}, w)
}

// Do has the provider do the step. It returns when the step is done, has failed for good (an *ops.Error), or when the
// context is cancelled and the step has stopped (a temporal.CanceledError).
func (s *Step[P, In, Out]) Do(ctx workflow.Context, provider string, in In) (Out, error) {
	var out Out
	call := Call{Name: provider + "." + s.name, Reads: s.mode == read}
	if o, ok := any(in).(interface{ Object() string }); ok {
		call.Object = o.Object()
	}
	do := func(ctx workflow.Context) error { return s.execute(ctx, call, in, &out) }
	if w, ok := ctx.Value(watcherKey{}).(Watcher); ok {
		return out, w.Watch(ctx, call, do)
	}
	return out, do(ctx)
}

// Name is the name of the step without its provider.
func (s *Step[P, In, Out]) Name() string { return s.name }

func (s *Step[P, In, Out]) execute(ctx workflow.Context, call Call, in In, out *Out) error {
	if s.mode == read {
		ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
			StartToCloseTimeout: readTimeout, ScheduleToCloseTimeout: giveUp, RetryPolicy: retryPolicy(), Summary: call.Object,
		})
		return s.unbound(call, fromTemporal(workflow.ExecuteLocalActivity(ctx, call.Name, in).Get(ctx, out)))
	}
	options := workflow.ActivityOptions{
		StartToCloseTimeout: writeTimeout, HeartbeatTimeout: heartbeatTimeout, RetryPolicy: retryPolicy(), WaitForCancellation: true, Summary: call.Object,
	}
	if s.mode == wait {
		options.StartToCloseTimeout = giveUp
	}
	ctx = workflow.WithActivityOptions(ctx, options)
	return fromTemporal(workflow.ExecuteActivity(ctx, call.Name, in).Get(ctx, out))
}

// unbound says in the program's own words that the worker has no such provider. Plans read before they write, so that
// this is found before anything starts.
func (s *Step[P, In, Out]) unbound(call Call, err error) error {
	e := ops.AsError(err)
	if e == nil || e.Code != ops.Internal || !strings.Contains(fmt.Sprint(errors.Unwrap(e)), "is not registered by the worker") {
		return err
	}
	provider := strings.TrimSuffix(call.Name, "."+s.name)
	return ops.Errorf(ops.Invalid, "%q is not configured here, or cannot answer %q; configure it, or name another provider in the inventory",
		"此处未配置 %q,或其不支持 %q;请完成配置,或在资产清单中改用其他提供方", provider, s.name).Because(err)
}

// Limits of one attempt of a step.
const (
	readTimeout      = 15 * time.Second
	writeTimeout     = time.Minute
	heartbeatTimeout = 10 * time.Second
	giveUp           = 30 * 24 * time.Hour // longer than any change may run; the change's own expiry ends it before
)

func retryPolicy() *temporal.RetryPolicy {
	return &temporal.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second}
}

// object names a place in the record.
func object(p ops.Place) string {
	if p.Target.Service != "" {
		return p.Target.String()
	}
	return p.String()
}
