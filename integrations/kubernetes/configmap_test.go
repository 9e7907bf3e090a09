package kubernetes

import (
	"math/rand/v2"
	"strconv"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"orderly.example/activities"
)

// TestReleasesFitIntoTheAnnotation: the oldest go first, and a content that is too large by itself has no history.
func TestReleasesFitIntoTheAnnotation(t *testing.T) {
	noise := func(n int) string { // which no packing makes small
		r, out := rand.New(rand.NewPCG(uint64(n), 1)), make([]byte, n)
		for i := range out {
			out[i] = byte('!' + r.IntN(90))
		}
		return string(out)
	}
	var j activities.ConfigJournal
	for i := range 10 {
		j = append(j, activities.ConfigRelease{ID: strconv.Itoa(i), Values: map[string]string{"a": noise(20<<10 + i)}})
	}
	text, err := packed(j)
	m := &corev1.ConfigMap{}
	m.Annotations = map[string]string{keyReleases: text}
	got := journalOf(m)
	if err != nil || len(text) > maxReleases || len(got) < 3 || len(got) >= 10 || got[0].ID != "0" {
		t.Errorf("%v, %d bytes, %d releases", err, len(text), len(got))
	}
	text, err = packed(activities.ConfigJournal{{ID: "big", Values: map[string]string{"a": noise(200 << 10)}}})
	m.Annotations[keyReleases] = text
	if err != nil || len(journalOf(m)) != 0 {
		t.Errorf("%v, %d bytes", err, len(text))
	}
	m.Annotations[keyReleases] = "spoilt"
	if journalOf(m) != nil {
		t.Error("read what is spoilt")
	}
}
