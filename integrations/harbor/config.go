package harbor

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

// Config says which Harbor is asked, and as whom.
type Config struct {
	URL      string        `yaml:"url"`      // such as https://harbor.example.com
	User     string        `yaml:"user"`     // a user, or a robot account such as robot$orderly
	Password string        `yaml:"password"` // or the robot's secret
	Registry string        `yaml:"registry"` // the host in the names of images; empty: that of the URL
	Timeout  time.Duration `yaml:"timeout"`  // of one request; 0: 10 seconds
}

// Client speaks to one Harbor.
type Client struct {
	base           *url.URL
	http           *http.Client
	user, password string
	registry       string
	timeout        time.Duration
}

// The capabilities that a Client answers.
var (
	_ activities.Registrar     = (*Client)(nil)
	_ activities.Scanner       = (*Client)(nil)
	_ activities.ProjectKeeper = (*Client)(nil)
)

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, ops.Errorf(ops.Invalid, "this is no address of a Harbor; write it like https://harbor.example.com", "这不是有效的 Harbor 地址;应形如 https://harbor.example.com").At("url")
	case c.User == "" || c.Password == "":
		return nil, ops.Errorf(ops.Invalid, "user and password are missing; make a robot account in Harbor and give its name and secret", "缺少 user 或 password;请在 Harbor 中创建机器人账户并填写其名称与密钥").At("user")
	case c.Timeout < 0:
		return nil, ops.Errorf(ops.Invalid, "the timeout %s is negative; write one such as 10s", "超时时间 %s 为负数;请写成 10s 这样的值", c.Timeout).At("timeout")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return &Client{
		base: u, user: c.User, password: c.Password, registry: cmp.Or(c.Registry, u.Host), timeout: cmp.Or(c.Timeout, defaultTimeout),
		http: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// String names the Harbor.
func (c *Client) String() string { return c.base.String() }
