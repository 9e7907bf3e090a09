package simulated

import (
	"fmt"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
)

// keyRestart is the annotation that restarts are told apart by.
const keyRestart = "orderly.example/restart-key"

// describe says in one line of the ledger what a write did to an object.
func describe(k key, old, o object) *Entry {
	e := &Entry{Verb: "update", Object: k.String()}
	if h, ok := o.(*autoscalingv2.HorizontalPodAutoscaler); ok {
		e.From, e.To = bounds(old.(*autoscalingv2.HorizontalPodAutoscaler)), bounds(h)
		if e.From != e.To {
			e.Verb = "bounds"
		}
		return e
	}
	if replicasOf(o) == nil {
		return e
	}
	if a, b := *replicasOf(old), *replicasOf(o); a != b {
		e.Verb, e.From, e.To = "scale", fmt.Sprint(a), fmt.Sprint(b)
		return e
	}
	if a, b := templateOf(old).Annotations[keyRestart], templateOf(o).Annotations[keyRestart]; a != b {
		e.Verb, e.Key = "restart", b
		return e
	}
	if a, b := imagesOf(old), imagesOf(o); a != b {
		e.Verb, e.From, e.To = "image", a, b
	}
	return e
}

func bounds(h *autoscalingv2.HorizontalPodAutoscaler) string {
	return fmt.Sprintf("%d..%d", *h.Spec.MinReplicas, h.Spec.MaxReplicas)
}

func imagesOf(o object) string {
	var out []string
	for _, c := range templateOf(o).Spec.Containers {
		out = append(out, c.Image)
	}
	return strings.Join(out, ",")
}
