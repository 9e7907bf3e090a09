package prometheus

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// fake answers as it is told, and keeps what it was asked.
type fake struct {
	*httptest.Server
	mu    sync.Mutex
	asked []*http.Request
}

// newFake answers everything with f, having read the form.
func newFake(t *testing.T, f http.HandlerFunc) *fake {
	t.Helper()
	out := &fake{}
	out.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		out.mu.Lock()
		out.asked = append(out.asked, r)
		out.mu.Unlock()
		f(w, r)
	}))
	t.Cleanup(out.Close)
	return out
}

// says answers with a status and a body.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// result is the body of a good answer.
func result(kind, values string) string {
	return fmt.Sprintf(`{"status": "success", "data": {"resultType": %q, "result": %s}}`, kind, values)
}

// many is a vector of n samples.
func many(n int) string {
	one := make([]string, n)
	for i := range one {
		one[i] = fmt.Sprintf(`{"metric": {"pod": "p%d"}, "value": [1, "0"]}`, i)
	}
	return "[" + strings.Join(one, ",") + "]"
}

func client(t *testing.T, c Config) *Client {
	t.Helper()
	out, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestValues(t *testing.T) {
	for name, tt := range map[string]struct {
		body string
		want []activities.Sample
		says string // of the refusal, which is Invalid
	}{
		"a vector": {
			body: result("vector", `[{"metric": {"__name__": "up", "pod": "a", "app": "x\"y"}, "value": [1, "1"]}, {"metric": {}, "value": [1, "0.25"]}]`),
			want: []activities.Sample{{Labels: `up{app="x\"y", pod="a"}`, Value: "1"}, {Value: "0.25"}},
		},
		"only labels":     {body: result("vector", `[{"metric": {"pod": "a"}, "value": [1, "2"]}]`), want: []activities.Sample{{Labels: `{pod="a"}`, Value: "2"}}},
		"a scalar":        {body: result("scalar", `[1, "3"]`), want: []activities.Sample{{Value: "3"}}},
		"nothing":         {body: result("vector", `[]`), want: []activities.Sample{}},
		"no number":       {body: result("vector", `[{"metric": {}, "value": [1, "NaN"]}, {"metric": {}, "value": [1, "+Inf"]}, {"metric": {}, "value": [1, "-Inf"]}]`), want: []activities.Sample{{Value: "NaN"}, {Value: "+Inf"}, {Value: "-Inf"}}},
		"exponents":       {body: result("vector", `[{"metric": {}, "value": [1, "1e+300"]}, {"metric": {}, "value": [1, "1.2e-09"]}, {"metric": {}, "value": [1, "100000000"]}]`), want: []activities.Sample{{Value: "1e+300"}, {Value: "1.2e-09"}, {Value: "100000000"}}},
		"warnings":        {body: `{"status": "success", "warnings": ["a part is away"], "infos": ["x"], "data": {"resultType": "scalar", "result": [1, "3"]}}`, want: []activities.Sample{{Value: "3"}}},
		"a range":         {body: result("matrix", `[{"metric": {}, "values": [[1, "1"]]}]`), says: "wrap it, such as in last_over_time"},
		"a text":          {body: result("string", `[1, "x"]`), says: "a text and no number"},
		"a histogram":     {body: result("vector", `[{"metric": {"__name__": "lag"}, "histogram": [1, {"count": "1", "sum": "1", "buckets": [[0, "1", "2", "1"]]}]}]`), says: "lag is a histogram"},
		"a thousand":      {body: result("vector", many(1000)), want: nil},
		"a thousand, one": {body: result("vector", many(1001)), says: "more than 1000 samples; aggregate it"},
		"far too much":    {body: result("vector", strings.Repeat(" ", maxAnswer)+"[]"), says: "more than 8 MiB; aggregate it"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, says(200, tt.body))
			got, err := client(t, Config{URL: f.URL}).Measure(t.Context(), activities.MeasureIn{Query: "up"})
			if text := ops.TextOf(err); tt.says != "" && (ops.CodeOf(err) != ops.Invalid || !strings.Contains(text.En, tt.says) || text.Zh == "" || got.Samples != nil) {
				t.Fatalf("got %v, %s %q", got, ops.CodeOf(err), text.En)
			}
			if tt.says != "" {
				return
			}
			if err != nil || (tt.want != nil && !slices.Equal(got.Samples, tt.want)) || (tt.want == nil && len(got.Samples) != 1000) {
				t.Errorf("got %v, %v; want %v", got.Samples, err, tt.want)
			}
		})
	}
}

