package kubernetes

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// version says which version a pod runs: the image tags of its containers, each once.
func version(pod corev1.PodSpec) string {
	var out []string
	for _, image := range images(pod) {
		if t := tag(image); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return strings.Join(out, ", ")
}

// images are the images of a pod's containers.
func images(pod corev1.PodSpec) []string {
	out := make([]string, len(pod.Containers))
	for i, c := range pod.Containers {
		out[i] = c.Image
	}
	return out
}

// digestLen is how much of a digest people compare.
const digestLen = 12

// tag is the tag of an image, the start of its digest when it has none, and latest when it has neither.
func tag(image string) string {
	name, digest, hasDigest := strings.Cut(image, "@")
	last := name[strings.LastIndex(name, "/")+1:]
	if _, t, ok := strings.Cut(last, ":"); ok && t != "" {
		return t
	}
	if !hasDigest {
		return "latest"
	}
	if _, hex, ok := strings.Cut(digest, ":"); ok {
		digest = hex
	}
	return digest[:min(digestLen, len(digest))]
}
