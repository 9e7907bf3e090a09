package registry

import (
	"errors"
	"io"
	"net/http"
)

// maxAnswer bounds an answer, in bytes; manifests and pages of tags are far smaller.
const maxAnswer = 8 << 20

var (
	errTooLarge = errors.New("the answer is larger than 8 MiB")
	errPlain    = errors.New("plain http is not allowed for this host")
)

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
	resp.Body = &bounded{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

// bounded is a body that fails instead of going on for ever.
type bounded struct {
	io.ReadCloser
	left int64
}

// Read reads on.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left+1)])
	if b.left -= int64(n); b.left < 0 {
		return n, errTooLarge
	}
	return n, err
}
