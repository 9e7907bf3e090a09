package prometheus

import (
	"errors"
	"io"
	"net/http"
)

// maxAnswer bounds an answer, in bytes: a thousand samples with long labels are far smaller.
const maxAnswer = 8 << 20

// errTooLarge is what reading gives beyond maxAnswer.
var errTooLarge = errors.New("the answer is larger than 8 MiB")

// signed adds the credentials to every request, and bounds every answer.
type signed struct {
	next                  http.RoundTripper
	token, user, password string
}

// RoundTrip sends a request.
func (s *signed) RoundTrip(r *http.Request) (*http.Response, error) {
	switch {
	case s.token != "":
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+s.token)
	case s.user != "":
		r = r.Clone(r.Context())
		r.SetBasicAuth(s.user, s.password)
	}
	resp, err := s.next.RoundTrip(r)
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
