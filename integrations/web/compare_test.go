package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"orderly.example/activities"
	"orderly.example/ops"
)

// version is an instance that answers every path with what a function says; the number counts its answers.
func version(t *testing.T, answer func(path string, n int64) (int, string)) *httptest.Server {
	t.Helper()
	var n atomic.Int64
	return serving(t, func(w http.ResponseWriter, r *http.Request) {
		status, body := answer(r.URL.RequestURI(), n.Add(1))
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

func TestCompare(t *testing.T) {
	old := version(t, func(path string, n int64) (int, string) {
		switch path {
		case "/plain":
			return 200, "hello"
		case "/unsure":
			return 200 + int(n%2), ""
		case "/moody":
			return 200, fmt.Sprint("now ", n)
		}
		return 200, fmt.Sprintf(`{"id": 7, "total": 12.50, "served": %d, "took": 3, "items": [{"name": "a"}, {"name": "b"}]}`, n)
	})
	answers := map[string]struct {
		status int
		body   string
		want   string
	}{
		"/alike":    {200, `{"took": 9, "items": [{"name": "a"}, {"name": "b"}], "total": 12.50, "served": 0, "id": 7}`, ""},
		"/number":   {200, `{"id": 7, "total": 13, "served": 1, "items": [{"name": "a"}, {"name": "b"}]}`, "GET /number $.total: 12.50 -> 13"},
		"/deep":     {200, `{"id": 7, "total": 12.50, "served": 1, "items": [{"name": "a"}, {"name": "c"}]}`, `GET /deep $.items[1].name: "b" -> "c"`},
		"/fewer":    {200, `{"id": 7, "total": 12.50, "served": 1, "items": [{"name": "a"}]}`, `GET /fewer $.items: [{"name":"a"},{"name":"b"}] -> [{"name":"a"}]`},
		"/missing":  {200, `{"id": 7, "served": 1, "items": [{"name": "a"}, {"name": "b"}]}`, "GET /missing $.total: is missing"},
		"/new":      {200, `{"id": 7, "total": 12.50, "extra": 1, "served": 1, "items": [{"name": "a"}, {"name": "b"}]}`, "GET /new $.extra: is new"},
		"/status?a": {500, ``, "GET /status?a status: 200 -> 500"},
		"/plain":    {200, "hullo", "GET /plain body: hello -> hullo"},
		"/moody":    {200, "never", ""},
	}
	next := version(t, func(path string, _ int64) (int, string) { return answers[path].status, answers[path].body })
	for path, a := range answers {
		out, err := loopback(t, 0).Compare(t.Context(), activities.CompareIn{Old: old.URL, New: next.URL + "/", Requests: []string{path}, Ignore: []string{"took"}})
		switch {
		case err != nil:
			t.Errorf("%s: %v", path, err)
		case a.want == "" && (out.Same != 1 || len(out.Samples) > 0), a.want != "" && (out.Different != 1 || (len(out.Samples) != 1 || out.Samples[0].En != a.want)):
			t.Errorf("%s: %+v, want %q", path, out, a.want)
		}
	}
	for what, in := range map[string]activities.CompareIn{
		"of two minds":          {Old: old.URL, New: next.URL, Requests: []string{"/unsure"}},
		"nobody answers at all": {Old: "http://127.0.0.1:1", New: next.URL, Requests: []string{"/plain"}},
	} {
		if out, err := loopback(t, 0).Compare(t.Context(), in); err != nil || out.Unknown != 1 || len(out.Samples) != 1 {
			t.Errorf("%s: %+v %v", what, out, err)
		}
	}
	out, err := loopback(t, 0).Compare(t.Context(), activities.CompareIn{Old: old.URL, New: "http://127.0.0.1:1", Requests: []string{"/plain"}})
	if err != nil || out.Different != 1 {
		t.Errorf("a new version that does not answer: %+v %v", out, err)
	}
}

func TestWhatIsNotCompared(t *testing.T) {
	for what, in := range map[string]activities.CompareIn{
		"no requests":     {Old: "http://a.example", New: "http://b.example"},
		"no address":      {Old: "here", New: "http://b.example", Requests: []string{"/"}},
		"too many":        {Old: "http://a.example", New: "http://b.example", Requests: make([]string, maxRequests+1)},
		"cloud metadata":  {Old: "http://169.254.169.254", New: "http://169.254.169.254", Requests: []string{"/latest"}},
		"another machine": {Old: "http://192.0.2.1", New: "http://192.0.2.1", Requests: []string{"/"}},
	} {
		out, err := loopback(t, 0).Compare(t.Context(), in)
		if code := ops.CodeOf(err); code != ops.Invalid && code != ops.Denied {
			t.Errorf("%s: %+v %v", what, out, err)
		}
	}
}

func FuzzCompareBodies(f *testing.F) {
	f.Add([]byte(`{"a":[1,2]}`), []byte(`{"a":[1,3]}`), []byte(`{"a":1}`))
	f.Fuzz(func(t *testing.T, a, b, n []byte) {
		if found := compareBodies(a, a, a, nil); !found.IsZero() {
			t.Errorf("it differs from itself: %s", found)
		}
		compareBodies(a, b, n, []string{"a"})
	})
}
