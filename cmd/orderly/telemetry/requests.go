package telemetry

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"orderly.example/bot"
	"orderly.example/ops"
)

// Requests counts what comes in through every front door.
type Requests struct {
	bot.Starter
	started *prometheus.CounterVec
	acts    *prometheus.CounterVec
}

// NewRequests counts in front of a starter.
func NewRequests(s bot.Starter, r prometheus.Registerer) *Requests {
	q := &Requests{
		Starter: s,
		started: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "orderly_requests_total", Help: "Requests handed on to the engine, by surface and result: ok or the code of the error.",
		}, []string{"operation", "surface", "result"}),
		acts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "orderly_acts_total", Help: "Approvals, rejections, cancels and the like, by result: ok, or the code of the refusal.",
		}, []string{"kind", "surface", "result"}),
	}
	r.MustRegister(q.started, q.acts)
	return q
}

// Start counts a request.
func (q *Requests) Start(ctx context.Context, r ops.Request) (string, error) {
	id, err := q.Starter.Start(ctx, r)
	q.started.WithLabelValues(r.Operation, r.From.Surface, result(err)).Inc()
	return id, err
}

// Act counts an act.
func (q *Requests) Act(ctx context.Context, id string, a ops.Act) (ops.Reply, error) {
	reply, err := q.Starter.Act(ctx, id, a)
	outcome := result(err)
	if err == nil && !reply.Accepted {
		outcome = string(reply.Code)
	}
	q.acts.WithLabelValues(string(a.Kind), a.Surface, outcome).Inc()
	return reply, err
}
