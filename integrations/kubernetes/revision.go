package kubernetes

import (
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.example/activities"
)

// revision is one pod template that a workload had; the greater number is the newer one.
type revision struct {
	number int64
	at     time.Time
	pod    corev1.PodSpec
}

// touch is a revision as a line of the history.
func (r revision) touch() activities.Touch {
	return activities.Touch{At: r.at, By: "revision " + strconv.FormatInt(r.number, 10), What: strings.Join(images(r.pod), ", ")}
}
