package spinnaker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 32 << 20

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

// ask sends one request and reads its answer into out, which may be nil; what is what it is about, for people.
func (c *Client) ask(ctx context.Context, method, path string, in, out any, what string) error {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	raw, err := c.send(limited, method, path, in)
	if err != nil {
		return c.explain(ctx, err, what)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			return c.strange(err)
		}
	}
	return nil
}

func (c *Client) send(ctx context.Context, method, path string, in any) ([]byte, error) {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "orderly")
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	switch {
	case c.config.Token != "":
		req.Header.Set("Authorization", "Bearer "+c.config.Token)
	case c.config.User != "":
		req.SetBasicAuth(c.config.User, c.config.Password)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(http.MaxBytesReader(nil, resp.Body, maxAnswer))
	switch s := resp.StatusCode; {
	case err != nil:
		return nil, err
	case s/100 == 2:
		return raw, nil
	case s/100 == 3 && strings.Contains(resp.Header.Get("Location"), "/login"):
		return nil, &refusal{http.StatusUnauthorized, "sign in"}
	default:
		return nil, &refusal{s, words(raw)}
	}
}

// maxWords bounds what is repeated of Spinnaker's own words, in characters.
const maxWords = 200

// words are Spinnaker's own about a refusal, in one line.
func words(raw []byte) string {
	var e struct {
		Message string `json:"message"`
		Error   string `json:"error"`
	}
	if json.Unmarshal(raw, &e) != nil {
		return ""
	}
	if e.Message == "" {
		e.Message = e.Error
	}
	return short(e.Message)
}

// short is a text in one line of bounded length.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return s
}
