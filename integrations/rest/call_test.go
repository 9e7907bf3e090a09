package rest

import (
	"io"
	"net/http"
	"net/url"
	"testing"

	"orderly.example/ops"
)

// TestANameStaysOnePartOfThePath, whatever it holds, also under a path that is escaped itself.
func TestANameStaysOnePartOfThePath(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.example":          "https://a.example/api/groups/a%2Fb/..?q=1+2",
		"https://a.example/b%20c%2F": "https://a.example/b%20c%2F/api/groups/a%2Fb/..?q=1+2",
	} {
		base, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Call{Method: http.MethodPut, Path: []string{"groups", "a/b", ".."}, Query: url.Values{"q": {"1 2"}}, Body: map[string]int{"n": 1}}.Request(t.Context(), base, "/api/")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.String() != want || string(body) != `{"n":1}` || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s, %s, %v", r.URL, body, err)
		}
	}
	if r, err := (Call{Method: http.MethodGet}).Request(t.Context(), &url.URL{Scheme: "http", Host: "a"}, "/"); err != nil || r.Body != nil || r.Header.Get("Content-Type") != "" {
		t.Errorf("without a body: %v, %v", r, err)
	}
	if _, err := (Call{Method: "no method", What: "it"}).Request(t.Context(), &url.URL{}, "/"); ops.CodeOf(err) != ops.Invalid {
		t.Errorf("%v", err)
	}
}
