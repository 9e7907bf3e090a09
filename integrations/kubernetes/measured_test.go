package kubernetes

import (
	"testing"

	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
)

func TestMeasures(t *testing.T) {
	got := decodeMeasures([]byte(`{"items":[{"metadata":{"name":"a","namespace":"shop"},"containers":[{"usage":{"cpu":"12345678n","memory":"10Mi"}},{"usage":{"cpu":"100m","memory":"6Mi"}}]}]}`))
	if m := got["shop/a"]; len(got) != 1 || m.String() != "cpu 113m, memory 16Mi" {
		t.Errorf("got %v", got)
	}
	if got := decodeMeasures([]byte(`<html>`)); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestAFakeMeasuresNothing(t *testing.T) {
	k := NewFor(map[string]clientset.Interface{"idc1": fake.NewClientset()}).clusters["idc1"]
	if got := k.measured(t.Context(), "shop"); got != nil {
		t.Errorf("got %v", got)
	}
}

func FuzzMeasures(f *testing.F) {
	f.Add([]byte(`{"items":[{"metadata":{"name":"a","namespace":"shop"},"containers":[{"usage":{"cpu":"1","memory":"1Mi"}}]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, m := range decodeMeasures(raw) {
			_ = m.String()
		}
	})
}
