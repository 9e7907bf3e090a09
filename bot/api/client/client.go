package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// prefix is where the API lives; the API itself says the same (api.Prefix).
const prefix = "/api/v1"

// maxAnswer bounds how much of an answer is read, in bytes.
const maxAnswer = 64 << 20

// Config says which server to speak to and as whom.
type Config struct {
	Server  string // such as http://127.0.0.1:7080
	Token   string
	As      string // a person's id, for a server in dev mode; used without a token
	Lang    string
	Program string       // cli or console: the surface in the record
	HTTP    *http.Client // nil: one of its own
}

// Client speaks to one server as one person.
type Client struct {
	config Config
	base   string
	http   *http.Client
	pause  func(ctx context.Context, try int) error // between two tries
	give   int                                      // how often in a row a stream may fail to come back
	idle   time.Duration                            // how long a stream may be silent; the server speaks every 15 s
}

// New checks the address.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.Server)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, ops.Errorf(ops.Invalid, "%q is not the address of a server; write it like http://127.0.0.1:7080 (--server or ORDERLY_SERVER)",
			"%q 不是服务地址;请写成 http://127.0.0.1:7080(--server 或 ORDERLY_SERVER)", c.Server)
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return &Client{config: c, base: strings.TrimRight(c.Server, "/") + prefix, http: c.HTTP, pause: backoff, give: 60, idle: 45 * time.Second}, nil
}

// Server is the address that the client speaks to.
func (c *Client) Server() string { return c.config.Server }

// call is one call that may be sent again: a GET, or one with a key.
type call struct {
	method string
	path   string
	query  url.Values
	key    string
	body   any
}

// tries is how often a call is sent before it is given up.
const tries = 4

// do sends a call, again when the connection breaks or the server is busy, and reads the answer.
func (c *Client) do(ctx context.Context, k call, into any) error {
	payload, err := encode(k.body)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = c.once(ctx, k, payload, into)
		if try == tries || !worthAnother(err) || ctx.Err() != nil {
			return err
		}
		if c.pause(ctx, try) != nil {
			return err
		}
	}
}

func (c *Client) once(ctx context.Context, k call, payload []byte, into any) error {
	resp, err := c.send(ctx, k, payload)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return c.lost(ctx, err)
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return failureOf(resp, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return notOurs(c.config.Server).Because(err)
	}
	return nil
}

// send sends a call once. Answers that are no success come back as they are.
func (c *Client) send(ctx context.Context, k call, payload []byte) (*http.Response, error) {
	address := c.base + k.path
	if len(k.query) > 0 {
		address += "?" + k.query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, k.method, address, bytes.NewReader(payload))
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%s is no address", "%s 不是有效地址", address).Because(err)
	}
	c.sign(r)
	if len(payload) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	if k.key != "" {
		r.Header.Set("Idempotency-Key", k.key)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, c.lost(ctx, err)
	}
	return resp, nil
}

// sign says who asks.
func (c *Client) sign(r *http.Request) {
	switch {
	case c.config.Token != "":
		r.Header.Set("Authorization", "Bearer "+c.config.Token)
	case c.config.As != "":
		r.Header.Set("X-Orderly-As", c.config.As)
	}
	if c.config.Lang != "" {
		r.Header.Set("Accept-Language", c.config.Lang)
	}
	if c.config.Program != "" {
		r.Header.Set("X-Orderly-Client", c.config.Program)
	}
}

func encode(body any) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	b, err := json.Marshal(body)
	if err != nil {
		return nil, ops.Errorf(ops.Internal, "the call cannot be written down", "请求无法序列化").Because(err)
	}
	return b, nil
}

// lost says that the server did not answer. The technical cause holds the address and no token.
func (c *Client) lost(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return ops.Errorf(ops.Unavailable, "the server at %[1]s does not answer; is it running (`orderly dev`), and is --server right?",
		"%[1]s 没有响应;请确认服务已启动(`orderly dev`)且 --server 正确", c.config.Server).Because(err)
}

func notOurs(server string) *ops.Error {
	return ops.Errorf(ops.Unavailable, "%[1]s answers, but not as Orderly does; is --server right, and is no proxy in between?",
		"%[1]s 的应答不符合 Orderly 接口;请检查 --server 及中间代理", server)
}

// failureOf reads why the server did not do it.
func failureOf(resp *http.Response, text []byte) error {
	var f wire.Failure
	if err := json.Unmarshal(text, &f); err != nil || f.Code == "" || f.Text.IsZero() {
		code := wire.CodeOf(resp.StatusCode)
		return ops.Errorf(code, "the server answers %s, without a reason of ours; is a proxy in between?", "服务返回 %s,且无 Orderly 的说明;请检查中间代理", resp.Status)
	}
	f.Status = resp.StatusCode
	e := &ops.Error{Code: f.Code, Text: f.Text, Field: f.Field}
	return e.Because(&f)
}

// worthAnother says whether the same call could fare better in a moment.
func worthAnother(err error) bool { return ops.CodeOf(err) == ops.Unavailable }

// backoff waits a little longer before every try.
func backoff(ctx context.Context, try int) error {
	timer := time.NewTimer(min(100*time.Millisecond<<min(try, 6), 3*time.Second))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// keyOr is the key of a call: the caller's, or a random one that makes only this call's own repeats count once.
func keyOr(key string) string {
	if key == "" {
		return rand.Text()
	}
	return key
}
