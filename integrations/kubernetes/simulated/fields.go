package simulated

import (
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
)

// fieldManagers keep managedFields with the API server's own code. Making the first one reads the schema of all built-in
// types, which takes a moment, so it is done when it is needed.
type fieldManagers struct {
	mu    sync.Mutex
	types managedfields.TypeConverter
	made  map[fieldManagerKey]*managedfields.FieldManager
}

type fieldManagerKey struct {
	kind schema.GroupVersionKind
	sub  string
}

func newFieldManagers() *fieldManagers {
	return &fieldManagers{made: map[fieldManagerKey]*managedfields.FieldManager{}}
}

func (f *fieldManagers) of(kind schema.GroupVersionKind, sub string) (*managedfields.FieldManager, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.types == nil {
		f.types = applyconfigurations.NewTypeConverter(scheme.Scheme)
	}
	k := fieldManagerKey{kind, sub}
	if m := f.made[k]; m != nil {
		return m, nil
	}
	m, err := managedfields.NewDefaultFieldManager(f.types, scheme.Scheme, noDefaults{}, scheme.Scheme, kind, kind.GroupVersion(), sub, nil)
	if err != nil {
		return nil, err
	}
	f.made[k] = m
	return m, nil
}

// noDefaults leaves objects as they are; a cluster fills in defaults by itself (see defaults.go).
type noDefaults struct{}

func (noDefaults) Default(runtime.Object) {}

// updated notes in managedFields what a write changed.
func (f *fieldManagers) updated(r served, old, new object, manager, sub string) (object, error) {
	if !r.tracked {
		new.SetManagedFields(old.GetManagedFields())
		return new, nil
	}
	m, err := f.of(r.kind, sub)
	if err != nil {
		return nil, err
	}
	out, err := m.Update(copyOf(old), new, manager)
	if err != nil {
		return nil, err
	}
	if sub == scaleSub {
		forgetTime(out.(object))
	}
	return out.(object), nil
}

// scaleSub is the subresource by which replicas are set.
const scaleSub = "scale"

// forgetTime does what the API server does with writes through the scale subresource: it keeps no time for them.
func forgetTime(o object) {
	entries := o.GetManagedFields()
	for i := range entries {
		if entries[i].Subresource == scaleSub {
			entries[i].Time = nil
		}
	}
	o.SetManagedFields(entries)
}

// applied merges an applied configuration into an object.
func (f *fieldManagers) applied(r served, old object, body []byte, manager string, force bool) (object, error) {
	m, err := f.of(r.kind, "")
	if err != nil {
		return nil, err
	}
	wanted := &unstructured.Unstructured{}
	if err := wanted.UnmarshalJSON(body); err != nil {
		return nil, err
	}
	out, err := m.Apply(old, wanted, manager, force)
	if err != nil {
		return nil, err
	}
	o := out.(object)
	o.GetObjectKind().SetGroupVersionKind(r.kind)
	return o, nil
}
