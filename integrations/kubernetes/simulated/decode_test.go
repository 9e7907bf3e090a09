package simulated

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestPaths(t *testing.T) {
	for path, want := range map[string]string{
		"/api/v1/nodes":                                       "/v1 nodes   ",
		"/api/v1/namespaces/shop":                             "/v1 namespaces shop  ",
		"/api/v1/namespaces/shop/pods":                        "/v1 pods   shop",
		"/api/v1/namespaces/shop/pods/web-1/eviction":         "/v1 pods web-1 eviction shop",
		"/apis/apps/v1/deployments":                           "apps/v1 deployments   ",
		"/apis/apps/v1/namespaces/shop/deployments/web/scale": "apps/v1 deployments web scale shop",
		"/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods":   "metrics.k8s.io/v1beta1 pods   shop",
		"/version": "no",
		"/api/v1":  "no",
		"/apis/apps/v1/namespaces/shop/deployments/web/scale/x": "no",
		"/apis/apps/v1/namespaces//deployments":                 "no",
	} {
		q, ok := parsePath(path)
		got := "no"
		if ok {
			got = q.group.Group + "/" + q.group.Version + " " + q.resource + " " + q.name + " " + q.sub + " " + q.namespace
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestMergePatch(t *testing.T) {
	for _, test := range [][3]string{ // the examples of RFC 7386
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":"b"}`, `["c"]`, `["c"]`},
		{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	} {
		if got, err := mergePatch([]byte(test[0]), []byte(test[1])); err != nil || string(got) != test[2] {
			t.Errorf("%v: got %s, %v", test, got, err)
		}
	}
}

func FuzzPath(f *testing.F) {
	f.Add("/apis/apps/v1/namespaces/shop/deployments/web/scale")
	f.Add("/api/v1/namespaces/shop")
	f.Fuzz(func(t *testing.T, path string) {
		if q, ok := parsePath(path); ok && (q.resource == "" || (q.sub != "" && q.name == "")) {
			t.Errorf("%q: %+v", path, q)
		}
	})
}

func FuzzMergePatch(f *testing.F) {
	f.Add([]byte(`{"a":{"b":"c"}}`), []byte(`{"a":{"b":null}}`))
	f.Fuzz(func(t *testing.T, raw, patch []byte) {
		if out, err := mergePatch(raw, patch); err == nil && !json.Valid(out) {
			t.Errorf("got %s", out)
		}
	})
}

func FuzzEntries(f *testing.F) {
	f.Add([]byte("{\"n\":1,\"verb\":\"scale\"}\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		entries, err := decodeEntries(raw)
		if err == nil && len(entries) > bytes.Count(raw, []byte("\n"))+1 {
			t.Errorf("%d entries of %q", len(entries), raw)
		}
	})
}

func FuzzState(f *testing.F) {
	f.Add([]byte(`{"version":3,"due":{"pods/shop/web":"2026-01-05T04:00:00Z"}}` + "\n" + `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"shop"}}` + "\n"))
	f.Add([]byte(`{}` + "\n" + `{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","namespace":"shop"}}`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		c := newCluster("idc1/c1", "", Options{}, &ledger{}, newFieldManagers())
		_ = c.decode(raw)
	})
}

func FuzzWorld(f *testing.F) {
	f.Add([]byte("nodes: 3\nworkloads:\n  - {match: \"*:prod\", tags: [\"1\"]}\n"))
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = NewWorld(nil, text) })
}
