package simulated

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// key names an object.
type key struct{ resource, namespace, name string }

// String is resource/namespace/name, without the namespace where there is none.
func (k key) String() string {
	if k.namespace == "" {
		return k.resource + "/" + k.name
	}
	return k.resource + "/" + k.namespace + "/" + k.name
}

func byName(a, b key) int {
	return cmp.Or(cmp.Compare(a.resource, b.resource), cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name))
}

// store keeps the objects of a cluster. An object in it is never edited: it is copied, edited and put back.
type store struct {
	objects map[string]map[string]map[string]object // by resource, namespace and name
	encoded map[key][]byte                          // what has not changed since it was last saved
	version int64                                   // the last resourceVersion
	made    int64                                   // how many objects were ever made; UIDs and random names come from it
	changed bool                                    // since the last save
	stale   map[string]bool                         // namespaces that were written since the controllers looked last
}

func newStore() *store {
	return &store{objects: map[string]map[string]map[string]object{}, encoded: map[key][]byte{}, stale: map[string]bool{}}
}

func (s *store) find(k key) (object, bool) {
	o, ok := s.objects[k.resource][k.namespace][k.name]
	return o, ok
}

// put keeps an object under a new resourceVersion.
func (s *store) put(k key, o object) {
	s.version++
	o.SetResourceVersion(strconv.FormatInt(s.version, 10))
	s.load(k, o)
	s.touch(k)
}

// load keeps an object as it is.
func (s *store) load(k key, o object) {
	if s.objects[k.resource] == nil {
		s.objects[k.resource] = map[string]map[string]object{}
	}
	if s.objects[k.resource][k.namespace] == nil {
		s.objects[k.resource][k.namespace] = map[string]object{}
	}
	s.objects[k.resource][k.namespace][k.name] = o
}

// add keeps an object that is new.
func (s *store) add(r served, o object, now time.Time) {
	s.made++
	o.SetUID(types.UID(uid(s.made)))
	o.SetCreationTimestamp(metav1.NewTime(now.Truncate(time.Second)))
	o.SetGeneration(1)
	o.GetObjectKind().SetGroupVersionKind(r.kind)
	s.put(key{r.name, o.GetNamespace(), o.GetName()}, o)
}

func (s *store) remove(k key) {
	s.version++
	delete(s.objects[k.resource][k.namespace], k.name)
	s.touch(k)
}

func (s *store) touch(k key) {
	delete(s.encoded, k)
	s.changed = true
	s.stale[k.namespace] = true
}

// keys are the keys of a resource in a namespace, or in all when it is empty, sorted.
func (s *store) keys(resource, namespace string) []key {
	namespaces := []string{namespace}
	if namespace == "" {
		namespaces = slices.Sorted(maps.Keys(s.objects[resource]))
	}
	var out []key
	for _, ns := range namespaces {
		for _, name := range slices.Sorted(maps.Keys(s.objects[resource][ns])) {
			out = append(out, key{resource, ns, name})
		}
	}
	return out
}

// all are the objects of a resource in a namespace, or in all when it is empty, sorted by name.
func all[T object](s *store, resource, namespace string) []T {
	keys := s.keys(resource, namespace)
	out := make([]T, len(keys))
	for i, k := range keys {
		out[i] = s.objects[k.resource][k.namespace][k.name].(T)
	}
	return out
}

// belonging are the objects of a resource that an owner controls, sorted by name.
func belonging[T object](s *store, resource string, owner object) []T {
	var out []T
	for _, o := range all[T](s, resource, owner.GetNamespace()) {
		if metav1.IsControlledBy(o, owner) {
			out = append(out, o)
		}
	}
	return out
}

// collect removes what belongs to an owner in the namespace that is gone.
func (s *store) collect(namespace string) {
	live := map[types.UID]bool{}
	var held []key
	for _, r := range slices.Sorted(maps.Keys(s.objects)) {
		for _, k := range s.keys(r, namespace) {
			o := s.objects[r][namespace][k.name]
			live[o.GetUID()] = true
			if metav1.GetControllerOf(o) != nil {
				held = append(held, k)
			}
		}
	}
	for _, k := range held {
		if o, _ := s.find(k); !live[metav1.GetControllerOf(o).UID] {
			s.remove(k)
		}
	}
}

// empty removes everything in a namespace.
func (s *store) empty(namespace string) {
	for _, r := range slices.Sorted(maps.Keys(s.objects)) {
		for _, k := range s.keys(r, namespace) {
			s.remove(k)
		}
	}
}
