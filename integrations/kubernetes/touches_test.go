package kubernetes

import (
	"slices"
	"strings"
	"testing"
)

func TestFieldWords(t *testing.T) {
	for raw, want := range map[string]string{
		``:                             "",
		`null`:                         "",
		`[]`:                           "",
		`{"f:spec":{"f:replicas":{}}}`: "replicas",
		`{"f:status":{"f:replicas":{}},"f:metadata":{"f:annotations":{"f:deployment.kubernetes.io/revision":{}}}}`:                                                                                   "",
		`{"f:metadata":{"f:labels":{".":{},"f:app":{}},"f:annotations":{"f:note":{}}}}`:                                                                                                              "annotations, labels",
		`{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:image":{},"f:name":{}}}}}}}`:                                                                          "image",
		`{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{"f:orderly.example/restart-key":{}}}}}}`:                                                                                            "restart",
		`{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{"f:kubectl.kubernetes.io/restartedAt":{},"f:other":{}}}}}}`:                                                                         "annotations, restart",
		`{"f:spec":{"f:selector":{},"f:strategy":{},"f:template":{"f:spec":{"f:nodeName":{},"f:containers":{"k:{\"name\":\"a\"}":{"f:env":{},"f:image":{}},"k:{\"name\":\"b\"}":{"f:image":{}}}}}}}`: "env, image, nodeName, strategy",
	} {
		if got := strings.Join(fieldWords([]byte(raw)), ", "); got != want {
			t.Errorf("%s: got %q, want %q", raw, got, want)
		}
	}
}

func FuzzFieldWords(f *testing.F) {
	f.Add([]byte(`{"f:spec":{"f:replicas":{},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{"f:image":{}}}}}}}`))
	f.Add([]byte(`{"f:metadata":{"f:annotations":{"f:x":{}}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		words := fieldWords(raw)
		if !slices.IsSorted(words) || len(slices.Compact(slices.Clone(words))) != len(words) {
			t.Errorf("not sorted or double: %q", words)
		}
		owns(raw, []string{"spec", "replicas"})
	})
}
