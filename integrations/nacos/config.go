package nacos

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"orderly.example/ops"
)

const (
	defaultTimeout = 10 * time.Second
	defaultPath    = "/nacos"
)

// Config says which Nacos is asked, and as whom.
type Config struct {
	URL      string        `yaml:"url"` // of the server, such as https://nacos.example.com:8848; without a path: /nacos
	API      string        `yaml:"api"` // v3, or v1 for servers before 3.0; empty: v3
	User     string        `yaml:"user"`
	Password string        `yaml:"password"`
	Timeout  time.Duration `yaml:"timeout"` // of one request; 0: 10 seconds
}

// Client speaks to one Nacos.
type Client struct {
	base           *url.URL
	http           *http.Client
	api            dialect
	user, password string
	timeout        time.Duration

	mu    sync.Mutex
	token string    // what signing in gave
	until time.Time // it is good for
	safe  bool      // the server heeds the condition of a write
}

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, ops.Errorf(ops.Invalid, "this is no address of a Nacos; write it like https://nacos.example.com:8848", "这不是有效的 Nacos 地址;应形如 https://nacos.example.com:8848").At("url")
	}
	api, ok := dialects[cmp.Or(c.API, "v3")]
	if !ok {
		return nil, ops.Errorf(ops.Invalid, "there is no API %q; write v3, or v1 for a server before 3.0", "没有 API %q;请写 v3,3.0 之前的服务端请写 v1", c.API).At("api")
	}
	if (c.User == "") != (c.Password == "") {
		return nil, ops.Errorf(ops.Invalid, "user and password belong together; give both, or none where Nacos asks nobody", "user 与 password 须同时填写;若 Nacos 未开启鉴权则都不填").At("user")
	}
	u.Path = cmp.Or(strings.TrimRight(u.Path, "/"), defaultPath)
	return &Client{
		base: u, api: api, user: c.User, password: c.Password, timeout: cmp.Or(c.Timeout, defaultTimeout),
		http: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// String names the server.
func (c *Client) String() string { return c.base.String() }
