package prometheus

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

func TestFaults(t *testing.T) {
	elsewhere := newFake(t, says(200, result("scalar", `[1, "3"]`)))
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		code   ops.Code
		says   string
	}{
		"a wrong query":         {says(400, `{"status": "error", "errorType": "bad_data", "error": "invalid parameter \"query\": 1:3: parse error: unexpected end of input"}`), ops.Invalid, `1:3: parse error: unexpected end of input; correct it`},
		"cannot be evaluated":   {says(422, `{"status": "error", "errorType": "execution", "error": "found duplicate series\nfor the match group"}`), ops.Invalid, "found duplicate series for the match group"},
		"too slow for itself":   {says(503, `{"status": "error", "errorType": "timeout", "error": "query timed out"}`), ops.Unavailable, "cannot answer now (503)"},
		"timed out with 422":    {says(422, `{"status": "error", "errorType": "timeout", "error": "query timed out"}`), ops.Unavailable, "gave up the query (query timed out)"},
		"an error with 200":     {says(200, `{"status": "error", "errorType": "timeout", "error": "query timed out"}`), ops.Unavailable, "gave up the query"},
		"away":                  {says(502, "<html>"), ops.Unavailable, "cannot answer now (502)"},
		"asked too often":       {says(429, ""), ops.Unavailable, "asked too often"},
		"no credentials":        {says(401, ""), ops.Denied, "does not accept the credentials"},
		"no right":              {says(403, ""), ops.Denied, "give its account the right to read"},
		"another server":        {says(404, "not here"), ops.NotFound, "there is no Prometheus at"},
		"no method":             {says(405, ""), ops.NotFound, "there is no Prometheus at"},
		"a page":                {says(200, "<html>please sign in</html>"), ops.Unavailable, "not what Prometheus says"},
		"half an answer":        {says(200, result("vector", many(3))[:90]), ops.Unavailable, "not what Prometheus says"},
		"a bad request":         {says(400, "<html>"), ops.Invalid, "client error: 400"},
		"a sample of no value":  {says(200, result("vector", `[{"metric": {}, "value": [1, "many"]}]`)), ops.Unavailable, "not what Prometheus says"},
		"data of no type":       {says(200, `{"status": "success", "data": {"resultType": "none"}}`), ops.Unavailable, "not what Prometheus says"},
		"no data":               {says(200, `{"status": "success"}`), ops.Invalid, "no number (none)"},
		"a long complaint":      {says(400, `{"status": "error", "errorType": "bad_data", "error": "`+strings.Repeat("数", 5000)+`"}`), ops.Invalid, "数…"},
		"the answer is lost":    {cut, ops.Unavailable, "cannot be reached"},
		"sent elsewhere":        {http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect).ServeHTTP, ops.Invalid, "sends us elsewhere (307)"},
		"sent to a sign-in":     {http.RedirectHandler(elsewhere.URL+"/login", http.StatusFound).ServeHTTP, ops.Invalid, "sends us elsewhere (302)"},
		"sent to the same host": {http.RedirectHandler("/login", http.StatusFound).ServeHTTP, ops.Invalid, "sends us elsewhere (302)"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, tt.answer)
			c := client(t, Config{URL: f.URL, BearerToken: "s3cret"})
			got, err := c.Measure(t.Context(), activities.MeasureIn{Query: "up"})
			text := ops.TextOf(err)
			if ops.CodeOf(err) != tt.code || !strings.Contains(text.En, tt.says) || text.Zh == "" || got.Samples != nil || len(text.En) > 1500 {
				t.Errorf("got %v, %s %q", got, ops.CodeOf(err), text.En)
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the token shows in %v", err)
			}
			if err := c.Check(t.Context()); ops.CodeOf(err) != tt.code {
				t.Errorf("the check says %v", err)
			}
		})
	}
	if len(elsewhere.asked) > 0 {
		t.Errorf("another server was asked %d times, with %q", len(elsewhere.asked), elsewhere.asked[0].Header.Get("Authorization"))
	}
}

// cut takes the question, and closes the connection in the middle of the answer.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, result("scalar", `[1, "3"]`))
	panic(http.ErrAbortHandler)
}

// hanging never answers until the test ends; before is sent first.
func hanging(t *testing.T, before string) *fake {
	over := make(chan struct{})
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		if before != "" {
			_, _ = io.WriteString(w, before)
			w.(http.Flusher).Flush()
		}
		<-over
	})
	t.Cleanup(func() { close(over) }) // before the server is closed, which waits for it
	return f
}

func TestNoAnswerInTime(t *testing.T) {
	for name, before := range map[string]string{"at all": "", "to the end": `{"status": "succ`} {
		f := hanging(t, before)
		_, err := client(t, Config{URL: f.URL, Timeout: 50 * time.Millisecond}).Measure(t.Context(), activities.MeasureIn{Query: "up"})
		if ops.CodeOf(err) != ops.Unavailable || !strings.Contains(ops.TextOf(err).En, "did not answer within 50ms") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestTheQuestionIsTakenBack: that is no fault of Prometheus.
func TestTheQuestionIsTakenBack(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	f := newFake(t, func(http.ResponseWriter, *http.Request) { cancel(); <-over })
	t.Cleanup(func() { close(over) })
	_, err := client(t, Config{URL: f.URL}).Measure(ctx, activities.MeasureIn{Query: "up"})
	if !errors.Is(err, context.Canceled) || ops.AsError(err) != nil {
		t.Errorf("got %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	f := newFake(t, says(200, ""))
	f.Close()
	_, err := client(t, Config{URL: f.URL}).Measure(t.Context(), activities.MeasureIn{Query: "up"})
	if ops.CodeOf(err) != ops.Unavailable || !strings.Contains(ops.TextOf(err).En, "cannot be reached") {
		t.Errorf("got %v", err)
	}
}

func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(says(200, result("scalar", `[1, "3"]`)))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	err := client(t, Config{URL: s.URL}).Check(t.Context())
	if ops.CodeOf(err) != ops.Unavailable || !strings.Contains(ops.TextOf(err).En, "is not trusted; name the file of its authority in ca_file") {
		t.Errorf("an unknown authority: %v", err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := client(t, Config{URL: s.URL, CAFile: file}).Check(t.Context()); err != nil {
		t.Errorf("a known authority: %v", err)
	}
}

// tripper is a transport in memory.
type tripper func(*http.Request) (*http.Response, error)

// RoundTrip answers.
func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answering is the official client before a server that always answers the same.
func answering(c *Client, status int, body string) v1.API {
	plain, err := api.NewClient(api.Config{Address: c.name, RoundTripper: tripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})})
	if err != nil {
		panic(err)
	}
	return v1.NewAPI(&judged{Client: plain, client: c})
}
