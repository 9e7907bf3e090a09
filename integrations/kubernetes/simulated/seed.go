package simulated

import (
	"fmt"
	"maps"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Who made the world, as managedFields tell it.
const (
	managerFirst   = "helm"
	managerRelease = "gitlab-ci"
)

// Things that the world has in common.
const (
	releaseEvery    = 26 * time.Hour // between two versions in the past
	nodeCPU         = "32"
	nodeMemory      = "128Gi"
	progressSeconds = 60 // so that a demo shows a failed rollout within a minute
)

// seed makes the world: it is played from a day in the past per version until now, with pods that come up at once.
func (c *cluster) seed(w ClusterWorld) error {
	versions := 1
	for _, o := range w.Workloads {
		versions = max(versions, len(o.Tags))
	}
	now := c.options.Now()
	c.life.delay = 0
	c.life.now = now.Add(-time.Duration(versions) * releaseEvery)
	c.seedNodes(w)
	if err := c.seedNamespaces(w); err != nil {
		return err
	}
	for version := range versions {
		for _, o := range w.Workloads {
			if err := c.seedVersion(o, version, versions); err != nil {
				return fmt.Errorf("%s: %w", o.Place, err)
			}
		}
		c.life.advance(c.life.now.Add(releaseEvery))
	}
	c.life.advance(now)
	c.life.delay = c.options.PodDelay
	return nil
}

func (c *cluster) seedNodes(w ClusterWorld) {
	n := w.Nodes
	if n == 0 {
		n = 3
	}
	for i := range n {
		has := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(nodeCPU), corev1.ResourceMemory: resource.MustParse(nodeMemory)}
		c.store.add(named("nodes"), &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-node-%d", hostName(c.name), i+1)},
			Status:     corev1.NodeStatus{Allocatable: has, Capacity: has},
		}, c.life.now)
	}
}

func (c *cluster) seedNamespaces(w ClusterWorld) error {
	names := map[string]bool{"default": true}
	for _, o := range w.Workloads {
		names[o.Place.Namespace] = true
	}
	for _, q := range w.Quotas {
		names[q.Namespace] = true
	}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		c.store.add(named("namespaces"), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: n}}, c.life.now)
	}
	for _, q := range w.Quotas {
		hard := corev1.ResourceList{}
		for r, v := range q.Hard {
			limit, err := resource.ParseQuantity(v)
			if err != nil {
				return fmt.Errorf("the quota %s of %s: %s is %q, which is no quantity such as 20 or 4Gi: %w", q.Name, q.Namespace, r, v, err)
			}
			hard[corev1.ResourceName(r)] = limit
		}
		c.store.add(named("resourcequotas"), &corev1.ResourceQuota{
			ObjectMeta: metav1.ObjectMeta{Name: q.Name, Namespace: q.Namespace}, Spec: corev1.ResourceQuotaSpec{Hard: hard},
		}, c.life.now)
	}
	return nil
}

// seedVersion makes a workload or moves it to its next version; a workload with few versions begins later.
func (c *cluster) seedVersion(o Workload, version, versions int) error {
	i := version - (versions - max(1, len(o.Tags)))
	if i < 0 {
		return nil
	}
	r := named(map[string]string{"Deployment": "deployments", "StatefulSet": "statefulsets"}[o.Place.Kind])
	k := key{r.name, o.Place.Namespace, o.Place.Name}
	t, err := o.template(i)
	if err != nil {
		return err
	}
	if old, ok := c.store.find(k); ok {
		new := copyOf(old)
		*templateOf(new) = t
		new.SetGeneration(old.GetGeneration() + 1)
		if new, err = c.fields.updated(r, old, new, managerRelease, ""); err != nil {
			return err
		}
		c.store.put(k, new)
		return c.dated(k, old)
	}
	if err := c.seedObject(r, o.object(t), managerFirst); err != nil {
		return err
	}
	if o.Max > 0 {
		if err := c.seedObject(named("horizontalpodautoscalers"), o.autoscaler(), managerFirst); err != nil {
			return err
		}
	}
	if o.Keep > 0 {
		return c.seedObject(named("poddisruptionbudgets"), o.budget(), managerFirst)
	}
	return nil
}

