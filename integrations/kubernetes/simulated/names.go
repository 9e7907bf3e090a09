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

// suffix is what looks random at the end of the n-th name.
func suffix(n int64) string {
	h := fnv.New64a()
	h.Write(strconv.AppendInt([]byte("pod"), n, 10))
	return (rand.SafeEncodeString(strconv.FormatUint(h.Sum64(), 10)) + "00000")[:5]
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
