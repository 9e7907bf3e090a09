package kubernetes

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// asked makes a client of a server through its kubeconfig, asks it for a status and returns the error.
func asked(t *testing.T, ctx context.Context, c Config, server string) error {
	t.Helper()
	c.Kubeconfig = kubeconfig(t, "idc1", server, "t")
	client, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Status(ctx, activities.StatusIn{Place: ops.Place{Context: "idc1", Namespace: "shop", Name: "web"}})
	return err
}

// TestRetryIsLeftToTheEngine: client-go alone would ask ten times here, for a quarter of an hour.
func TestRetryIsLeftToTheEngine(t *testing.T) {
	for _, code := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		var calls atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			w.Header().Set("Retry-After", "100")
			w.WriteHeader(code)
		}))
		explained(t, asked(t, t.Context(), Config{}, s.URL), ops.Unavailable, "idc1")
		if n := calls.Load(); n != 1 {
			t.Errorf("%d: asked %d times", code, n)
		}
		s.Close()
	}
}

func TestAServerThatDoesNotAnswer(t *testing.T) {
	over := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-over
	}))
	defer s.Close()
	defer close(over)
	explained(t, asked(t, t.Context(), Config{Timeout: 50 * time.Millisecond}, s.URL), ops.Unavailable, "idc1")

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if err := asked(t, ctx, Config{}, s.URL); !errors.Is(err, context.Canceled) || ops.AsError(err) != nil {
		t.Errorf("a cancelled question stays cancelled: got %v", err)
	}
}

func TestAServerThatIsAway(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	explained(t, asked(t, t.Context(), Config{}, s.URL), ops.Unavailable, "idc1")
}

func TestAServerWithAStrangeCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	explained(t, asked(t, t.Context(), Config{}, s.URL), ops.Unavailable, "certificate-authority")
}

func TestAnAnswerThatIsNone(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>welcome</html>") }))
	defer s.Close()
	explained(t, asked(t, t.Context(), Config{}, s.URL), ops.Unavailable, "idc1")
}
