package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"orderly.example/bot/api/apitest"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// exchange is one call and its answer.
type exchange struct {
	*http.Response
	text []byte
}

// call calls the API of the world as ann unless headers say otherwise; headers are name, value, name, value ...
func call(t *testing.T, w *apitest.World, method, path, body string, headers ...string) exchange {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Orderly-As", "ann")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return exchange{resp, text}
}

// as reads the answer as a T and insists on its status.
func as[T any](t *testing.T, x exchange, status int) T {
	t.Helper()
	var out T
	if x.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", x.StatusCode, status, x.text)
	}
	if err := json.Unmarshal(x.text, &out); err != nil {
		t.Fatalf("%v: %s", err, x.text)
	}
	return out
}

// refused reads a failure and insists that it is said in both languages and without a stack trace.
func refused(t *testing.T, x exchange, status int, code ops.Code) wire.Failure {
	t.Helper()
	f := as[wire.Failure](t, x, status)
	if f.Code != code {
		t.Errorf("code %s, want %s: %s", f.Code, code, x.text)
	}
	if f.Text.En == "" || f.Text.Zh == "" || f.Text.En == f.Text.Zh {
		t.Errorf("not said in both languages: %+v", f.Text)
	}
	for _, p := range f.Errors {
		if p.Text.En == "" || p.Text.Zh == "" {
			t.Errorf("%s is not said in both languages: %+v", p.Field, p.Text)
		}
	}
	if bytes.Contains(x.text, []byte("goroutine")) || bytes.Contains(x.text, []byte(".go:")) {
		t.Errorf("a stack trace: %s", x.text)
	}
	return f
}

// scale asks for a change as ann and returns its id.
func scale(t *testing.T, w *apitest.World, key string) string {
	t.Helper()
	return as[wire.Started](t, call(t, w, "POST", "/requests", `{"operation":"scale","params":{"target":"shop.cart.api@idc1:prod","replicas":6}}`, "Idempotency-Key", key), http.StatusAccepted).ID
}