func TestWhatIsAsked(t *testing.T) {
	f := newFake(t, says(200, result("scalar", `[1, "3"]`)))
	c := client(t, Config{URL: f.URL + "/prom/", Public: "https://prom.example.com/x/", BearerToken: "s3cret", Timeout: 7 * time.Second})
	at := time.Date(2026, 1, 5, 4, 3, 2, 0, time.FixedZone("", 8*3600))
	got, err := c.Measure(t.Context(), activities.MeasureIn{Query: `sum(rate(errors{app="a"}[1m])) > 0`, At: at})
	if err != nil {
		t.Fatal(err)
	}
	r := f.asked[0]
	want := url.Values{"query": {`sum(rate(errors{app="a"}[1m])) > 0`}, "time": {"1767556982"}, "timeout": {"7s"}, "limit": {"1001"}}
	if r.URL.Path != "/prom/api/v1/query" || r.Form.Encode() != want.Encode() || r.Header.Get("Authorization") != "Bearer s3cret" {
		t.Errorf("asked %s %v", r.URL, r.Form)
	}
	u, err := url.Parse(got.Link)
	if err != nil || u.Host != "prom.example.com" || u.Path != "/x/graph" || u.Query().Get("g0.expr") != want.Get("query") || u.Query().Get("g0.moment_input") != "2026-01-04 20:03:02" {
		t.Errorf("the link is %s, %v", got.Link, err)
	}
	if err := client(t, Config{URL: f.URL, User: "u", Password: "p"}).Check(t.Context()); err != nil {
		t.Error(err)
	}
	if user, password, _ := f.asked[1].BasicAuth(); user != "u" || password != "p" || f.asked[1].Form.Get("query") != "vector(1)" {
		t.Errorf("checked as %q %q with %v", user, password, f.asked[1].Form)
	}
}

// TestWhereOnlyGETIsAllowed: some proxies let only reading methods through.
func TestWhereOnlyGETIsAllowed(t *testing.T) {
	for _, refusal := range []int{403, 405, 501} {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				w.WriteHeader(refusal)
				return
			}
			says(200, result("scalar", `[1, "3"]`))(w, r)
		})
		got, err := client(t, Config{URL: f.URL}).Measure(t.Context(), activities.MeasureIn{Query: "3"})
		if err != nil || len(got.Samples) != 1 {
			t.Errorf("%d: %v, %v", refusal, got, err)
		}
	}
}

func TestConfig(t *testing.T) {
	for name, tt := range map[string]struct {
		config Config
		says   string
	}{
		"no address":      {Config{}, "url: this is no address"},
		"another scheme":  {Config{URL: "ftp://x"}, "url: this is no address"},
		"a broken one":    {Config{URL: "http://u:s3cret@x:y"}, "url: this is no address"},
		"a password":      {Config{URL: "http://u:s3cret@x"}, "url: the address of x holds a user"},
		"a query":         {Config{URL: "http://x/?token=s3cret"}, "url: the address of x ends in a query"},
		"a broken public": {Config{URL: "http://x", Public: "prom"}, "public: this is no address"},
		"two credentials": {Config{URL: "http://x", BearerToken: "s3cret", User: "u"}, "bearer_token: bearer_token and user exclude each other"},
		"no such file":    {Config{URL: "https://x", CAFile: "nowhere.pem"}, "ca_file: the file nowhere.pem"},
		"no certificate":  {Config{URL: "https://x", CAFile: "doc.go"}, "ca_file: the file doc.go holds no certificate"},
		"back in time":    {Config{URL: "https://x", Timeout: -1}, "timeout: the timeout -1ns is negative"},
	} {
		_, err := New(tt.config)
		if ops.CodeOf(err) != ops.Invalid || !strings.HasPrefix(fmt.Sprint(err), tt.says) || ops.TextOf(err).Zh == "" {
			t.Errorf("%s: got %v", name, err)
		}
		if strings.Contains(fmt.Sprint(err), "s3cret") {
			t.Errorf("%s: a secret shows in %v", name, err)
		}
	}
}

// FuzzAnswer: whatever a server answers is samples or a refusal with words in both languages.
func FuzzAnswer(f *testing.F) {
	f.Add(200, result("vector", `[{"metric": {"pod": "a"}, "value": [1, "2"]}]`))
	f.Add(200, result("vector", `[{"metric": {"pod": "a"}}]`))
	f.Add(200, result("scalar", `[1, "NaN"]`))
	f.Add(200, `{"status": "success", "data": null}`)
	f.Add(400, `{"status": "error", "errorType": "bad_data", "error": "1:3: parse error"}`)
	f.Add(503, `{}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		c, err := New(Config{URL: "http://prometheus.invalid"})
		if err != nil {
			t.Fatal(err)
		}
		c.api = answering(c, status, body)
		got, err := c.Measure(t.Context(), activities.MeasureIn{Query: "up"})
		if text := ops.TextOf(err); err != nil && (ops.AsError(err) == nil || text.En == "" || text.Zh == "" || got.Samples != nil) {
			t.Errorf("got %v, %v", got, err)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Error(err)
		}
	})
}
