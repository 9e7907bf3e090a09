package kubernetes

import (
	"context"
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Copy copies a Deployment into another namespace, with the config maps that it reads and the Services that lead to it.
func (c *Client) Copy(ctx context.Context, in activities.CopyIn) (activities.Done, error) {
	k, api, err := c.at(in.From)
	if err != nil {
		return activities.Done{}, err
	}
	if _, ok := api.(deployments); !ok || in.To.Context != in.From.Context {
		return activities.Done{}, ops.Errorf(ops.Invalid, "%s cannot be copied: only a Deployment can, and only inside its cluster; leave it out", "%s 无法复制:仅支持在同一集群内复制 Deployment;请将其排除", nameOf(in.From))
	}
	changed, err := k.copy(ctx, in)
	return activities.Done{Changed: changed}, k.explain(err, nameOf(in.From))
}

func (k *cluster) copy(ctx context.Context, in activities.CopyIn) (bool, error) {
	base, err := k.api.AppsV1().Deployments(in.From.Namespace).Get(ctx, in.From.Name, metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	wanted, err := twin(base, in)
	if err != nil {
		return false, err
	}
	needs := needsOf(base.Spec.Template.Spec)
	if len(needs.kept) > 0 {
		return false, ops.Errorf(ops.Unsafe, "%s needs what is not copied: %s; leave it out, or have it run without", "%s 依赖不可复制的对象:%s;请将其排除,或去除该依赖", nameOf(in.From), strings.Join(needs.kept, ", "))
	}
	old, err := k.api.AppsV1().Deployments(in.To.Namespace).Get(ctx, in.To.Name, metav1.GetOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return false, err
	}
	if err == nil && old.Annotations[keyOwner] != in.Change {
		return false, ops.Errorf(ops.Conflict, "there is %s already, of %s; choose another name", "%s 已存在,属于 %s;请更换名称", in.To, orUnknown(old.Annotations[keyOwner]))
	}
	if in.DryRun {
		return err != nil, nil
	}
	made := false
	for _, make := range []func() (bool, error){
		func() (bool, error) { return k.copyMaps(ctx, in, needs.maps) },
		func() (bool, error) { return k.copyServices(ctx, in, base.Spec.Template.Labels) },
		func() (bool, error) {
			return fresh(k.api.AppsV1().Deployments(in.To.Namespace).Create(ctx, wanted, metav1.CreateOptions{FieldManager: k.manager}))
		},
	} {
		new, err := make()
		if err != nil {
			return false, err
		}
		made = made || new
	}
	return made, nil
}

// twin is the copy of a Deployment: the same pods with another image, account and environment.
func twin(base *appsv1.Deployment, in activities.CopyIn) (*appsv1.Deployment, error) {
	spec := *base.Spec.DeepCopy()
	has, err := containerOf(spec.Template.Spec, in.Container, in.From)
	if err != nil {
		return nil, err
	}
	for i := range spec.Template.Spec.Containers {
		if c := &spec.Template.Spec.Containers[i]; c.Name == has.Name {
			c.Image = in.Image
		}
	}
	spec.Replicas, spec.Paused = new(int32(in.Replicas)), false
	spec.Template.Spec.ServiceAccountName, spec.Template.Spec.DeprecatedServiceAccount = in.Account, in.Account
	marks := maps.Clone(base.Labels)
	if marks == nil {
		marks = map[string]string{}
	}
	t := in.To.Target
	maps.Copy(marks, map[string]string{LabelService: t.Service, LabelEnv: t.Env, LabelIDC: t.IDC, LabelCluster: t.Cluster, LabelOwner: in.Owner})
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: in.To.Name, Namespace: in.To.Namespace, Labels: marks, Annotations: map[string]string{keyOwner: in.Change}}, Spec: spec,
	}, nil
}

