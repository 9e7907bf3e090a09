package nacos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"orderly.example/ops"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 32 << 20

// call is one request.
type call struct {
	method, path string
	values       url.Values // the query, or the form of a POST
	headers      map[string]string
	wrapped      bool   // the answer is {code, message, data}
	what         string // what it is about, for people
}

// do sends a request and reads the answer into out, which may be nil. When the server does not know the token any more, it
// signs in anew, once. An empty answer leaves out as it is.
func (c *Client) do(ctx context.Context, k call, out any) error {
	token, err := c.signIn(ctx, "")
	if err != nil {
		return err
	}
	raw, err := c.send(ctx, k, token)
	if token != "" && ops.CodeOf(err) == ops.Denied {
		if token, err = c.signIn(ctx, token); err != nil {
			return err
		}
		raw, err = c.send(ctx, k, token)
	}
	if err != nil || out == nil {
		return err
	}
	return c.decode(raw, k, out)
}

func (c *Client) decode(raw []byte, k call, out any) error {
	if k.wrapped {
		var w struct {
			Code int             `json:"code"`
			Data json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(raw, &w); err != nil {
			return c.strange(err)
		}
		if w.Code != 0 && w.Code != http.StatusOK {
			return c.refusal(http.StatusInternalServerError, raw, k)
		}
		raw = w.Data
	}
	if raw = bytes.TrimSpace(raw); len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return c.strange(err)
	}
	return nil
}

func (c *Client) strange(err error) error {
	return ops.Errorf(ops.Unavailable, "what %s answers is not what a Nacos says; check the address and the api of the configuration", "%s 的答复不是 Nacos 的格式;请检查配置中的地址与 api", c).Because(err)
}

// send sends a request and gives back what was answered.
func (c *Client) send(ctx context.Context, k call, token string) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	u := *c.base
	u.Path += "/" + k.path
	var body io.Reader
	if k.method == http.MethodPost {
		body = strings.NewReader(k.values.Encode())
	} else {
		u.RawQuery = k.values.Encode()
	}
	r, err := http.NewRequestWithContext(limited, k.method, u.String(), body)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%s cannot be asked for", "无法请求 %s", k.what).Because(err)
	}
	for name, v := range k.headers {
		r.Header[name] = []string{v} // a server that compares letters gets them as they are documented
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, c.away(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, c.away(ctx, err)
	case len(raw) > maxAnswer:
		return nil, ops.Errorf(ops.Invalid, "Nacos answers with more than %d MiB about %s; such a dataId cannot be worked with here", "Nacos 关于 %[2]s 的答复超过 %[1]d MiB;无法在此处理该 dataId", maxAnswer>>20, k.what)
	case resp.StatusCode != http.StatusOK:
		return nil, c.refusal(resp.StatusCode, raw, k)
	}
	return raw, nil
}

// early is how long before its end a token is not used any more.
const early = 10 * time.Second

// signIn is a token that is not the given one; empty when Nacos asks nobody.
func (c *Client) signIn(ctx context.Context, not string) (string, error) {
	if c.user == "" {
		return "", nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token != "" && c.token != not && time.Now().Before(c.until) {
		return c.token, nil
	}
	k := call{method: http.MethodPost, path: c.api.login, values: url.Values{"username": {c.user}, "password": {c.password}}, what: "login"}
	raw, err := c.send(ctx, k, "")
	if ops.CodeOf(err) == ops.Denied {
		return "", ops.Errorf(ops.Denied, "Nacos at %s does not let %q sign in; check user and password in the configuration", "Nacos(%s)不允许 %q 登录;请检查配置中的用户名和密码", c, c.user)
	}
	if err != nil {
		return "", err
	}
	var got struct {
		Token string `json:"accessToken"`
		TTL   int64  `json:"tokenTtl"`
	}
	if err := json.Unmarshal(raw, &got); err != nil || got.Token == "" {
		return "", c.strange(err)
	}
	c.token, c.until = got.Token, time.Now().Add(time.Duration(got.TTL)*time.Second-early)
	return c.token, nil
}

// away explains that nothing was answered.
func (c *Client) away(ctx context.Context, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err() // the question was taken back
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "Nacos at %s did not answer within %s; it is tried again", "Nacos(%s)未在 %s 内响应;将会重试", c, c.timeout).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "Nacos at %s cannot be reached; it is tried again, check the address and the network if it stays so", "无法连接 Nacos(%s);将会重试,若持续如此请检查地址和网络", c).Because(err)
}

// with is the parameters of a place and others.
func (c *Client) with(p place, more ...url.Values) url.Values {
	out := url.Values{"dataId": {p.dataID}, c.api.group: {p.group}}
	if tenant := p.tenant; tenant != "public" {
		out.Set(c.api.tenant, tenant)
	} else if c.api.public != "" {
		out.Set(c.api.tenant, c.api.public)
	}
	for _, m := range more {
		maps.Copy(out, m)
	}
	return out
}
