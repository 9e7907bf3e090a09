package ops

import (
	"errors"
	"fmt"
)

// Code says what kind of failure an Error is; activities decides by it whether to try again, the API which HTTP status
// to answer.
type Code string

// The codes, from design section 5.
const (
	Invalid     Code = "invalid"     // the input is wrong: say it differently
	Denied      Code = "denied"      // policy says no
	NotFound    Code = "not_found"   // no such thing
	Conflict    Code = "conflict"    // somebody else changed it, or it is in another state
	Frozen      Code = "frozen"      // a freeze is on
	Unavailable Code = "unavailable" // the other side does not answer now: trying again helps
	Unsafe      Code = "unsafe"      // inconclusive or dangerous: not done
	Internal    Code = "internal"    // a defect here
)

// Error is a failure that a person can read: what was wrong, where, and what to do next.
type Error struct {
	Code  Code   `json:"code"`
	Text  Text   `json:"text"`
	Field string `json:"field,omitempty"` // the parameter it is about, when it is about one
	cause error
}

// Errorf makes an error with its text in both languages; see Textf for the formats.
func Errorf(code Code, en, zh string, args ...any) *Error {
	return &Error{Code: code, Text: Textf(en, zh, args...)}
}

// At says which parameter the error is about.
func (e *Error) At(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Because attaches the technical cause, which goes to the log and never to a person.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error gives the English text and the cause, for logs.
func (e *Error) Error() string {
	s := e.Text.In(English)
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.cause != nil {
		return fmt.Sprintf("%s (%v)", s, e.cause)
	}
	return s
}

// Unwrap returns the technical cause.
func (e *Error) Unwrap() error { return e.cause }

// CodeOf returns the code of an error, Internal when it carries none and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e := AsError(err); e != nil {
		return e.Code
	}
	return Internal
}

// TextOf returns what a person may read of an error. An error that carries no Text is a defect here, and its words are
// for the log only.
func TextOf(err error) Text {
	if e := AsError(err); e != nil {
		return e.Text
	}
	return Text{
		En: "internal error; the operators find the cause in the log",
		Zh: "内部错误;原因请运维人员查看日志",
	}
}

// AsError returns the *Error in the chain of err, or nil.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
