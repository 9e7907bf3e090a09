package apollo

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"orderly.example/ops"
)

// defaultTimeout bounds one request when Config says nothing.
const defaultTimeout = 10 * time.Second

// defaultCluster is the cluster of a service that names none.
const defaultCluster = "default"

// Config says which portal is asked, and as whom.
type Config struct {
	URL       string        `yaml:"url"`       // of the portal, such as https://apollo.example.com
	Token     string        `yaml:"token"`     // of the third-party application
	Operator  string        `yaml:"operator"`  // the portal's user that edits
	Publisher string        `yaml:"publisher"` // the portal's user that publishes; empty: the operator
	Timeout   time.Duration `yaml:"timeout"`   // of one request; 0: 10 seconds
}

func (c Config) check() (*url.URL, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, ops.Errorf(ops.Invalid, "this is no address of an Apollo portal; write it like https://apollo.example.com", "这不是有效的 Apollo Portal 地址;应形如 https://apollo.example.com").At("url")
	case c.Token == "":
		return nil, ops.Errorf(ops.Invalid, "the token is missing; make a third-party application in the portal under open platform", "缺少 token;请在 Portal 的开放平台授权管理中创建第三方应用").At("token")
	case c.Operator == "":
		return nil, ops.Errorf(ops.Invalid, "the operator is missing; name a user of the portal", "缺少 operator;请填写一个 Portal 用户").At("operator")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// Client speaks to one portal.
type Client struct {
	base                *url.URL
	http                *http.Client
	token               string
	operator, publisher string
	timeout             time.Duration
}

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	base, err := c.check()
	if err != nil {
		return nil, err
	}
	return &Client{
		base: base, token: c.Token, operator: c.Operator, publisher: cmp.Or(c.Publisher, c.Operator), timeout: cmp.Or(c.Timeout, defaultTimeout),
		http: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// String names the portal.
func (c *Client) String() string { return c.base.String() }
