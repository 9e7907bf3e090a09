package web

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

const (
	defaultTimeout = 5 * time.Second // of one probe, when Config says nothing
	maxAnswer      = 1 << 20         // how many bytes of an answer are read
	maxHeader      = 64 << 10
)

// Config says how long is waited, and where may be asked.
type Config struct {
	Timeout  time.Duration `yaml:"timeout"`  // of one probe; 0: 5 seconds
	Networks []string      `yaml:"networks"` // the only ones that are asked, such as 10.0.0.0/8; empty: all but this machine
}

// Client asks addresses.
type Client struct {
	http    *http.Client
	dialer  *net.Dialer
	timeout time.Duration
}

var _ activities.Prober = (*Client)(nil)

// New makes a client.
func New(c Config) (*Client, error) {
	if c.Timeout < 0 {
		return nil, ops.Errorf(ops.Invalid, "the timeout %s is negative; write one such as 5s", "超时时间 %s 为负数;请写成 5s 这样的值", c.Timeout).At("timeout")
	}
	g, err := newGuard(c.Networks)
	if err != nil {
		return nil, err
	}
	out := &Client{dialer: &net.Dialer{ControlContext: g.control}, timeout: cmp.Or(c.Timeout, defaultTimeout)}
	out.http = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: out.dialer.DialContext, ForceAttemptHTTP2: true,
			DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeader,
		},
	}
	return out, nil
}

// Probe asks an address; see activities.Prober. Denied when it may not be asked.
func (c *Client) Probe(ctx context.Context, in activities.ProbeIn) (activities.Probed, error) {
	if err := check(in.URL); err != nil {
		return activities.Probed{}, err
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	status, err := c.status(limited, in.URL)
	switch refused := ops.AsError(err); {
	case err == nil:
		return activities.Probed{Status: status}, nil
	case refused != nil:
		return activities.Probed{}, refused
	case errors.Is(ctx.Err(), context.Canceled):
		return activities.Probed{}, ctx.Err() // the question was taken back
	}
	return activities.Probed{Trouble: trouble(err, c.timeout)}, nil
}

// status asks, and reads the answer as far as it is read.
func (c *Client) status(ctx context.Context, address string) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, invalid()
	}
	r.Header.Set("User-Agent", "orderly")
	resp, err := c.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return 0, &brokenOff{resp.StatusCode, err}
	}
	return resp.StatusCode, nil
}

// check says what is wrong in an address.
func check(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return invalid()
	case u.User != nil:
		return ops.Errorf(ops.Invalid, "the address to probe at %s holds a user; leave out what stands before @", "探测地址 %s 中含有用户名;请去掉 @ 之前的内容", u.Host)
	}
	return nil
}

// invalid leaves out the address, which may hold a password.
func invalid() error {
	return ops.Errorf(ops.Invalid, "this is no address to probe; write it like https://shop.example.com/healthz", "这不是有效的探测地址;应形如 https://shop.example.com/healthz")
}
