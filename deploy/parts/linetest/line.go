// Package linetest answers: what happens when the line to a real server is slow, cut, or loses an answer?
//
// It is toxiproxy in the test's own process, between a client and a server that are both real.
package linetest

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Line leads to a server.
type Line struct {
	Address string // where the client connects, as host:port
	t       testing.TB
	proxy   *toxiproxy.Proxy
}

// New makes a line to a server at host:port. It is whole, and ends with the test.
func New(t testing.TB, server string) *Line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	out := &Line{Address: address, t: t, proxy: toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.New(io.Discard)), t.Name(), address, server)}
	out.Mend()
	t.Cleanup(out.Cut)
	return out
}

// Cut ends every connection and refuses new ones.
func (l *Line) Cut() { l.proxy.Stop() }

// Mend makes the line whole and quick.
func (l *Line) Mend() {
	l.t.Helper()
	l.proxy.Toxics.ResetToxics(l.t.Context())
	if l.proxy.Enabled {
		return
	}
	if err := l.proxy.Start(); err != nil {
		l.t.Fatal(err)
	}
}

// Slow delays every answer.
func (l *Line) Slow(by time.Duration) {
	l.t.Helper()
	l.toxic(fmt.Sprintf(`{"type": "latency", "stream": "downstream", "attributes": {"latency": %d}}`, by.Milliseconds()))
}

// Lose lets requests through and no answer back.
func (l *Line) Lose() {
	l.t.Helper()
	l.toxic(`{"type": "limit_data", "stream": "downstream", "attributes": {"bytes": 0}}`)
}

func (l *Line) toxic(json string) {
	l.t.Helper()
	l.proxy.Toxics.ResetToxics(l.t.Context())
	if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(json)); err != nil {
		l.t.Fatal(err)
	}
}
