package simulated

import (
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
)

func (c *cluster) get(r served, q request) (object, error) {
	o, ok := c.store.find(key{r.name, q.namespace, q.name})
	if !ok {
		return nil, apierrors.NewNotFound(r.qualified(), q.name)
	}
	return o, nil
}

// list is a page with everything; nobody asks for pages of a demo.
type list struct {
	Kind       string            `json:"kind"`
	APIVersion string            `json:"apiVersion"`
	Metadata   map[string]string `json:"metadata"`
	Items      []object          `json:"items"`
}

func (c *cluster) list(r served, q request) (any, error) {
	byLabel, err := labels.Parse(q.query.Get("labelSelector"))
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	byField, err := fields.ParseSelector(q.query.Get("fieldSelector"))
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	out := list{Kind: r.kind.Kind + "List", APIVersion: r.kind.GroupVersion().String(), Metadata: map[string]string{}, Items: []object{}}
	for _, k := range c.store.keys(r.name, q.namespace) {
		o, _ := c.store.find(k)
		if byLabel.Matches(labels.Set(o.GetLabels())) && byField.Matches(fieldsOf(o)) {
			out.Items = append(out.Items, o)
		}
	}
	return out, nil
}

// fieldsOf are the fields of an object that one may select by.
func fieldsOf(o object) fields.Set {
	s := fields.Set{"metadata.name": o.GetName(), "metadata.namespace": o.GetNamespace()}
	switch o := o.(type) {
	case *corev1.Pod:
		s["spec.nodeName"], s["status.phase"] = o.Spec.NodeName, string(o.Status.Phase)
	case *corev1.Event:
		i := o.InvolvedObject
		s["involvedObject.kind"], s["involvedObject.name"], s["involvedObject.uid"] = i.Kind, i.Name, string(i.UID)
		s["reason"], s["type"] = o.Reason, o.Type
	}
	return s
}
