package istiotest

import (
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/deploy/parts/faulttest"
)

// serve answers, with a fault or without.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.Serve(w, r, http.HandlerFunc(s.answer), func(kind faulttest.Fault) {
		switch kind {
		case faulttest.Unavailable:
			refuse(w, http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable, "", "away")
		case faulttest.Limited:
			refuse(w, http.StatusTooManyRequests, metav1.StatusReasonTooManyRequests, "", "slow down")
		default:
			refuse(w, http.StatusConflict, metav1.StatusReasonConflict, "", modified)
		}
	})
}
