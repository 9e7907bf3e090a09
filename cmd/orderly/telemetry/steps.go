package telemetry

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"

	"orderly.example/ops"
)

// Steps measures every attempt of every step.
type Steps struct {
	interceptor.WorkerInterceptorBase
	took    *prometheus.HistogramVec
	retries *prometheus.CounterVec
}

var _ interceptor.WorkerInterceptor = (*Steps)(nil)

// NewSteps makes the interceptor for a worker.
func NewSteps(r prometheus.Registerer) *Steps {
	s := &Steps{
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "orderly_step_seconds", Help: "How long one attempt of a step took, by its result: ok or the code of its error.", Buckets: buckets,
		}, []string{"step", "result"}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "orderly_step_retries_total", Help: "Attempts of steps after the first.",
		}, []string{"step"}),
	}
	r.MustRegister(s.took, s.retries)
	return s
}

// InterceptActivity measures one activity.
func (s *Steps) InterceptActivity(ctx context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	i := &measured{steps: s}
	i.Next = next
	return i
}

type measured struct {
	interceptor.ActivityInboundInterceptorBase
	steps *Steps
}

// ExecuteActivity measures one attempt.
func (m *measured) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	info := activity.GetInfo(ctx)
	if info.Attempt > 1 {
		m.steps.retries.WithLabelValues(info.ActivityType.Name).Inc()
	}
	started := time.Now()
	out, err := m.Next.ExecuteActivity(ctx, in)
	m.steps.took.WithLabelValues(info.ActivityType.Name, result(err)).Observe(time.Since(started).Seconds())
	return out, err
}

func result(err error) string {
	if err == nil {
		return "ok"
	}
	var typed interface {
		error
		Type() string
	}
	if errors.As(err, &typed) && typed.Type() != "" {
		return typed.Type()
	}
	return string(ops.CodeOf(err))
}
