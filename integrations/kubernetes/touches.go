package kubernetes

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// touches reads who changed an object out of its managedFields. What the controllers report by themselves (the status)
// is left out, for nobody asked for it. The API server keeps no time for writes through the scale subresource; their At
// is zero.
func touches(entries []metav1.ManagedFieldsEntry) []activities.Touch {
	var out []activities.Touch
	for _, e := range entries {
		if e.FieldsV1 == nil {
			continue
		}
		words := fieldWords(e.FieldsV1.GetRawBytes())
		if len(words) == 0 {
			continue
		}
		t := activities.Touch{By: e.Manager, What: strings.Join(words, ", ")}
		if e.Time != nil {
			t.At = e.Time.Time
		}
		out = append(out, t)
	}
	return out
}

// lastTouch says who last changed the field at a path, and when.
func lastTouch(entries []metav1.ManagedFieldsEntry, path ...string) ops.Text {
	var last *metav1.ManagedFieldsEntry
	for i, e := range entries {
		if e.FieldsV1 != nil && owns(e.FieldsV1.GetRawBytes(), path) && (last == nil || timeOf(e).After(timeOf(*last))) {
			last = &entries[i]
		}
	}
	if last == nil {
		return ops.Textf("somebody changed it", "已被他人修改")
	}
	if last.Time == nil {
		return ops.Textf("%s changed it", "已被 %s 修改", last.Manager)
	}
	return ops.Textf("%s changed it at %s", "由 %s 于 %s 修改", last.Manager, last.Time.UTC().Format(time.RFC3339))
}

func timeOf(e metav1.ManagedFieldsEntry) time.Time {
	if e.Time == nil {
		return time.Time{}
	}
	return e.Time.Time
}

// fieldSet is a tree of managed fields: keys are "f:name" for a field and "k:{...}" for an item of a list.
type fieldSet map[string]json.RawMessage

// in steps down to a field, or to an item of a list, such as k:{"name":"main"}.
func (s fieldSet) in(name string) fieldSet {
	if !strings.HasPrefix(name, "k:") {
		name = "f:" + name
	}
	var out fieldSet
	if json.Unmarshal(s[name], &out) != nil {
		return nil
	}
	return out
}

// items are the items of a list below.
func (s fieldSet) items() []fieldSet {
	var out []fieldSet
	for key, raw := range s {
		var item fieldSet
		if strings.HasPrefix(key, "k:") && json.Unmarshal(raw, &item) == nil {
			out = append(out, item)
		}
	}
	return out
}

// names are the names of the fields, without those that are only there to hold others.
func (s fieldSet) names() []string {
	var out []string
	for key := range s {
		if name, ok := strings.CutPrefix(key, "f:"); ok {
			out = append(out, name)
		}
	}
	return out
}

func decodeFields(raw []byte) fieldSet {
	var s fieldSet
	if json.Unmarshal(raw, &s) != nil {
		return nil
	}
	return s
}

func owns(raw []byte, path []string) bool {
	s := decodeFields(raw)
	for _, name := range path[:len(path)-1] {
		s = s.in(name)
	}
	_, ok := s["f:"+path[len(path)-1]]
	return ok
}

// controllerMark is the annotation that the deployment controller itself keeps.
const controllerMark = "deployment.kubernetes.io/revision"

// fieldWords says in words which fields of a workload are in a set: replicas, image, restart, and else the name of the
// field. They are sorted, each once.
func fieldWords(raw []byte) []string {
	s := decodeFields(raw)
	var words []string
	say := func(w string) {
		if w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	for _, name := range s.in("metadata").names() {
		if name == "annotations" || name == "labels" {
			for _, key := range s.in("metadata").in(name).names() {
				if key != controllerMark {
					say(name)
				}
			}
		}
	}
	spec := s.in("spec")
	for _, name := range spec.names() {
		if name != "template" && name != "selector" {
			say(name)
		}
	}
	for _, w := range templateWords(spec.in("template")) {
		say(w)
	}
	slices.Sort(words)
	return words
}

// templateWords says which fields of a pod template are in a set.
func templateWords(t fieldSet) []string {
	var words []string
	for _, key := range t.in("metadata").in("annotations").names() {
		if key == keyRestart || key == keyRestartedAt {
			words = append(words, "restart")
		} else {
			words = append(words, "annotations")
		}
	}
	for _, name := range t.in("spec").names() {
		if name != "containers" {
			words = append(words, name)
		}
	}
	for _, c := range t.in("spec").in("containers").items() {
		for _, name := range c.names() {
			if name != "name" {
				words = append(words, name)
			}
		}
	}
	return words
}
