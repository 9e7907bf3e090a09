package inventory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"orderly.example/ops"
)

// webTimeout bounds one request to a CMDB.
const webTimeout = 15 * time.Second

// web is a source over HTTP: a CMDB, or whatever stands in front of one. It answers what an inventory file holds, as
// YAML or as JSON.
type web struct {
	url    string
	token  string
	client *http.Client

	mu   sync.Mutex
	etag string
	last []ops.Service // of the answer that had the etag
}

// Web is the source at an address. The token, if any, is sent as a bearer token. An answer with an ETag is not sent
// again while it is the same.
func Web(address, token string) Source {
	return &web{url: address, token: token, client: &http.Client{Timeout: webTimeout, CheckRedirect: sameHost}}
}

// Open is the source of a name: an address, or else a file.
func Open(name, token string) Source {
	if strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://") {
		return Web(name, token)
	}
	return File(name)
}

// sameHost keeps the token from being carried to somebody else, and from https to where everybody can read it.
func sameHost(r *http.Request, via []*http.Request) error {
	if r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme || len(via) > 3 {
		return errors.New("it sends us elsewhere")
	}
	return nil
}

// String names the source, without what may be secret in its address.
func (w *web) String() string {
	u, err := url.Parse(w.url)
	if err != nil {
		return "the inventory's address"
	}
	u.RawQuery, u.User = "", nil
	return u.String()
}

// Services asks for the services.
func (w *web) Services(ctx context.Context) ([]ops.Service, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url, nil)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%s is not an address; write it like https://cmdb.example.com/inventory", "%s 不是有效地址;应形如 https://cmdb.example.com/inventory", w).Because(err)
	}
	r.Header.Set("Accept", "application/json, application/yaml")
	if w.token != "" {
		r.Header.Set("Authorization", "Bearer "+w.token)
	}
	if w.etag != "" {
		r.Header.Set("If-None-Match", w.etag)
	}
	resp, err := w.client.Do(r)
	if err != nil {
		return nil, w.away(err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotModified && w.etag != "":
		return w.last, nil
	case resp.StatusCode != http.StatusOK:
		return nil, w.away(fmt.Errorf("it answers %s", resp.Status))
	}
	return w.read(resp)
}

func (w *web) read(resp *http.Response) ([]ops.Service, error) {
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxFile+1))
	if err != nil {
		return nil, w.away(err)
	}
	services, err := Parse(raw, w.String())
	if err != nil {
		return nil, err
	}
	w.etag, w.last = resp.Header.Get("ETag"), services
	return services, nil
}

func (w *web) away(err error) error {
	return ops.Errorf(ops.Unavailable, "the inventory at %s cannot be read; check its address and token", "无法读取 %s 的资产清单;请检查地址与令牌", w).Because(err)
}
