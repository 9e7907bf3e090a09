package gitlab

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// defaultTimeout bounds one request when Config says nothing.
const defaultTimeout = 10 * time.Second

// Config says which GitLab is asked, and as whom.
type Config struct {
	URL     string        `yaml:"url"`     // such as https://gitlab.example.com
	Token   string        `yaml:"token"`   // of a user, a group or a project, with the scope api
	Timeout time.Duration `yaml:"timeout"` // of one request; 0: 10 seconds
}

// Client speaks to one GitLab.
type Client struct {
	api     *api.Client
	name    string
	timeout time.Duration
}

// The capabilities that a Client answers.
var (
	_ activities.Builder   = (*Client)(nil)
	_ activities.Pipeliner = (*Client)(nil)
	_ activities.Lander    = (*Client)(nil)
	_ activities.Versioner = (*Client)(nil)

	_ activities.RepositoryKeeper = (*Client)(nil)
	_ activities.Registrant       = (*Client)(nil)
)

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, ops.Errorf(ops.Invalid, "this is no address of a GitLab; write it like https://gitlab.example.com", "这不是有效的 GitLab 地址;应形如 https://gitlab.example.com").At("url")
	case c.Token == "":
		return nil, ops.Errorf(ops.Invalid, "the token is missing; make one in GitLab under access tokens, with the scope api", "缺少 token;请在 GitLab 的访问令牌中创建,scope 选 api").At("token")
	case c.Timeout < 0:
		return nil, ops.Errorf(ops.Invalid, "the timeout %s is negative; write one such as 10s", "超时时间 %s 为负数;请写成 10s 这样的值", c.Timeout).At("timeout")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	pace := &pace{}
	out := &Client{name: u.String(), timeout: cmp.Or(c.Timeout, defaultTimeout)}
	out.api, err = api.NewClient(c.Token, api.WithBaseURL(u.String()), api.WithoutRetries(), api.WithCustomLimiter(pace), api.WithUserAgent("orderly"), api.WithHTTPClient(&http.Client{
		Transport:     &guarded{next: http.DefaultTransport.(*http.Transport).Clone(), pace: pace},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%s is no address of a GitLab", "%s 不是有效的 GitLab 地址", u.Redacted()).Because(err).At("url")
	}
	return out, nil
}

// String names the GitLab.
func (c *Client) String() string { return c.name }
