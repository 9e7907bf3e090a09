package web

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// loopback is a client that may ask this machine.
func loopback(t *testing.T, timeout time.Duration) *Client {
	t.Helper()
	c, err := New(Config{Timeout: timeout, Networks: []string{"127.0.0.0/8", "::1/128"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serving(t *testing.T, f http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s
}

func TestProbe(t *testing.T) {
	var elsewhere atomic.Int32
	other := serving(t, func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   activities.Probed
	}{
		"well":           {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }, activities.Probed{Status: 200}},
		"nothing to say": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, activities.Probed{Status: 204}},
		"not well":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, activities.Probed{Status: 503}},
		"sent elsewhere": {http.RedirectHandler(other.URL, http.StatusFound).ServeHTTP, activities.Probed{Status: 302}},
		"far too much":   {endless, activities.Probed{Status: 200}},
		"half":           {cut, activities.Probed{Trouble: ops.Text{En: "the answer (200) broke off", Zh: "响应(200)中断"}}},
		"lost":           {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, activities.Probed{Trouble: ops.Text{En: "the connection is closed without an answer", Zh: "连接已关闭且没有响应"}}},
	} {
		s := serving(t, tt.answer)
		got, err := loopback(t, 0).Probe(t.Context(), activities.ProbeIn{URL: s.URL + "/healthz?token=s3cret"})
		if err != nil || got != tt.want {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, err, tt.want)
		}
	}
	if elsewhere.Load() > 0 {
		t.Error("a redirect is followed")
	}
}

// endless answers for as long as somebody reads.
func endless(w http.ResponseWriter, r *http.Request) {
	block := make([]byte, 64<<10)
	for r.Context().Err() == nil {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// cut promises more than it gives.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, "half")
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func TestWhatIsAsked(t *testing.T) {
	asked := make(chan *http.Request, 1)
	s := serving(t, func(_ http.ResponseWriter, r *http.Request) { asked <- r })
	if _, err := loopback(t, 0).Probe(t.Context(), activities.ProbeIn{URL: s.URL + "/a?b=c"}); err != nil {
		t.Fatal(err)
	}
	if r := <-asked; r.Method != http.MethodGet || r.URL.String() != "/a?b=c" || r.UserAgent() != "orderly" || !r.Close {
		t.Errorf("asked %s %s as %q, connection closed: %v", r.Method, r.URL, r.UserAgent(), r.Close)
	}
}

func TestNobodyAnswers(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	silent := silence(t)
	tls := httptest.NewUnstartedServer(nil)
	tls.Config.ErrorLog = log.New(io.Discard, "", 0)
	tls.StartTLS()
	defer tls.Close()
	over := make(chan struct{})
	slow := serving(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "…")
		w.(http.Flusher).Flush()
		<-over
	})
	t.Cleanup(func() { close(over) })
	for address, want := range map[string]string{
		gone.URL:                  "the connection is refused",
		"http://" + silent:        "no whole answer within 50ms",
		slow.URL:                  "no whole answer within 50ms",
		tls.URL:                   "the certificate is not trusted: x509: certificate signed by unknown authority",
		"https://" + hostOf(slow): "the connection fails: http: server gave HTTP response to HTTPS client",
		"http://nobody.invalid/x": "the name nobody.invalid is not known",
	} {
		c := loopback(t, 50*time.Millisecond)
		c.dialer.Resolver = resolver(map[string]string{})
		if strings.HasPrefix(address, "https://") || strings.Contains(address, "invalid") {
			c.timeout = 10 * time.Second // these need no patience, but a busy machine does
		}
		got, err := c.Probe(t.Context(), activities.ProbeIn{URL: address})
		if err != nil || got.Status != 0 || got.Trouble.En != want || got.Trouble.Zh == want {
			t.Errorf("%s: got %+v, %v; want %q", address, got, err, want)
		}
	}
}

func hostOf(s *httptest.Server) string { return strings.TrimPrefix(s.URL, "http://") }

