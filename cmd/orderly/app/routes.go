package app

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.temporal.io/sdk/client"

	"orderly.example/bot/api"
	"orderly.example/bot/signin"
)

// routes are everything that is served over HTTP; streams end with the context.
func (a *App) routes(streams context.Context) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, nil) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { answer(w, a.ready(r.Context())) })
	if s := a.parts.signIn; s != nil {
		mux.Handle(signin.Path, s.Handler())
		mux.Handle(signin.Path+"/", s.Handler())
	}
	if d := a.parts.slackDoor; d != nil && a.options.Slack.HTTP {
		mux.Handle("/slack", d)
	}
	if d := a.parts.larkDoor; d != nil && a.options.Lark.HTTP {
		mux.Handle("/lark", d)
	}
	if a.options.has(RolePortal) {
		mux.Handle(api.Prefix+"/", a.parts.api(a, streams))
	}
	return mux
}

// ready says whether requests can be taken now: the engine answers.
func (a *App) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := a.temporal.CheckHealth(ctx, &client.CheckHealthRequest{})
	return err
}

func answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, "the engine does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}
