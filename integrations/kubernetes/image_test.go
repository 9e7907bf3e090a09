package kubernetes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestTag(t *testing.T) {
	for image, want := range map[string]string{
		"web":                                  "latest",
		"web:1.4.2":                            "1.4.2",
		"registry.example:5000/shop/web":       "latest",
		"registry.example:5000/shop/web:1.4.2": "1.4.2",
		"web@sha256:0123456789abcdef0123":      "0123456789ab",
		"web:1.4.2@sha256:0123456789abcdef":    "1.4.2",
		"web@strange":                          "strange",
		"web:":                                 "latest",
		"":                                     "latest",
	} {
		if got := tag(image); got != want {
			t.Errorf("%q: got %q, want %q", image, got, want)
		}
	}
}

func TestVersionOfSeveralContainers(t *testing.T) {
	pod := corev1.PodSpec{Containers: []corev1.Container{{Image: "web:1.4.2"}, {Image: "envoy:1.29"}, {Image: "web-helper:1.4.2"}}}
	if got := version(pod); got != "1.4.2, 1.29" {
		t.Errorf("got %q", got)
	}
}

func FuzzTag(f *testing.F) {
	f.Add("registry.example:5000/shop/web:1.4.2@sha256:0123456789abcdef")
	f.Fuzz(func(t *testing.T, image string) { tag(image) })
}
