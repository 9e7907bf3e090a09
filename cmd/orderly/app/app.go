package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"orderly.example/bot"
	"orderly.example/cmd/orderly/engine"
	"orderly.example/cmd/orderly/telemetry"
	"orderly.example/ops"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
)

// App is one running process.
type App struct {
	URL         string // of the API; empty without the portal role
	TemporalUI  string // of the embedded engine's web UI; empty: none
	Engine      string // host and port of the engine, for other processes
	options     Options
	metrics     *prometheus.Registry
	catalogue   change.Catalogue
	parts       *parts
	temporal    client.Client
	interceptor []interceptor.ClientInterceptor
	starter     *workflows.Client
	stops       []func(context.Context) error // in the order of starting
	failed      chan error
	listener    net.Listener
}

// live is the metric of what the last collection of garbage left, by which a leak is seen.
var live = collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile("^/gc/heap/live:bytes$")}

// Start starts a process. What had started is stopped again when a later part fails.
func Start(ctx context.Context, o Options) (*App, error) {
	o = o.withDefaults()
	a := &App{options: o, metrics: prometheus.NewRegistry(), failed: make(chan error, 1)}
	a.metrics.MustRegister(collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(live)), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.catalogue = change.Catalogue{Definitions: workflows.All(), Demo: o.Demo()}
	if err := bot.CheckNames(a.catalogue.Operations()); err != nil {
		return nil, err
	}
	for _, start := range []func(context.Context) error{a.listen, a.startTraces, a.startEngine, a.startParts, a.startWorker, a.startChat, a.startWeb} {
		if err := start(ctx); err != nil {
			return nil, errors.Join(err, a.Stop(ctx))
		}
	}
	return a, nil
}

// Failed gives the error of a part that ended although nobody stopped it.
func (a *App) Failed() <-chan error { return a.failed }

// stopTimeout is how long a clean stop may take.
const stopTimeout = 15 * time.Second

// Stop stops everything in reverse. Changes that run go on at the next start.
func (a *App) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	var errs []error
	for i := len(a.stops) - 1; i >= 0; i-- {
		errs = append(errs, a.stops[i](ctx))
	}
	a.stops = nil
	return errors.Join(errs...)
}

func (a *App) onStop(stop func(context.Context) error) { a.stops = append(a.stops, stop) }

func (a *App) startTraces(ctx context.Context) error {
	i, flush, err := telemetry.Traces(ctx, a.options.Tracing, a.options.Version)
	if err != nil {
		return err
	}
	if i != nil {
		a.interceptor = append(a.interceptor, i)
	}
	a.onStop(flush)
	return nil
}

// startEngine starts the embedded engine, or reaches the one that somebody else runs, and makes it ready for changes.
func (a *App) startEngine(ctx context.Context) error {
	t := a.options.Temporal
	address := t.Address
	if address == "" {
		s, err := engine.Start(ctx, engine.Options{
			File: filepath.Join(a.options.DataDir, "orderly.db"), Namespace: t.Namespace, Retention: t.Retention, Port: t.Port, UIPort: t.UIPort,
			Logger: a.options.Logger,
		})
		if err != nil {
			return err
		}
		address, a.TemporalUI = s.HostPort, s.UIURL
		a.onStop(func(context.Context) error { return s.Stop() })
	}
	t.Address, a.Engine = address, address
	o := t.options()
	o.Logger, o.MetricsHandler, o.Interceptors = sdklog.NewStructuredLogger(telemetry.Quiet(a.options.Logger)), telemetry.NewHandler(a.metrics), a.interceptor
	c, err := client.DialContext(ctx, o)
	if err != nil {
		return unreachable(address, err)
	}
	a.temporal = c
	a.onStop(func(context.Context) error { c.Close(); return nil })
	a.starter = workflows.NewClient(c, a.catalogue, t.Namespace, t.TaskQueue)
	return engine.Prepare(ctx, c, t.Namespace, t.Retention)
}

func (a *App) startWorker(context.Context) error {
	if !a.options.has(RoleWorker) {
		return nil
	}
	o := workflows.WorkerOptions()
	o.Interceptors = []interceptor.WorkerInterceptor{telemetry.NewSteps(a.metrics)}
	o.OnFatalError = a.fail
	if id := a.options.Temporal.BuildID; id != "" {
		o.DeploymentOptions = pinned(id)
	}
	w := worker.New(a.temporal, a.options.Temporal.TaskQueue, o)
	workflows.Register(w, a.catalogue)
	a.parts.register(w, workflows.Engine{Client: a.starter})
	if err := w.Start(); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	a.onStop(func(context.Context) error { w.Stop(); return nil })
	return nil
}

func (a *App) fail(err error) {
	select {
	case a.failed <- err:
	default:
	}
}

// listen takes the address first: that it is taken is the commonest reason why a process cannot start.
func (a *App) listen(ctx context.Context) error {
	if a.options.Listen == "" {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.options.Listen)
	if err != nil {
		return ops.Errorf(ops.Conflict, "cannot listen on %[1]s: %[2]s; is orderly running already? Choose another address with --listen",
			"无法监听 %[1]s:%[2]s;orderly 是否已在运行?可用 --listen 换一个地址", a.options.Listen, reason(err)).Because(err)
	}
	a.listener = l
	a.onStop(func(context.Context) error { _ = l.Close(); return nil }) // the server closed it, when there was one
	return nil
}

// reason is the last cause, such as "address already in use".
func reason(err error) string {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}

// startWeb serves the API and what operators look at.
func (a *App) startWeb(ctx context.Context) error {
	if a.listener == nil {
		return nil
	}
	streams, end := context.WithCancel(context.WithoutCancel(ctx))
	s := &http.Server{Handler: a.routes(streams), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := s.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
			a.fail(err)
		}
	}()
	a.URL = "http://" + a.listener.Addr().String()
	a.onStop(func(ctx context.Context) error { end(); return s.Shutdown(ctx) })
	return nil
}
