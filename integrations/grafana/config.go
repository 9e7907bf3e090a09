package grafana

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// defaultTimeout bounds one request when Config says nothing.
const defaultTimeout = 10 * time.Second

// Config says which Grafana is asked, and as whom.
type Config struct {
	URL     string        `yaml:"url"`     // such as https://grafana.example.com
	Token   string        `yaml:"token"`   // of a service account
	Timeout time.Duration `yaml:"timeout"` // of one request; 0: 10 seconds
}

// Client speaks to one Grafana.
type Client struct {
	base    *url.URL
	http    *http.Client
	token   string
	timeout time.Duration
}

// The capability that a Client answers.
var _ activities.DashboardKeeper = (*Client)(nil)

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, ops.Errorf(ops.Invalid, "this is no address of a Grafana; write it like https://grafana.example.com", "这不是有效的 Grafana 地址;应形如 https://grafana.example.com").At("url")
	case c.Token == "":
		return nil, ops.Errorf(ops.Invalid, "the token is missing; make a service account with the role Editor in Grafana, and give its token", "缺少 token;请在 Grafana 中创建 Editor 角色的服务账户并填写其令牌").At("token")
	case c.Timeout < 0:
		return nil, ops.Errorf(ops.Invalid, "the timeout %s is negative; write one such as 10s", "超时时间 %s 为负数;请写成 10s 这样的值", c.Timeout).At("timeout")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return &Client{
		base: u, token: c.Token, timeout: cmp.Or(c.Timeout, defaultTimeout),
		http: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// String names the Grafana.
func (c *Client) String() string { return c.base.String() }
