package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// brokenOff is an answer that did not come to its end.
type brokenOff struct {
	status int
	cause  error
}

// Error says it.
func (b *brokenOff) Error() string {
	return fmt.Sprintf("the answer (%d) broke off: %v", b.status, b.cause)
}

// Unwrap is why.
func (b *brokenOff) Unwrap() error { return b.cause }

// maxWords bounds what is repeated of others' words.
const maxWords = 200

// trouble says in a few words why there was no answer. It never repeats the address, which may hold a secret.
func trouble(err error, timeout time.Duration) string {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var off *brokenOff
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return "the name " + name.Name + " is not known"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &name) && name.IsTimeout:
		return fmt.Sprintf("no whole answer within %s", timeout)
	case errors.As(err, &name):
		return "the name " + name.Name + " cannot be resolved now"
	case errors.As(err, &certificate):
		return "the certificate is not trusted: " + short(certificate.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection is refused"
	case errors.As(err, &off):
		return fmt.Sprintf("the answer (%d) broke off", off.status)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection is closed without an answer"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no route to it"
	}
	return "the connection fails: " + short(err)
}

// short is an error in one line of bounded length, without the address.
func short(err error) string {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	r := []rune(strings.Join(strings.Fields(err.Error()), " "))
	if len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return string(r)
}
