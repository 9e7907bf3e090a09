package slacktest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Call is one call of a Web API method.
type Call struct {
	Method string
	Args   map[string]string // JSON arguments as their text; the token is left out
	At     time.Time
	Error  string // what it was answered with; empty when all was well
	Answer json.RawMessage
	Fault  Fault // how it went wrong; 0 when it did not

	token string
}

// read decodes a call that came as a form, as JSON or in the query.
func read(r *http.Request) (*Call, *refusal) {
	c := &Call{Method: r.PathValue("method"), Args: map[string]string{}}
	c.token = strings.TrimSpace(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer"))
	c.take(r.URL.Query())
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return c, c.readJSON(r.Body)
	}
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return c, refuse("invalid_form_data")
	}
	c.take(r.PostForm)
	return c, nil
}

func (c *Call) take(values url.Values) {
	for name, v := range values {
		c.set(name, v[0])
	}
}

func (c *Call) set(name, value string) {
	switch {
	case name == "token":
		c.token = value
	case value != "null" && value != "":
		c.Args[name] = value
	}
}

func (c *Call) readJSON(body io.Reader) *refusal {
	raw, err := io.ReadAll(body)
	if err != nil || len(raw) == 0 {
		return nil
	}
	return c.decode(raw)
}

func (c *Call) decode(raw []byte) *refusal {
	var args map[string]json.RawMessage
	if json.Unmarshal(raw, &args) != nil {
		return refuse("invalid_json")
	}
	for name, v := range args {
		text := ""
		if string(v) == "null" || json.Unmarshal(v, &text) != nil {
			text = string(v)
		}
		c.set(name, text)
	}
	return nil
}

// yes says whether an argument is switched on.
func (c *Call) yes(name string) bool { return c.Args[name] == "1" || c.Args[name] == "true" }
