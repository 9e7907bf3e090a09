package wire

import (
	"net/http"

	"orderly.example/ops"
)

// Failure is the body of every answer that is not a success.
type Failure struct {
	Code   ops.Code  `json:"code" enum:"invalid,denied,not_found,conflict,frozen,unavailable,unsafe,internal"`
	Text   ops.Text  `json:"text"`
	Field  string    `json:"field,omitempty" doc:"The one value that is wrong"`
	Errors []Problem `json:"errors,omitempty" doc:"Everything that is wrong, when it is more than the text says"`
	ID     string    `json:"id,omitempty" doc:"The line of the log that says more"`
	Status int       `json:"-"`
}

// Problem is one wrong value.
type Problem struct {
	Field string   `json:"field"`
	Text  ops.Text `json:"text"`
}

// statuses maps the codes to HTTP; nothing else does.
var statuses = map[ops.Code]int{
	ops.Invalid:     http.StatusBadRequest,
	ops.Denied:      http.StatusForbidden,
	ops.NotFound:    http.StatusNotFound,
	ops.Conflict:    http.StatusConflict,
	ops.Frozen:      http.StatusLocked,
	ops.Unavailable: http.StatusServiceUnavailable,
	ops.Unsafe:      http.StatusUnprocessableEntity,
	ops.Internal:    http.StatusInternalServerError,
}

// StatusOf is the HTTP status of a code.
func StatusOf(c ops.Code) int {
	if s, ok := statuses[c]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// CodeOf is the code of an HTTP status that came without a body of ours, such as from a proxy in between.
func CodeOf(status int) ops.Code {
	for code, s := range statuses {
		if s == status {
			return code
		}
	}
	switch {
	case status == http.StatusUnauthorized:
		return ops.Denied
	case status == http.StatusBadGateway, status == http.StatusGatewayTimeout, status == http.StatusTooManyRequests:
		return ops.Unavailable
	case status < http.StatusInternalServerError:
		return ops.Invalid
	}
	return ops.Internal
}

// FailureOf says an error the way a client may read it.
func FailureOf(err error) *Failure {
	f := &Failure{Code: ops.CodeOf(err), Text: ops.TextOf(err)}
	if e := ops.AsError(err); e != nil {
		f.Field = e.Field
	}
	f.Status = StatusOf(f.Code)
	return f
}

// GetStatus is the HTTP status of the answer.
func (f *Failure) GetStatus() int { return f.Status }

// Error gives the English text.
func (f *Failure) Error() string { return f.Text.In(ops.English) }
