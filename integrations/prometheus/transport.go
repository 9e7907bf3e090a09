package prometheus

import "net/http"

// maxAnswer bounds an answer, in bytes: a thousand samples with long labels are far smaller.
const maxAnswer = 8 << 20

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
	resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	return resp, nil
}
