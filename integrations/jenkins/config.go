package jenkins

import (
	"cmp"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Times when Config says nothing.
const (
	defaultTimeout = 10 * time.Second // of one request
	defaultGrace   = 10 * time.Second // that a build has to stop by itself
)

// Config says which Jenkins is asked, and as whom.
type Config struct {
	URL     string        `yaml:"url"`     // such as https://jenkins.example.com
	User    string        `yaml:"user"`    // who may read, build and cancel the jobs
	Token   string        `yaml:"token"`   // an API token of the user
	Timeout time.Duration `yaml:"timeout"` // of one request; 0: 10 seconds
}

// Client speaks to one Jenkins.
type Client struct {
	base        *url.URL
	http        *http.Client
	user, token string
	timeout     time.Duration
	grace       time.Duration
}

var _ activities.Jobs = (*Client)(nil)

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, ops.Errorf(ops.Invalid, "this is no address of a Jenkins; write it like https://jenkins.example.com", "这不是有效的 Jenkins 地址;应形如 https://jenkins.example.com").At("url")
	case c.User == "":
		return nil, ops.Errorf(ops.Invalid, "the user is missing; name the one whose API token it is", "缺少 user;请填写该 API token 所属的用户").At("user")
	case c.Token == "":
		return nil, ops.Errorf(ops.Invalid, "the token is missing; make an API token in Jenkins under the user's security settings", "缺少 token;请在 Jenkins 的用户安全设置中创建 API token").At("token")
	case c.Timeout < 0:
		return nil, ops.Errorf(ops.Invalid, "the timeout %s is negative; write one such as 10s", "超时时间 %s 为负数;请写成 10s 这样的值", c.Timeout).At("timeout")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	jar, err := cookiejar.New(nil) // a crumb counts only in the session that it was given to
	if err != nil {
		return nil, err
	}
	return &Client{
		base: u, user: c.User, token: c.Token, timeout: cmp.Or(c.Timeout, defaultTimeout), grace: defaultGrace,
		http: &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone(), Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// String names the Jenkins.
func (c *Client) String() string { return c.base.String() }