func (c *cluster) seedObject(r served, o object, manager string) error {
	setDefaults(o)
	o.GetObjectKind().SetGroupVersionKind(r.kind)
	o, err := c.fields.updated(r, r.empty(), o, manager, "")
	if err != nil {
		return err
	}
	c.store.add(r, o, c.life.now)
	return c.dated(key{r.name, o.GetNamespace(), o.GetName()}, r.empty())
}

// dated sets the time of what was just written in managedFields, which the field managers take from the wall.
func (c *cluster) dated(k key, old object) error {
	o, _ := c.store.find(k)
	fresh := copyOf(o)
	entries := fresh.GetManagedFields()
	had := map[string]bool{}
	for _, e := range old.GetManagedFields() {
		had[e.Manager] = true
	}
	for i := range entries {
		if !had[entries[i].Manager] {
			entries[i].Time = new(metav1.NewTime(c.life.now.Truncate(time.Second)))
		}
	}
	fresh.SetManagedFields(entries)
	c.store.put(k, fresh)
	return nil
}

func (o Workload) meta() metav1.ObjectMeta {
	t := o.Place.Target
	return metav1.ObjectMeta{Name: o.Place.Name, Namespace: o.Place.Namespace, Labels: map[string]string{
		"app": o.Place.Name, "orderly.example/service": t.Service, "orderly.example/env": t.Env, "orderly.example/idc": t.IDC,
		"orderly.example/cluster": t.Cluster, "orderly.example/owner": o.Owner,
	}}
}

func (o Workload) labels() map[string]string { return map[string]string{"app": o.Place.Name} }

// template is the pod template of one of the workload's versions.
func (o Workload) template(version int) (corev1.PodTemplateSpec, error) {
	needs := corev1.ResourceList{}
	for r, v := range map[corev1.ResourceName]string{corev1.ResourceCPU: o.CPU, corev1.ResourceMemory: o.Memory} {
		if v == "" {
			continue
		}
		q, err := resource.ParseQuantity(v)
		if err != nil {
			return corev1.PodTemplateSpec{}, fmt.Errorf("%s is %q, which is no quantity such as 250m or 256Mi: %w", r, v, err)
		}
		needs[r] = q
	}
	image := o.Image
	if len(o.Tags) > 0 {
		image += ":" + o.Tags[version]
	}
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: o.labels()},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "main", Image: image, Resources: corev1.ResourceRequirements{Requests: needs},
		}}},
	}, nil
}

func (o Workload) object(t corev1.PodTemplateSpec) object {
	selector := &metav1.LabelSelector{MatchLabels: o.labels()}
	if o.Place.Kind == "StatefulSet" {
		return &appsv1.StatefulSet{ObjectMeta: o.meta(), Spec: appsv1.StatefulSetSpec{
			Replicas: new(int32(o.Replicas)), Selector: selector, Template: t, ServiceName: o.Place.Name,
		}}
	}
	return &appsv1.Deployment{ObjectMeta: o.meta(), Spec: appsv1.DeploymentSpec{
		Replicas: new(int32(o.Replicas)), Selector: selector, Template: t, ProgressDeadlineSeconds: new(int32(progressSeconds)),
	}}
}

func (o Workload) autoscaler() object {
	return &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Name: o.Place.Name, Namespace: o.Place.Namespace},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: o.Place.Kind, Name: o.Place.Name},
			MinReplicas:    new(int32(o.Min)), MaxReplicas: int32(o.Max),
		},
	}
}

func (o Workload) budget() object {
	return &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: o.Place.Name + "-pdb", Namespace: o.Place.Namespace},
		Spec: policyv1.PodDisruptionBudgetSpec{
			MinAvailable: new(intstr.FromInt32(int32(o.Keep))), Selector: &metav1.LabelSelector{MatchLabels: o.labels()},
		},
	}
}
