package registry

import (
	"errors"
	"net/http"
)

// maxAnswer bounds an answer, in bytes; manifests and pages of tags are far smaller.
const maxAnswer = 8 << 20

var errPlain = errors.New("plain http is not allowed for this host")

// guarded refuses plain http where it is not allowed, and bounds every answer.
type guarded struct {
	next     http.RoundTripper
	insecure map[string]bool
}

// RoundTrip sends a request.
func (g *guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" && !g.insecure[r.URL.Host] {
		return nil, errPlain
	}
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	return resp, nil
}
