package istio

import (
	"context"
	"encoding/json"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"orderly.example/ops"
)

// virtualServices is the resource.
const virtualServices = "virtualservices"

// keyTraffic is the annotation of what this client has changed or made: for which change, and how it was.
const keyTraffic = "orderly.example/traffic"

// mark is what is kept at an object while a canary has its share.
type mark struct {
	Change string          `json:"change"`
	Host   string          `json:"host"`
	Share  share           `json:"share,omitzero"`
	From   json.RawMessage `json:"from,omitempty"` // the spec before; empty: the object was made by the change
}

// markOf reads the mark of an object; it is empty where there is none.
func markOf(name string, annotations map[string]string) (mark, error) {
	var m mark
	if annotations[keyTraffic] == "" {
		return m, nil
	}
	if err := json.Unmarshal([]byte(annotations[keyTraffic]), &m); err != nil {
		return m, ops.Errorf(ops.Conflict, "the annotation %s of %s cannot be read; somebody has changed it: correct its routes by hand and remove the annotation", "无法读取 %[2]s 的注解 %[1]s,可能被他人修改;请手工更正其路由并删除该注解", keyTraffic, name).Because(err)
	}
	return m, nil
}

// String is the mark as an annotation.
func (m mark) String() string {
	raw, err := json.Marshal(m)
	if err != nil {
		panic("istio: what was read as JSON cannot be written: " + err.Error())
	}
	return string(raw)
}

// service is a VirtualService as the JSON that it is, with its mark.
type service struct {
	unstructured.Unstructured
	mark mark
}

// spec is what it says now.
func (s service) spec() spec {
	out, _ := s.Object["spec"].(map[string]any)
	return out
}

// former is what it says when no canary has a share.
func (s service) former() (spec, error) {
	switch {
	case s.mark.Change == "":
		return s.spec(), nil
	case len(s.mark.From) == 0:
		name, _, _ := strings.Cut(s.mark.Host, ".")
		return plain(name), nil
	}
	var out spec
	return out, utiljson.Unmarshal(s.mark.From, &out)
}

// plain is what a VirtualService says that changes nothing. Istio takes a name with a dot for a whole one, so it is the short
// name.
func plain(name string) spec {
	return spec{"hosts": []any{name}, "http": []any{map[string]any{"route": []any{map[string]any{"destination": map[string]any{"host": name}}}}}}
}

// services are the VirtualServices of a namespace.
func (k *cluster) services(ctx context.Context, namespace string) ([]service, error) {
	raw, err := k.api.RESTClient().Get().Namespace(namespace).Resource(virtualServices).Do(ctx).Raw()
	if err != nil {
		return nil, err
	}
	var list unstructured.UnstructuredList
	if err := list.UnmarshalJSON(raw); err != nil {
		return nil, err
	}
	out := make([]service, len(list.Items))
	for i, o := range list.Items {
		out[i].Unstructured = o
		if out[i].mark, err = markOf(o.GetName(), o.GetAnnotations()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// put writes what a VirtualService says and its mark, over the version that was read. Without a mark there is none.
func (k *cluster) put(ctx context.Context, s service, says spec, m *mark) error {
	o := s.DeepCopy()
	o.Object["spec"] = says
	notes := o.GetAnnotations()
	if notes == nil {
		notes = map[string]string{}
	}
	delete(notes, keyTraffic)
	if m != nil {
		notes[keyTraffic] = m.String()
	}
	o.SetAnnotations(notes)
	if len(notes) == 0 {
		unstructured.RemoveNestedField(o.Object, "metadata", "annotations")
	}
	body, err := o.MarshalJSON()
	if err != nil {
		return err
	}
	return k.api.RESTClient().Put().Namespace(o.GetNamespace()).Resource(virtualServices).Name(o.GetName()).
		Param("fieldManager", k.manager).SetHeader("Content-Type", "application/json").Body(body).Do(ctx).Error()
}
