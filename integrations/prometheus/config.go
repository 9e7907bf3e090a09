package prometheus

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"orderly.example/ops"
)

// defaultTimeout bounds one query when Config says nothing.
const defaultTimeout = 10 * time.Second

// Config says which server is asked, and how.
type Config struct {
	URL         string        `yaml:"url"`          // such as https://prometheus.example.com, with the path that it is served under
	Public      string        `yaml:"public"`       // the address for people, in links; empty: URL
	BearerToken string        `yaml:"bearer_token"` // either a token,
	User        string        `yaml:"user"`         // or a user
	Password    string        `yaml:"password"`     // and a password, or nothing
	CAFile      string        `yaml:"ca_file"`      // of certificates that are trusted instead of the machine's
	Timeout     time.Duration `yaml:"timeout"`      // of one query; 0: 10 seconds
}

// check finds what is wrong in a configuration, and reads the addresses.
func (c Config) check() (asked, public *url.URL, err error) {
	if c.BearerToken != "" && (c.User != "" || c.Password != "") {
		return nil, nil, ops.Errorf(ops.Invalid, "bearer_token and user exclude each other; keep the one that Prometheus asks for",
			"bearer_token 与 user 不能同时设置;请只保留 Prometheus 要求的一种").At("bearer_token")
	}
	if c.Timeout < 0 {
		return nil, nil, ops.Errorf(ops.Invalid, "the timeout %s is negative; write one such as 10s", "超时时间 %s 为负数;请写成 10s 这样的值", c.Timeout).At("timeout")
	}
	if asked, err = address("url", c.URL); err != nil {
		return nil, nil, err
	}
	public, err = address("public", cmp.Or(c.Public, c.URL))
	return asked, public, err
}

// address reads the address of a server. A password in it would show in links and errors.
func address(field, s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		// The cause is left out: it repeats the address, and that may hold a password.
		return nil, ops.Errorf(ops.Invalid, "this is no address of a Prometheus; write it like https://prometheus.example.com",
			"这不是有效的 Prometheus 地址;应形如 https://prometheus.example.com").At(field)
	case u.User != nil:
		return nil, ops.Errorf(ops.Invalid, "the address of %s holds a user; write user and password beside it", "%s 的地址中含有用户名;请将 user 和 password 单独填写", u.Host).At(field)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, ops.Errorf(ops.Invalid, "the address of %s ends in a query or fragment; leave out what follows ? or #", "%s 的地址带有查询参数或片段;请去掉 ? 或 # 之后的内容", u.Host).At(field)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// client makes the HTTP client, with everything that holds for each request.
func (c Config) client() (*http.Client, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, ops.Errorf(ops.Invalid, "the file %s with certificates cannot be read; check that it exists", "无法读取证书文件 %s;请检查它是否存在", c.CAFile).Because(err).At("ca_file")
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, ops.Errorf(ops.Invalid, "the file %s holds no certificate; it must be in PEM form", "文件 %s 中没有证书;应为 PEM 格式", c.CAFile).At("ca_file")
		}
		t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{
		Transport:     &signed{next: t, token: c.BearerToken, user: c.User, password: c.Password},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}
