package argotest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
)

// Broken is the image that no instance ever runs.
const Broken = "web:broken"

// Move does one move of Argo's controller and says whether anything has changed.
func Move(o map[string]any) bool {
	before := runtime.DeepCopyJSON(o)
	spec, status := child(o, "spec"), child(o, "status")
	n, hash := number(spec["replicas"]), hashOf(spec["template"])
	steps, _ := child(child(spec, "strategy"), "canary")["steps"].([]any)
	meta := child(o, "metadata")
	status["observedGeneration"] = fmt.Sprint(meta["generation"])
	if status["stableRS"] == nil {
		status["stableRS"] = hash
	}
	if status["currentPodHash"] != hash {
		status["currentPodHash"], status["currentStepIndex"], status["updatedReplicas"] = hash, int64(0), int64(0)
		for _, field := range []string{"pauseConditions", "controllerPause", "promoteFull", "abort", "message"} {
			delete(status, field)
		}
	}
	status["replicas"], status["readyReplicas"], status["phase"] = n, n, "Progressing"
	switch step := number(status["currentStepIndex"]); {
	case image(spec) == Broken:
		status["phase"], status["message"], status["readyReplicas"] = "Degraded", "ProgressDeadlineExceeded: it has timed out", n-1
	case hash == status["stableRS"]:
		healthy(status, n, len(steps))
	case status["promoteFull"] == true || int(step) >= len(steps):
		if number(status["updatedReplicas"]) == n {
			status["stableRS"] = hash
			healthy(status, n, len(steps))
		}
		status["updatedReplicas"] = n
	default:
		walk(status, steps[step].(map[string]any), n, step)
	}
	return !reflect.DeepEqual(before, o)
}

// walk does one step of a canary.
func walk(status, step map[string]any, n, at int64) {
	weight, ok := step["setWeight"]
	switch {
	case ok:
		status["updatedReplicas"] = (n*number(weight) + 99) / 100
	case status["controllerPause"] != true:
		status["controllerPause"] = true
		status["pauseConditions"] = []any{map[string]any{"reason": "CanaryPauseStep", "startTime": "2026-01-05T04:00:00Z"}}
		status["phase"] = "Paused"
		return
	case status["pauseConditions"] != nil:
		status["phase"] = "Paused"
		return
	default:
		delete(status, "controllerPause")
	}
	status["currentStepIndex"] = at + 1
}

// healthy is a Rollout of which every instance runs the stable version.
func healthy(status map[string]any, n int64, steps int) {
	status["phase"], status["updatedReplicas"], status["currentStepIndex"] = "Healthy", n, int64(steps)
	for _, field := range []string{"pauseConditions", "controllerPause", "promoteFull", "abort", "message"} {
		delete(status, field)
	}
}

func image(spec map[string]any) any {
	containers, _ := child(child(spec, "template"), "spec")["containers"].([]any)
	if len(containers) == 0 {
		return nil
	}
	return containers[0].(map[string]any)["image"]
}

// child is an object in an object; it is made when it is missing.
func child(o map[string]any, name string) map[string]any {
	out, ok := o[name].(map[string]any)
	if !ok {
		out = map[string]any{}
		o[name] = out
	}
	return out
}

func number(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case float64:
		return int64(v)
	}
	return 0
}

func hashOf(template any) string {
	raw, err := json.Marshal(template)
	if err != nil {
		panic("argotest: what was read as JSON cannot be written: " + err.Error())
	}
	h := fnv.New32a()
	h.Write(raw)
	return fmt.Sprintf("%x", h.Sum32())
}
