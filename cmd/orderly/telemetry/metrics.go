package telemetry

import (
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"
)

// labels are the tags of the SDK and of the change workflow that become labels; others are dropped.
var labels = []string{"operation", "state", "workflow_type", "activity_type", "task_queue", "worker_type", "failure_reason"}

// Handler hands the metrics of Temporal's SDK, and those that workflows count, to a Prometheus registry.
type Handler struct {
	registry *registry
	values   []string // of labels
}

var _ client.MetricsHandler = Handler{}

// NewHandler makes a handler that registers what it meets.
func NewHandler(r prometheus.Registerer) Handler {
	return Handler{
		registry: &registry{registerer: r, counters: map[string]*prometheus.CounterVec{}, gauges: map[string]*prometheus.GaugeVec{}, timers: map[string]*prometheus.HistogramVec{}},
		values:   make([]string, len(labels)),
	}
}

// registry makes every metric once.
type registry struct {
	registerer prometheus.Registerer
	mu         sync.Mutex
	counters   map[string]*prometheus.CounterVec
	gauges     map[string]*prometheus.GaugeVec
	timers     map[string]*prometheus.HistogramVec
}

// WithTags is the handler with more labels set.
func (h Handler) WithTags(tags map[string]string) client.MetricsHandler {
	values := append([]string(nil), h.values...)
	for i, l := range labels {
		if v, ok := tags[l]; ok {
			values[i] = v
		}
	}
	return Handler{registry: h.registry, values: values}
}

// Counter is a counter of that name.
func (h Handler) Counter(name string) client.MetricsCounter {
	v := once(h.registry, h.registry.counters, name, func(n string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: n, Help: help(name)}, labels)
	})
	return counter{v.WithLabelValues(h.values...)}
}

// Gauge is a gauge of that name.
func (h Handler) Gauge(name string) client.MetricsGauge {
	v := once(h.registry, h.registry.gauges, name, func(n string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: n, Help: help(name)}, labels)
	})
	return gauge{v.WithLabelValues(h.values...)}
}

// Timer is a histogram of seconds of that name.
func (h Handler) Timer(name string) client.MetricsTimer {
	v := once(h.registry, h.registry.timers, name, func(n string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: n, Help: help(name), Buckets: buckets}, labels)
	})
	return timer{v.WithLabelValues(h.values...)}
}

// buckets reach from a millisecond to a day: a step may take either.
var buckets = []float64{.001, .005, .01, .05, .1, .5, 1, 5, 15, 60, 300, 1800, 3600, 6 * 3600, 24 * 3600}

func once[V prometheus.Collector](r *registry, known map[string]V, name string, fresh func(string) V) V {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok := known[name]; ok {
		return v
	}
	v := fresh(metricName(name))
	r.registerer.MustRegister(v)
	known[name] = v
	return v
}

func metricName(name string) string {
	return strings.NewReplacer(".", "_", "-", "_").Replace(name)
}

func help(name string) string {
	if strings.HasPrefix(name, "orderly_") {
		return "Of the changes: " + strings.ReplaceAll(strings.TrimPrefix(name, "orderly_"), "_", " ") + "."
	}
	return "Of Temporal's SDK."
}

type counter struct{ c prometheus.Counter }

func (c counter) Inc(n int64) { c.c.Add(float64(n)) }

type gauge struct{ g prometheus.Gauge }

func (g gauge) Update(v float64) { g.g.Set(v) }

type timer struct{ o prometheus.Observer }

func (t timer) Record(d time.Duration) { t.o.Observe(d.Seconds()) }
