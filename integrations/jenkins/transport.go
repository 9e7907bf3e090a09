package jenkins

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 16 << 20

// request is one call.
type request struct {
	method string
	path   string // below the address, escaped
	query  url.Values
	form   url.Values
	what   string // it is about, for people
	crumb  *crumb
}

// answer is what came back.
type answer struct {
	header http.Header
	body   []byte
}

// refusal is an answer that says no.
type refusal struct {
	status int
	words  string
}

func (r *refusal) Error() string { return http.StatusText(r.status) + ": " + r.words }

// status is the HTTP status of a refusal; 0: there was none.
func status(err error) int {
	if r := (*refusal)(nil); errors.As(err, &r) {
		return r.status
	}
	return 0
}

// get reads JSON, of which tree says which part.
func (c *Client) get(ctx context.Context, path, tree, what string, out any) error {
	q := url.Values{}
	if tree != "" {
		q.Set("tree", tree)
	}
	a, err := c.ask(ctx, request{method: http.MethodGet, path: path, query: q, what: what})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(a.body, out); err != nil {
		return c.strange(err)
	}
	return nil
}

// post does something. Where Jenkins asks for a crumb, nothing was done yet, and it is done with one.
func (c *Client) post(ctx context.Context, path string, form url.Values, what string) (answer, error) {
	r := request{method: http.MethodPost, path: path, form: form, what: what}
	a, err := c.ask(ctx, r)
	if no := (*refusal)(nil); !errors.As(err, &no) || no.status != http.StatusForbidden || !strings.Contains(strings.ToLower(no.words), "crumb") {
		return a, err
	}
	r.crumb = &crumb{}
	if err := c.get(ctx, "/crumbIssuer/api/json", "", "a crumb", r.crumb); err != nil {
		return a, err
	}
	return c.ask(ctx, r)
}

// crumb is Jenkins's protection against requests that others make a browser send.
type crumb struct {
	Crumb string `json:"crumb"`
	Field string `json:"crumbRequestField"`
}

// ask sends one request and explains what goes wrong.
func (c *Client) ask(ctx context.Context, r request) (answer, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	a, err := c.send(limited, r)
	if err != nil {
		return a, c.explain(ctx, err, r.what)
	}
	return a, nil
}

func (c *Client) send(ctx context.Context, r request) (answer, error) {
	resp, err := c.do(ctx, r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(http.MaxBytesReader(nil, resp.Body, maxAnswer))
	if err != nil {
		return answer{}, err
	}
	signIn := strings.Contains(resp.Header.Get("Location"), "/login") || strings.Contains(resp.Header.Get("Location"), "/securityRealm/")
	switch s := resp.StatusCode; {
	case s/100 == 2, s/100 == 3 && r.method == http.MethodPost && !signIn: // after a form it shows a page
		return answer{resp.Header, body}, nil
	case s/100 == 3 && signIn:
		return answer{}, &refusal{http.StatusUnauthorized, "sign in"}
	default:
		return answer{}, &refusal{s, words(resp.Header, body)}
	}
}

func (c *Client) do(ctx context.Context, r request) (*http.Response, error) {
	address := c.base.String() + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	var body io.Reader
	if r.method == http.MethodPost {
		body = strings.NewReader(r.form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(c.user, c.token)
	req.Header.Set("User-Agent", "orderly")
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if r.crumb != nil {
		req.Header.Set(r.crumb.Field, r.crumb.Crumb)
	}
	return c.http.Do(req)
}
