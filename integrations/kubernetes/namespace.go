package kubernetes

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.example/activities"
	"orderly.example/ops"
)

const (
	// keyUntil is the annotation that says when something is to go.
	keyUntil = "orderly.example/until"
	// noteDomain is before the slash of the annotations that hold notes.
	noteDomain = "note.orderly.example/"
)

// Namespace reads a namespace.
func (c *Client) Namespace(ctx context.Context, in activities.LookIn) (activities.Namespace, error) {
	k, err := c.cluster(in.Context)
	if err != nil {
		return activities.Namespace{}, err
	}
	n, err := k.api.CoreV1().Namespaces().Get(ctx, in.Name, metav1.GetOptions{})
	if err != nil {
		return activities.Namespace{}, k.explain(err, in.Object())
	}
	out := namespaceOf(in.Room, n)
	if in.Inside {
		out.Places, out.Workloads, err = k.inside(ctx, in.Name)
	}
	return out, k.explain(err, in.Object())
}

func namespaceOf(r activities.Room, n *corev1.Namespace) activities.Namespace {
	out := activities.Namespace{
		Room: r, Change: n.Annotations[keyOwner], Owner: n.Labels[LabelOwner], Labels: n.Labels, Notes: map[string]string{}, Until: untilOf(n),
		Ending: n.DeletionTimestamp != nil || n.Status.Phase == corev1.NamespaceTerminating,
	}
	for key, value := range n.Annotations {
		if name, ok := strings.CutPrefix(key, noteDomain); ok {
			out.Notes[name] = value
		}
	}
	var why []ops.Text
	for _, c := range n.Status.Conditions {
		if c.Status == corev1.ConditionTrue {
			why = append(why, ops.Plain(c.Message))
		}
	}
	out.Stuck = ops.JoinTexts(why, ops.Text{En: "; ", Zh: ";"})
	return out
}

// untilOf is when an object is to go. What is written badly counts as not written.
func untilOf(o metav1.Object) time.Time {
	t, err := time.Parse(time.RFC3339, o.GetAnnotations()[keyUntil])
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// inside lists what stands in a namespace, and which of it can be scaled.
func (k *cluster) inside(ctx context.Context, namespace string) ([]ops.Place, []string, error) {
	var places []ops.Place
	var out []string
	found := func(kind string, meta metav1.ObjectMeta) {
		p := ops.Place{Provider: Provider, Context: k.name, Namespace: namespace, Kind: kind, Name: meta.Name}
		if t, err := k.says(meta); err == nil {
			p.Target = t
		}
		places, out = append(places, p), append(out, kind+"/"+meta.Name)
	}
	deployments, err := k.api.AppsV1().Deployments(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, nil, err
	}
	for _, d := range deployments.Items {
		found(kindDeployment, d.ObjectMeta)
	}
	sets, err := k.api.AppsV1().StatefulSets(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sets.Items {
		found(kindStatefulSet, s.ObjectMeta)
	}
	pods, err := k.api.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, nil, err
	}
	for _, p := range pods.Items {
		if o := metav1.GetControllerOf(&p); o == nil || o.Kind != "ReplicaSet" && o.Kind != kindStatefulSet {
			out = append(out, "Pod/"+p.Name)
		}
	}
	volumes, err := k.api.CoreV1().PersistentVolumeClaims(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, nil, err
	}
	for _, v := range volumes.Items {
		out = append(out, "PersistentVolumeClaim/"+v.Name)
	}
	slices.Sort(out)
	return places, out, nil
}

// DropNamespace begins to delete a namespace that Orderly has made.
func (c *Client) DropNamespace(ctx context.Context, in activities.DropNamespaceIn) (activities.Done, error) {
	return c.settle(ctx, in.Context, in.Object(), func(k *cluster) (bool, error) { return k.drop(ctx, in) })
}

func (k *cluster) drop(ctx context.Context, in activities.DropNamespaceIn) (bool, error) {
	n, err := k.api.CoreV1().Namespaces().Get(ctx, in.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	by := n.Annotations[keyOwner]
	switch {
	case by == "":
		if in.Change != "" {
			return false, nil
		}
		return false, foreign(in.Room)
	case n.DeletionTimestamp != nil, in.Change != "" && by != in.Change, !in.Due.IsZero() && untilOf(n).After(in.Due):
		return false, nil
	}
	if in.Empty {
		_, stands, err := k.inside(ctx, in.Name)
		if err != nil {
			return false, err
		}
		if len(stands) > 0 {
			return false, ops.Errorf(ops.Unsafe, "namespace %s is not empty: %s; take that out first, or use env.delete", "命名空间 %s 非空:%s;请先清理,或使用 env.delete", in.Object(), few(stands))
		}
	}
	err = k.api.CoreV1().Namespaces().Delete(ctx, in.Name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &n.UID, ResourceVersion: &n.ResourceVersion}})
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// foreign says that a namespace was not made by Orderly.
func foreign(r activities.Room) *ops.Error {
	return ops.Errorf(ops.Conflict, "namespace %s was not made by Orderly, and is left alone; have its owner change it by hand", "命名空间 %s 并非由 Orderly 创建,不予处理;请由其负责人手工处理", r.Object())
}

// maxNamed bounds how many things an error names.
const maxNamed = 5

// few is the beginning of a list, and how long it is.
func few(list []string) ops.Text {
	if len(list) <= maxNamed {
		return ops.Plain(strings.Join(list, ", "))
	}
	return ops.Textf("%s and %d more", "%s 等,另有 %d 项", strings.Join(list[:maxNamed], ", "), len(list)-maxNamed)
}

// Remember writes when a namespace is to go, and notes.
func (c *Client) Remember(ctx context.Context, in activities.RememberIn) (activities.Done, error) {
	return c.settle(ctx, in.Context, in.Object(), func(k *cluster) (bool, error) { return k.remember(ctx, in) })
}

func (k *cluster) remember(ctx context.Context, in activities.RememberIn) (bool, error) {
	n, err := k.api.CoreV1().Namespaces().Get(ctx, in.Name, metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	if by := n.Annotations[keyOwner]; by != in.Change || by == "" {
		return false, ops.Errorf(ops.Conflict, "namespace %s belongs to %s by now; look at it and ask again", "命名空间 %s 现属于 %s;请查看后重新申请", in.Object(), orUnknown(by))
	}
	wanted := map[string]any{}
	if !in.Until.IsZero() {
		wanted[keyUntil] = in.Until.UTC().Format(time.RFC3339)
	}
	for name, value := range in.Notes {
		wanted[noteDomain+name] = value
		if value == "" {
			wanted[noteDomain+name] = nil
		}
	}
	maps.DeleteFunc(wanted, func(key string, value any) bool {
		has, ok := n.Annotations[key]
		return value == nil && !ok || value == has && ok
	})
	if len(wanted) == 0 {
		return false, nil
	}
	body, err := json.Marshal(map[string]any{"metadata": map[string]any{"resourceVersion": n.ResourceVersion, "annotations": wanted}})
	if err != nil {
		return false, err
	}
	_, err = k.api.CoreV1().Namespaces().Patch(ctx, in.Name, types.MergePatchType, body, metav1.PatchOptions{FieldManager: k.manager})
	return err == nil, err
}
