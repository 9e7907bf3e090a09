package gitlab

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Limits of what is asked.
const (
	maxAnswer = 16 << 20 // of an answer, in bytes
	maxRest   = time.Minute
	pageSize  = 100
)

// guarded bounds every answer, and notes when GitLab wants to be left alone.
type guarded struct {
	next http.RoundTripper
	pace *pace
}

// RoundTrip sends a request.
func (g *guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	if resp.StatusCode == http.StatusTooManyRequests {
		if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
			g.pace.rest(min(time.Duration(seconds)*time.Second, maxRest))
		}
	}
	return resp, nil
}

// pace holds requests back for as long as GitLab has asked for.
type pace struct {
	mu    sync.Mutex
	until time.Time
}

func (p *pace) rest(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := time.Now().Add(d); t.After(p.until) {
		p.until = t
	}
}

// Wait waits until one may ask again.
func (p *pace) Wait(ctx context.Context) error {
	p.mu.Lock()
	left := time.Until(p.until)
	p.mu.Unlock()
	if left <= 0 {
		return nil
	}
	t := time.NewTimer(left)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return errPaced
	case <-t.C:
		return nil
	}
}
