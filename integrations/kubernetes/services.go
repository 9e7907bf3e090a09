package kubernetes

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/ops"
)

// Labels by which a workload says which service it runs.
const (
	LabelService = "orderly.example/service" // product.subsystem.module
	LabelEnv     = "orderly.example/env"
	LabelIDC     = "orderly.example/idc"     // default: the first part of the cluster's name
	LabelCluster = "orderly.example/cluster" // default: the second part of the cluster's name
	LabelOwner   = "orderly.example/owner"   // a group
)

// Services finds services by the labels of workloads, sorted by name. A workload with an unusable label is left out
// and told in the error; so is a cluster that does not answer. What was found is returned beside the error. The
// clusters are asked side by side, so that one that is away costs its own time only.
func (c *Client) Services(ctx context.Context) ([]ops.Service, error) {
	names := c.Clusters()
	objects, errs := make([][]labelledObject, len(names)), make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() {
			k := c.clusters[name]
			var err error
			objects[i], err = k.labelled(ctx)
			errs[i] = k.explain(err, name)
		})
	}
	wg.Wait()
	found := map[string]*ops.Service{}
	for i, name := range names {
		for _, o := range objects[i] {
			errs = append(errs, c.clusters[name].discover(o, found))
		}
	}
	out := make([]ops.Service, 0, len(found))
	for _, s := range found {
		slices.SortFunc(s.Places, func(a, b ops.Place) int { return strings.Compare(a.Target.String(), b.Target.String()) })
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b ops.Service) int { return strings.Compare(a.Name, b.Name) })
	return out, errors.Join(errs...)
}

// labelledObject is a workload that says which service it runs.
type labelledObject struct {
	kind string
	meta metav1.ObjectMeta
}

func (k *cluster) labelled(ctx context.Context) ([]labelledObject, error) {
	var out []labelledObject
	options := metav1.ListOptions{LabelSelector: LabelService}
	deployments, err := k.api.AppsV1().Deployments("").List(ctx, options)
	if err != nil {
		return nil, err
	}
	for _, d := range deployments.Items {
		out = append(out, labelledObject{kindDeployment, d.ObjectMeta})
	}
	sets, err := k.api.AppsV1().StatefulSets("").List(ctx, options)
	if err != nil {
		return out, err
	}
	for _, s := range sets.Items {
		out = append(out, labelledObject{kindStatefulSet, s.ObjectMeta})
	}
	return out, nil
}

// discover adds the place that a workload is.
func (k *cluster) discover(o labelledObject, found map[string]*ops.Service) error {
	p := ops.Place{Provider: Provider, Context: k.name, Namespace: o.meta.Namespace, Kind: o.kind, Name: o.meta.Name}
	t, err := k.says(o.meta)
	if err != nil {
		return ops.Errorf(ops.Invalid, "the labels of %s make no complete target (%q); correct %s, %s, %s and %s",
			"%s 的标签无法组成完整目标(%q);请更正 %s、%s、%s 和 %s", p, t, LabelService, LabelEnv, LabelIDC, LabelCluster).Because(err)
	}
	p.Target = t
	s := found[t.Service]
	if s == nil {
		s = &ops.Service{Name: t.Service}
		found[t.Service] = s
	}
	if s.Owner == "" {
		s.Owner = o.meta.Labels[LabelOwner]
	}
	s.Places = append(s.Places, p)
	return nil
}

var errIncomplete = errors.New("the target is not complete")

// says is the target that the labels of a workload make, and an error when it is not complete.
func (k *cluster) says(meta metav1.ObjectMeta) (ops.Target, error) {
	idc, name := idcAndCluster(k.name)
	wanted := ops.Target{
		Service: meta.Labels[LabelService], Env: meta.Labels[LabelEnv], IDC: cmp.Or(meta.Labels[LabelIDC], idc), Cluster: cmp.Or(meta.Labels[LabelCluster], name),
	}
	t, err := ops.ParseTarget(wanted.String())
	if err == nil && (t.IsPattern() || t.IDC == "" || t.Cluster == "" || t.Env == "") {
		err = errIncomplete
	}
	if err != nil {
		return wanted, err
	}
	return t, nil
}

var contextName = regexp.MustCompile(`^([a-z0-9]+)[/-]([a-z0-9]+)$`)

// idcAndCluster splits the name of a context of the form idc1/c1 or idc1-c1; both are empty for any other form.
func idcAndCluster(context string) (idc, cluster string) {
	if m := contextName.FindStringSubmatch(context); m != nil {
		return m[1], m[2]
	}
	return "", ""
}
