package jenkinstest

import (
	"net/http"

	"orderly.example/deploy/parts/faulttest"
)

// serve answers, with a fault or without.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	var h http.Handler = http.HandlerFunc(s.answer)
	if s.Handles != nil {
		h = s.Handles(h)
	}
	s.Serve(w, r, h, func(kind faulttest.Fault) {
		switch kind {
		case faulttest.Unavailable:
			refuse(w, http.StatusServiceUnavailable, "Service unavailable")
		case faulttest.Limited:
			refuse(w, http.StatusTooManyRequests, "Too many requests")
		default:
			refuse(w, http.StatusConflict, "Conflict")
		}
	})
}
