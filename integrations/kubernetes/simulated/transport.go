package simulated

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ErrHang is a fault: the request is not answered until its context ends.
var ErrHang = errors.New("simulated: no answer")

// ErrLost is a fault: the request takes effect, and its answer is lost on the way back.
var ErrLost = errors.New("simulated: the answer is lost")

// RoundTrip answers one request of client-go.
func (c *cluster) RoundTrip(r *http.Request) (*http.Response, error) {
	q, err := parse(r)
	if err != nil {
		return nil, err
	}
	fault := c.fault(q)
	switch {
	case errors.Is(fault, ErrHang):
		<-r.Context().Done()
		return nil, r.Context().Err()
	case fault != nil && !errors.Is(fault, ErrLost):
		if status := apierrors.APIStatus(nil); errors.As(fault, &status) {
			return answer(r, nil, fault)
		}
		return nil, fault
	}
	out, err := c.serve(q)
	if fault != nil {
		return nil, syscall.ECONNRESET
	}
	return answer(r, out, err)
}

// answer encodes an object or an error as the API server does.
func answer(r *http.Request, body any, err error) (*http.Response, error) {
	code := http.StatusOK
	if r.Method == http.MethodPost {
		code = http.StatusCreated
	}
	if err != nil {
		status := apierrors.APIStatus(nil)
		if !errors.As(err, &status) {
			status = apierrors.NewInternalError(err)
		}
		s := status.Status()
		s.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
		body, code = s, int(s.Code)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: code, Status: http.StatusText(code), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(raw)), ContentLength: int64(len(raw)),
	}, nil
}
