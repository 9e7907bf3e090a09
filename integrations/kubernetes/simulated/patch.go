package simulated

import (
	"encoding/json"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

// What the API server says about a write over another version.
var (
	errModified = errors.New("the object has been modified; please apply your changes to the latest version and try again")
	errOtherUID = errors.New("precondition failed: UID in precondition does not match the UID in object meta")
)

func (w write) patch() (any, *Entry, error) {
	if w.patchType == string(types.ApplyPatchType) || w.patchType == string(types.ApplyYAMLPatchType) {
		return w.apply()
	}
	old, err := w.live()
	if err != nil {
		return nil, nil, err
	}
	raw, err := json.Marshal(old)
	if err != nil {
		return nil, nil, err
	}
	switch types.PatchType(w.patchType) {
	case types.MergePatchType:
		raw, err = mergePatch(raw, w.body)
	case types.StrategicMergePatchType:
		raw, err = strategicpatch.StrategicMergePatch(raw, w.body, w.resource.empty())
	default:
		err = errors.New("the body of the request was in an unknown format")
	}
	if err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	o, err := w.resource.decode(raw)
	if err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	return w.replace(old, o, w.manager())
}

// apply merges what a manager wants (server-side apply), and makes the object if there is none.
func (w write) apply() (any, *Entry, error) {
	old, err := w.live()
	if apierrors.IsNotFound(err) {
		o, err := w.fields.applied(w.resource, w.resource.empty(), w.body, w.manager(), false)
		if err != nil {
			return nil, nil, err
		}
		o.SetNamespace(w.namespace)
		return w.made(o, w.manager())
	}
	if err != nil {
		return nil, nil, err
	}
	var wanted struct {
		Metadata metav1.ObjectMeta `json:"metadata"`
	}
	if err := json.Unmarshal(w.body, &wanted); err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	if err := w.latest(old, &metav1.PartialObjectMetadata{ObjectMeta: wanted.Metadata}); err != nil {
		return nil, nil, err
	}
	o, err := w.fields.applied(w.resource, copyOf(old), w.body, w.manager(), w.query.Get("force") == "true")
	if err != nil {
		return nil, nil, err
	}
	w.settled(old, o)
	return w.keep(old, o)
}

// mergePatch does what RFC 7386 says.
func mergePatch(raw, patch []byte) ([]byte, error) {
	var to, from any
	if err := json.Unmarshal(raw, &to); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(patch, &from); err != nil {
		return nil, err
	}
	return json.Marshal(merged(to, from))
}

func merged(to, patch any) any {
	fields, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	out, ok := to.(map[string]any)
	if !ok {
		out = map[string]any{}
	}
	for name, v := range fields {
		if v == nil {
			delete(out, name)
		} else {
			out[name] = merged(out[name], v)
		}
	}
	return out
}

// preconditions refuses to delete another object than the one that is meant.
func preconditions(r served, o object, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	options, err := read(body, &metav1.DeleteOptions{})
	if err != nil {
		return err
	}
	return checkUID(r, o, options.Preconditions)
}

func checkUID(r served, o object, p *metav1.Preconditions) error {
	if p != nil && p.UID != nil && *p.UID != o.GetUID() {
		return apierrors.NewConflict(r.qualified(), o.GetName(), errOtherUID)
	}
	if p != nil && p.ResourceVersion != nil && *p.ResourceVersion != o.GetResourceVersion() {
		return apierrors.NewConflict(r.qualified(), o.GetName(), errModified)
	}
	return nil
}