func (k *cluster) copyMaps(ctx context.Context, in activities.CopyIn, names []string) (bool, error) {
	made := false
	for _, name := range names {
		m, err := k.api.CoreV1().ConfigMaps(in.From.Namespace).Get(ctx, name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			continue // the workload lives without it where it is
		}
		if err != nil {
			return false, err
		}
		m.ObjectMeta = metav1.ObjectMeta{Name: m.Name, Namespace: in.To.Namespace, Labels: m.Labels, Annotations: map[string]string{keyOwner: in.Change}}
		new, err := fresh(k.api.CoreV1().ConfigMaps(in.To.Namespace).Create(ctx, m, metav1.CreateOptions{FieldManager: k.manager}))
		if err != nil {
			return false, err
		}
		made = made || new
	}
	return made, nil
}

// copyServices copies the Services that select pods with the labels, without what opens them to the outside.
func (k *cluster) copyServices(ctx context.Context, in activities.CopyIn, pod map[string]string) (bool, error) {
	list, err := k.api.CoreV1().Services(in.From.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	made := false
	for _, s := range list.Items {
		if len(s.Spec.Selector) == 0 || !labels.SelectorFromSet(s.Spec.Selector).Matches(labels.Set(pod)) {
			continue
		}
		name := s.Name
		if name == in.From.Name { // as its workload is called
			name = in.To.Name
		}
		twin := &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: in.To.Namespace, Labels: s.Labels, Annotations: map[string]string{keyOwner: in.Change}},
			Spec:       corev1.ServiceSpec{Selector: s.Spec.Selector, Ports: slices.Clone(s.Spec.Ports), PublishNotReadyAddresses: s.Spec.PublishNotReadyAddresses},
		}
		for i := range twin.Spec.Ports {
			twin.Spec.Ports[i].NodePort = 0
		}
		if s.Spec.ClusterIP == corev1.ClusterIPNone {
			twin.Spec.ClusterIP = corev1.ClusterIPNone
		}
		new, err := fresh(k.api.CoreV1().Services(in.To.Namespace).Create(ctx, twin, metav1.CreateOptions{FieldManager: k.manager}))
		if err != nil {
			return false, err
		}
		made = made || new
	}
	return made, nil
}

// references is what pods read from their namespace.
type references struct {
	maps []string // config maps, which are copied
	kept []string // what stays where it is, as kind/name: secrets, because they are secret, and volumes, because they hold data
}

func needsOf(pod corev1.PodSpec) references {
	var r references
	for _, v := range pod.Volumes {
		switch {
		case v.ConfigMap != nil:
			r.config(v.ConfigMap.Name)
		case v.Secret != nil:
			r.keep("Secret", v.Secret.SecretName, v.Secret.Optional)
		case v.PersistentVolumeClaim != nil:
			r.keep("PersistentVolumeClaim", v.PersistentVolumeClaim.ClaimName, nil)
		case v.Projected != nil:
			for _, s := range v.Projected.Sources {
				if s.ConfigMap != nil {
					r.config(s.ConfigMap.Name)
				}
				if s.Secret != nil {
					r.keep("Secret", s.Secret.Name, s.Secret.Optional)
				}
			}
		}
	}
	for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
		r.container(c)
	}
	return r
}

func (r *references) container(c corev1.Container) {
	for _, e := range c.EnvFrom {
		if e.ConfigMapRef != nil {
			r.config(e.ConfigMapRef.Name)
		}
		if e.SecretRef != nil {
			r.keep("Secret", e.SecretRef.Name, e.SecretRef.Optional)
		}
	}
	for _, e := range c.Env {
		if e.ValueFrom != nil && e.ValueFrom.ConfigMapKeyRef != nil {
			r.config(e.ValueFrom.ConfigMapKeyRef.Name)
		}
		if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
			r.keep("Secret", e.ValueFrom.SecretKeyRef.Name, e.ValueFrom.SecretKeyRef.Optional)
		}
	}
}

func (r *references) config(name string) {
	if !slices.Contains(r.maps, name) {
		r.maps = append(r.maps, name)
	}
}

// keep notes what stays, unless the pods live without it.
func (r *references) keep(kind, name string, optional *bool) {
	if full := kind + "/" + name; (optional == nil || !*optional) && !slices.Contains(r.kept, full) {
		r.kept = append(r.kept, full)
	}
}
