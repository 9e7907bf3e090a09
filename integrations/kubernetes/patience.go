package kubernetes

import "net/http"

// impatient takes the header Retry-After off every answer, because client-go sleeps and tries again by itself when it
// sees one. How long to wait is decided once, by whoever runs the step.
type impatient struct{ next http.RoundTripper }

func (i impatient) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := i.next.RoundTrip(r)
	if answer != nil {
		answer.Header.Del("Retry-After")
	}
	return answer, err
}

// WrappedRoundTripper lets client-go find what is below, as it does with its own wrappers.
func (i impatient) WrappedRoundTripper() http.RoundTripper { return i.next }
