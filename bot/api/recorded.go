package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// recorded writes one line of log per request, and turns a panic into an answer without a stack trace.
func (s *server) recorded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.Clock()
		c := &caller{id: rand.Text()[:12]}
		ctx := context.WithValue(r.Context(), callerKey{}, c)
		t := &tally{ResponseWriter: w}
		t.Header().Set(headerID, c.id)
		t.Header().Set("Cache-Control", "no-store")
		t.Header().Set("X-Content-Type-Options", "nosniff")
		defer func() {
			broken := recover()
			if err, _ := broken.(error); broken != nil && !errors.Is(err, http.ErrAbortHandler) {
				s.Logger.ErrorContext(ctx, "panic", "id", c.id, "error", fmt.Sprint(broken), "stack", string(debug.Stack()))
				t.apologise(c.id)
			}
			s.Logger.InfoContext(ctx, "request", "id", c.id, "method", r.Method, "path", r.URL.Path, "person", c.user.ID,
				"client", c.surface, "status", t.status, "took", s.Clock().Sub(began))
		}()
		next.ServeHTTP(t, r.WithContext(ctx))
	})
}

// tally remembers the status of an answer.
type tally struct {
	http.ResponseWriter
	status int
}

// WriteHeader keeps the status.
func (t *tally) WriteHeader(status int) {
	if t.status == 0 {
		t.status = status
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write keeps the status that a first write stands for.
func (t *tally) Write(b []byte) (int, error) {
	if t.status == 0 {
		t.status = http.StatusOK
	}
	return t.ResponseWriter.Write(b)
}

// Unwrap lets a stream reach what is below.
func (t *tally) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// apologise answers for a defect, when nothing was answered yet.
func (t *tally) apologise(id string) {
	if t.status != 0 {
		return
	}
	f := wire.FailureOf(ops.Errorf(ops.Internal, "internal error %s; the operators find the cause in the log under this id", "内部错误 %s;运维人员可凭此编号在日志中查看原因", id))
	f.ID = id
	writeFailure(t, f)
}
