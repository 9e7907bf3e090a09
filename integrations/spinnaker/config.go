package spinnaker

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Times when Config says nothing.
const (
	defaultTimeout = 10 * time.Second // of one request
	defaultGrace   = 10 * time.Second // that an execution has to end when it was cancelled
)

// Config says which Spinnaker is asked, and as whom. With neither a token nor a user nobody signs in.
type Config struct {
	URL      string        `yaml:"url"`   // of Gate, such as https://gate.example.com
	UI       string        `yaml:"ui"`    // of Deck, for links; empty: links lead to Gate
	Token    string        `yaml:"token"` // a bearer token, or
	User     string        `yaml:"user"`
	Password string        `yaml:"password"`
	Timeout  time.Duration `yaml:"timeout"` // of one request; 0: 10 seconds
}

// Client speaks to one Gate.
type Client struct {
	base, ui string
	config   Config
	http     *http.Client
	timeout  time.Duration
	grace    time.Duration
}

var _ activities.Jobs = (*Client)(nil)

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	switch {
	case !isAddress(c.URL):
		return nil, ops.Errorf(ops.Invalid, "this is no address of a Gate; write it like https://gate.example.com", "这不是有效的 Gate 地址;应形如 https://gate.example.com").At("url")
	case c.UI != "" && !isAddress(c.UI):
		return nil, ops.Errorf(ops.Invalid, "this is no address of a Deck; write it like https://spinnaker.example.com", "这不是有效的 Deck 地址;应形如 https://spinnaker.example.com").At("ui")
	case c.Token != "" && c.User != "":
		return nil, ops.Errorf(ops.Invalid, "there is a token and a user; keep one of them", "同时配置了 token 与 user;请只保留其一").At("token")
	case (c.User == "") != (c.Password == ""):
		return nil, ops.Errorf(ops.Invalid, "a user and a password belong together", "user 与 password 需同时填写").At("password")
	case c.Timeout < 0:
		return nil, ops.Errorf(ops.Invalid, "the timeout %s is negative; write one such as 10s", "超时时间 %s 为负数;请写成 10s 这样的值", c.Timeout).At("timeout")
	}
	return &Client{
		base: strings.TrimRight(c.URL, "/"), ui: strings.TrimRight(c.UI, "/"), config: c, timeout: cmp.Or(c.Timeout, defaultTimeout), grace: defaultGrace,
		http: &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// String names the Spinnaker.
func (c *Client) String() string { return c.base }

// link is where people see an execution.
func (c *Client) link(application, id string) string {
	if c.ui == "" {
		return c.base + "/pipelines/" + id
	}
	return c.ui + "/#/applications/" + url.PathEscape(application) + "/executions/details/" + id
}
