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

	"orderly.example/ops"
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
func trouble(err error, timeout time.Duration) ops.Text {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var off *brokenOff
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return ops.Textf("the name %s is not known", "域名 %s 不存在", name.Name)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &name) && name.IsTimeout:
		return ops.Textf("no whole answer within %s", "%s 内没有完整响应", timeout)
	case errors.As(err, &name):
		return ops.Textf("the name %s cannot be resolved now", "域名 %s 暂时无法解析", name.Name)
	case errors.As(err, &certificate):
		return ops.Textf("the certificate is not trusted: %s", "证书不受信任:%s", short(certificate.Err))
	case errors.Is(err, syscall.ECONNREFUSED):
		return ops.Textf("the connection is refused", "连接被拒绝")
	case errors.As(err, &off):
		return ops.Textf("the answer (%d) broke off", "响应(%d)中断", off.status)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ops.Textf("the connection is closed without an answer", "连接已关闭且没有响应")
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return ops.Textf("there is no route to it", "网络不可达")
	}
	return ops.Textf("the connection fails: %s", "连接失败:%s", short(err))
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
