package larktest

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// Call is one call of the Web API.
type Call struct {
	Method string            // such as im.message.create
	Args   map[string]string // of the path, the query and the body, JSON as its text; the token is left out
	At     time.Time
	Code   int // what it was answered with; 0 when all was well
	Answer json.RawMessage
	Fault  Fault // how it went wrong; 0 when it did not

	token string
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// read decodes a call.
func read(m method, r *http.Request) (*Call, *refusal) {
	c := &Call{Method: m.name, Args: map[string]string{}}
	c.token = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	for name, v := range r.URL.Query() {
		c.Args[name] = v[0]
	}
	for _, name := range inPath.FindAllStringSubmatch(m.pattern, -1) {
		c.Args[name[1]] = r.PathValue(name[1])
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil || len(raw) == 0 {
		return c, nil
	}
	return c, c.decode(raw)
}

func (c *Call) decode(raw []byte) *refusal {
	var args map[string]json.RawMessage
	if json.Unmarshal(raw, &args) != nil {
		return refuse(9499, "Bad Request")
	}
	for name, v := range args {
		text := ""
		if string(v) == "null" {
			continue
		}
		if json.Unmarshal(v, &text) != nil {
			text = string(v)
		}
		c.Args[name] = text
	}
	return nil
}

// yes says whether an argument is switched on.
func (c *Call) yes(name string) bool { return c.Args[name] == "true" }
