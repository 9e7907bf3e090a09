package simulated

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/rand"
)

// uid is the UID of the n-th object that was made.
func uid(n int64) string {
	h := fnv.New64a()
	h.Write(strconv.AppendInt([]byte("orderly"), n, 10))
	return fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(h.Sum64()), n)
}

// letters are those that Kubernetes uses in names that it makes up: none that form words.
const letters = "bcdfghjklmnpqrstvwxz2456789"

// suffix is what looks random at the end of the n-th name. The bits are mixed well (splitmix64), for two pods of one
// name would be one.
func suffix(n int64) string {
	z := uint64(n) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	var out [5]byte
	for i := range out {
		out[i] = letters[z%uint64(len(letters))]
		z /= uint64(len(letters))
	}
	return string(out[:])
}

// templateHash tells pod templates apart. The label by which the hash itself is kept does not count.
func templateHash(t corev1.PodTemplateSpec) string {
	raw, err := json.Marshal(t)
	if err != nil {
		panic("simulated: a pod template that was decoded cannot be encoded: " + err.Error())
	}
	h := fnv.New32a()
	h.Write(raw)
	return rand.SafeEncodeString(strconv.FormatUint(uint64(h.Sum32()), 10))
}