// silence is an address that takes connections and says nothing.
func silence(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

func TestTheQuestionIsTakenBack(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	s := serving(t, func(http.ResponseWriter, *http.Request) { cancel(); <-over })
	t.Cleanup(func() { close(over) })
	got, err := loopback(t, time.Minute).Probe(ctx, activities.ProbeIn{URL: s.URL})
	if !errors.Is(err, context.Canceled) || ops.AsError(err) != nil || got != (activities.Probed{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	var asked atomic.Int32
	s := serving(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	_, port, _ := net.SplitHostPort(hostOf(s))
	names := map[string]string{
		"metadata.example.": "169.254.169.254", "six.example.": "fe80::1", "here.example.": "127.0.0.1", "mapped.example.": "::ffff:169.254.169.254",
	}
	for address, tt := range map[string]struct {
		code ops.Code
		says string
	}{
		"http://169.254.169.254/latest/meta-data/":    {ops.Denied, "169.254.169.254 is not probed, whatever is configured"},
		"http://[::ffff:169.254.169.254]/":            {ops.Denied, "169.254.169.254 is not probed, whatever is configured"},
		"http://[fe80::1%25lo]/":                      {ops.Denied, "fe80::1 is not probed, whatever is configured"},
		"http://[fd00:ec2::254]/":                     {ops.Denied, "whatever is configured"},
		"http://metadata.example/":                    {ops.Denied, "169.254.169.254 is not probed, whatever is configured"},
		"http://mapped.example/":                      {ops.Denied, "169.254.169.254 is not probed, whatever is configured"},
		"http://six.example/":                         {ops.Denied, "fe80::1 is not probed, whatever is configured"},
		"https://metadata.example/":                   {ops.Denied, "whatever is configured"},
		"http://0.0.0.0:" + port:                      {ops.Denied, "whatever is configured"},
		"http://here.example:" + port:                 {ops.Denied, "this machine itself"},
		s.URL:                                         {ops.Denied, "this machine itself"},
		"":                                            {ops.Invalid, "no address to probe"},
		"shop.example.com":                            {ops.Invalid, "no address to probe"},
		"ftp://shop.example.com":                      {ops.Invalid, "no address to probe"},
		"http:///healthz":                             {ops.Invalid, "no address to probe"},
		"file:///etc/passwd":                          {ops.Invalid, "no address to probe"},
		"http://user:s3cret@shop.example.com/healthz": {ops.Invalid, "holds a user"},
		"http://u:s3cret@x:y/":                        {ops.Invalid, "no address to probe"},
	} {
		c, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		c.dialer.Resolver = resolver(names)
		got, err := c.Probe(t.Context(), activities.ProbeIn{URL: address})
		text := ops.TextOf(err)
		if ops.CodeOf(err) != tt.code || !strings.Contains(text.En, tt.says) || text.Zh == "" || got != (activities.Probed{}) {
			t.Errorf("%q: got %+v, %v", address, got, err)
		}
		if strings.Contains(text.En+err.Error(), "s3cret") {
			t.Errorf("%q: a secret shows in %v", address, err)
		}
	}
	if asked.Load() > 0 {
		t.Errorf("this machine was asked %d times", asked.Load())
	}
}

// TestANameThatChangesItsMind: what was fine a moment ago is judged again, because every probe connects anew.
func TestANameThatChangesItsMind(t *testing.T) {
	s := serving(t, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := net.SplitHostPort(hostOf(s))
	names := map[string]string{"shop.example.": "127.0.0.1"}
	c := loopback(t, 0)
	c.dialer.Resolver = resolver(names)
	in := activities.ProbeIn{URL: "http://shop.example:" + port}
	if got, err := c.Probe(t.Context(), in); err != nil || got.Status != 200 {
		t.Fatalf("got %+v, %v", got, err)
	}
	names["shop.example."] = "169.254.169.254"
	if got, err := c.Probe(t.Context(), in); ops.CodeOf(err) != ops.Denied {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestNoProxy: a proxy would resolve names behind the guard.
func TestNoProxy(t *testing.T) {
	var asked atomic.Int32
	proxy := serving(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	c, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	c.dialer.Resolver = resolver(map[string]string{"metadata.example.": "169.254.169.254"})
	if _, err := c.Probe(t.Context(), activities.ProbeIn{URL: "http://metadata.example"}); ops.CodeOf(err) != ops.Denied || asked.Load() > 0 {
		t.Errorf("got %v; the proxy was asked %d times", err, asked.Load())
	}
}
