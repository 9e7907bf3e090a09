package simulated

import (
	"reflect"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// write is one request that means to change the world.
type write struct {
	*cluster
	request
	resource served
	now      time.Time
}

func (w write) do() (any, *Entry, error) {
	switch w.verb + " " + w.sub {
	case "create ":
		return w.create()
	case "create eviction":
		return w.evict()
	case "update ":
		return w.update()
	case "update scale":
		return w.updateScale()
	case "patch ":
		return w.patch()
	case "delete ":
		return w.delete()
	}
	return nil, nil, apierrors.NewMethodNotSupported(w.resource.qualified(), w.verb)
}

func (w write) key() key { return key{w.resource.name, w.namespace, w.request.name} }

// live is the object that the request names.
func (w write) live() (object, error) { return w.get(w.resource, w.request) }

func (w write) create() (any, *Entry, error) {
	o, err := w.resource.decode(w.body)
	if err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	o.SetNamespace(w.namespace)
	if o.GetName() == "" && o.GetGenerateName() != "" {
		o.SetName(o.GetGenerateName() + suffix(w.store.made+1))
	}
	return w.made(o, w.manager())
}

// made keeps a new object.
func (w write) made(o object, manager string) (any, *Entry, error) {
	k := key{w.resource.name, w.namespace, o.GetName()}
	if _, ok := w.store.find(k); ok {
		return nil, nil, apierrors.NewAlreadyExists(w.resource.qualified(), k.name)
	}
	if _, ok := w.store.find(key{"namespaces", "", w.namespace}); w.resource.namespaced && !ok {
		return nil, nil, apierrors.NewNotFound(named("namespaces").qualified(), w.namespace)
	}
	if err := w.mayBind(o); err != nil {
		return nil, nil, err
	}
	setDefaults(o)
	o, err := w.fields.updated(w.resource, w.resource.empty(), o, manager, "")
	if err != nil {
		return nil, nil, err
	}
	if p, ok := o.(*corev1.Pod); ok {
		w.life.fillIn(p)
		if err := w.life.admit(p); err != nil {
			return nil, nil, err
		}
	}
	if w.dryRun() {
		return o, nil, nil
	}
	w.store.add(w.resource, o, w.now)
	if p, ok := o.(*corev1.Pod); ok {
		w.life.begin(p)
	}
	return o, &Entry{Verb: "create", Object: k.String()}, nil
}

func (w write) update() (any, *Entry, error) {
	old, err := w.live()
	if err != nil {
		return nil, nil, err
	}
	o, err := w.resource.decode(w.body)
	if err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	return w.replace(old, o, w.manager())
}

// replace puts a new version of an object in the place of the old one.
func (w write) replace(old, o object, manager string) (any, *Entry, error) {
	if err := w.latest(old, o); err != nil {
		return nil, nil, err
	}
	if err := w.mayBind(o); err != nil {
		return nil, nil, err
	}
	w.settled(old, o)
	o, err := w.fields.updated(w.resource, old, o, manager, w.sub)
	if err != nil {
		return nil, nil, err
	}
	return w.keep(old, o)
}

// latest refuses a write over another version than the one that was read.
func (w write) latest(old, o object) error {
	if v := o.GetResourceVersion(); v != "" && v != old.GetResourceVersion() {
		return apierrors.NewConflict(w.resource.qualified(), w.request.name, errModified)
	}
	if u := o.GetUID(); u != "" && u != old.GetUID() {
		return apierrors.NewConflict(w.resource.qualified(), w.request.name, errOtherUID)
	}
	return nil
}

// settled carries over what a client does not decide.
func (w write) settled(old, o object) {
	setDefaults(o)
	o.SetNamespace(old.GetNamespace())
	o.SetName(old.GetName())
	o.SetUID(old.GetUID())
	o.SetCreationTimestamp(old.GetCreationTimestamp())
	o.SetGeneration(old.GetGeneration())
	o.SetResourceVersion(old.GetResourceVersion())
	if status := reflect.ValueOf(o).Elem().FieldByName("Status"); status.IsValid() {
		status.Set(reflect.ValueOf(copyOf(old)).Elem().FieldByName("Status"))
	}
}

// keep stores a new version if it differs.
func (w write) keep(old, o object) (any, *Entry, error) {
	if same(old, o) && equality.Semantic.DeepEqual(old.GetManagedFields(), o.GetManagedFields()) {
		return old, nil, nil
	}
	if err := validate(w.resource, o); err != nil {
		return nil, nil, err
	}
	if !equality.Semantic.DeepEqual(spec(old), spec(o)) {
		o.SetGeneration(old.GetGeneration() + 1)
	}
	if w.dryRun() {
		return o, nil, nil
	}
	w.store.put(w.key(), o)
	if same(old, o) {
		return o, nil, nil
	}
	return o, describe(w.key(), old, o), nil
}

func (w write) delete() (any, *Entry, error) {
	old, err := w.live()
	if err != nil {
		return nil, nil, err
	}
	if err := preconditions(w.resource, old, w.body); err != nil {
		return nil, nil, err
	}
	done := metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusSuccess}
	if w.dryRun() {
		return done, nil, nil
	}
	w.store.remove(w.key())
	if w.resource.name == "namespaces" {
		w.store.empty(w.request.name)
	}
	return done, &Entry{Verb: "delete", Object: w.key().String()}, nil
}

// same says whether two versions of an object differ in nothing but their bookkeeping.
func same(a, b object) bool {
	x, y := copyOf(a), copyOf(b)
	for _, o := range []object{x, y} {
		o.SetManagedFields(nil)
		o.SetResourceVersion("")
		o.SetGeneration(0)
	}
	return equality.Semantic.DeepEqual(x, y)
}

// spec is what is wanted of an object; its generation counts the changes of it.
func spec(o object) any {
	switch o := o.(type) {
	case *appsv1.Deployment:
		return o.Spec
	case *appsv1.StatefulSet:
		return o.Spec
	case *autoscalingv2.HorizontalPodAutoscaler:
		return nil // autoscalers do not count
	}
	return nil
}
