package simulated

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// object is anything that a cluster keeps.
type object interface {
	runtime.Object
	metav1.Object
}

// served is one kind of object that a cluster serves.
type served struct {
	name       string // in paths
	kind       schema.GroupVersionKind
	namespaced bool
	tracked    bool // has managedFields
}

// resources are all that a cluster serves.
var resources = []served{
	{"namespaces", corev1.SchemeGroupVersion.WithKind("Namespace"), false, false},
	{"nodes", corev1.SchemeGroupVersion.WithKind("Node"), false, false},
	{"pods", corev1.SchemeGroupVersion.WithKind("Pod"), true, false},
	{"events", corev1.SchemeGroupVersion.WithKind("Event"), true, false},
	{"configmaps", corev1.SchemeGroupVersion.WithKind("ConfigMap"), true, true},
	{"resourcequotas", corev1.SchemeGroupVersion.WithKind("ResourceQuota"), true, false},
	{"configmaps", corev1.SchemeGroupVersion.WithKind("ConfigMap"), true, false},
	{"services", corev1.SchemeGroupVersion.WithKind("Service"), true, false},
	{"limitranges", corev1.SchemeGroupVersion.WithKind("LimitRange"), true, false},
	{"serviceaccounts", corev1.SchemeGroupVersion.WithKind("ServiceAccount"), true, false},
	{"persistentvolumeclaims", corev1.SchemeGroupVersion.WithKind("PersistentVolumeClaim"), true, false},
	{"networkpolicies", networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"), true, false},
	{"deployments", appsv1.SchemeGroupVersion.WithKind("Deployment"), true, true},
	{"statefulsets", appsv1.SchemeGroupVersion.WithKind("StatefulSet"), true, true},
	{"daemonsets", appsv1.SchemeGroupVersion.WithKind("DaemonSet"), true, false},
	{"replicasets", appsv1.SchemeGroupVersion.WithKind("ReplicaSet"), true, false},
	{"controllerrevisions", appsv1.SchemeGroupVersion.WithKind("ControllerRevision"), true, false},
	{"horizontalpodautoscalers", autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"), true, true},
	{"poddisruptionbudgets", policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"), true, false},
	{"rolebindings", rbacv1.SchemeGroupVersion.WithKind("RoleBinding"), true, false},
	{"clusterroles", rbacv1.SchemeGroupVersion.WithKind("ClusterRole"), false, false},
	{"clusterrolebindings", rbacv1.SchemeGroupVersion.WithKind("ClusterRoleBinding"), false, false},
}

// resourceOf finds a resource by its group, version and name.
func resourceOf(gv schema.GroupVersion, name string) (served, bool) {
	for _, r := range resources {
		if r.name == name && r.kind.GroupVersion() == gv {
			return r, true
		}
	}
	return served{}, false
}

// named finds a resource by its name alone.
func named(name string) served {
	for _, r := range resources {
		if r.name == name {
			return r
		}
	}
	panic("simulated: no resource " + name)
}

// qualified is the resource as error texts name it.
func (r served) qualified() schema.GroupResource {
	return schema.GroupResource{Group: r.kind.Group, Resource: r.name}
}

// decode reads an object of the resource from JSON.
func (r served) decode(body []byte) (object, error) {
	o, _, err := scheme.Codecs.UniversalDeserializer().Decode(body, &r.kind, nil)
	if err != nil {
		return nil, err
	}
	out, ok := o.(object)
	if !ok {
		return nil, runtime.NewNotRegisteredErrForKind(scheme.Scheme.Name(), r.kind)
	}
	out.GetObjectKind().SetGroupVersionKind(r.kind)
	return out, nil
}

// read reads a body that is not an object of a resource, such as a Scale. client-go sends some as JSON and some as
// protobuf.
func read[T runtime.Object](body []byte, as T) (T, error) {
	o, _, err := scheme.Codecs.UniversalDeserializer().Decode(body, nil, as)
	if err != nil {
		return as, apierrors.NewBadRequest(err.Error())
	}
	out, ok := o.(T)
	if !ok {
		return as, apierrors.NewBadRequest(fmt.Sprintf("the body is a %T, and a %T is needed", o, as))
	}
	return out, nil
}

// empty is an object of the resource without content.
func (r served) empty() object {
	o, err := scheme.Scheme.New(r.kind)
	if err != nil {
		panic("simulated: " + err.Error()) // the table above names kinds of the scheme
	}
	o.GetObjectKind().SetGroupVersionKind(r.kind)
	return o.(object)
}

// copyOf is a deep copy.
func copyOf[T object](o T) T { return o.DeepCopyObject().(T) }
