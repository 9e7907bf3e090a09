package kubernetes

import (
	"context"
	"encoding/json"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Deploy sets the image of one container, which makes the controller replace the instances.
func (c *Client) Deploy(ctx context.Context, in activities.DeployIn) (activities.DeployOut, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return activities.DeployOut{}, err
	}
	var out activities.DeployOut
	err = k.overLatest(ctx, nameOf(in.Place), func() error {
		var err error
		out.Changed, err = k.deployOnce(ctx, api, in)
		return err
	})
	return out, err
}

// deployOnce looks, decides and writes. It says whether it has written.
func (k *cluster) deployOnce(ctx context.Context, api kind, in activities.DeployIn) (bool, error) {
	w, err := api.get(ctx, in.Place.Namespace, in.Place.Name)
	if err != nil {
		return false, err
	}
	has, err := containerOf(w.template.Spec, in.Container, in.Place)
	if err != nil {
		return false, err
	}
	if has.Image == in.Image {
		return k.lift(ctx, w, has.Name, in)
	}
	if has.Image != in.From {
		return false, ops.Errorf(ops.Conflict, "%s runs %s and the plan was made for %s: %s; look at it and ask again", "%s 当前为 %s,而预案中为 %s:%s;请查看后重新申请",
			nameOf(in.Place), has.Image, in.From, lastTouch(w.meta.ManagedFields, "spec", "template", "spec", "containers", `k:{"name":"`+has.Name+`"}`, "image"))
	}
	if !w.held.IsZero() {
		return false, ops.Errorf(ops.Conflict, "%s takes no new version: %s", "%s 无法更新版本:%s", nameOf(in.Place), w.held)
	}
	body, err := imagePatch(w.meta.ResourceVersion, has.Name, in.Image)
	if err != nil {
		return false, err
	}
	o := metav1.PatchOptions{FieldManager: k.manager}
	if in.DryRun {
		o.DryRun = []string{metav1.DryRunAll}
	}
	err = api.patch(ctx, w.meta.Namespace, w.meta.Name, body, o)
	return err == nil, err
}

// imagePatch is a strategic merge patch, which finds a container by its name and only fits the version that was read.
func imagePatch(resourceVersion, container, image string) ([]byte, error) {
	return json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": resourceVersion},
		"spec": map[string]any{"template": map[string]any{"spec": map[string]any{
			"containers": []any{map[string]any{"name": container, "image": image}},
		}}},
	})
}

// containerOf is the container of that name, or the only one.
func containerOf(pod corev1.PodSpec, name string, at ops.Place) (corev1.Container, error) {
	names := make([]string, len(pod.Containers))
	for i, c := range pod.Containers {
		if c.Name == name || name == "" && len(pod.Containers) == 1 {
			return c, nil
		}
		names[i] = c.Name
	}
	if name == "" {
		return corev1.Container{}, ops.Errorf(ops.Invalid, "%s has the containers %v; name the one that has the version in the service's release strategy", "%s 有多个容器 %v;请在服务的发布策略中指明版本所在容器", nameOf(at), names)
	}
	return corev1.Container{}, ops.Errorf(ops.Invalid, "%s has no container %q%s", "%s 没有容器 %q%s", nameOf(at), name, ops.DidYouMean(name, names))
}

// Runs says which image a container has and had.
func (c *Client) Runs(ctx context.Context, in activities.RunsIn) (activities.Runs, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return activities.Runs{}, err
	}
	w, err := api.get(ctx, in.Place.Namespace, in.Place.Name)
	if err != nil {
		return activities.Runs{}, k.explain(err, nameOf(in.Place))
	}
	has, err := containerOf(w.template.Spec, in.Container, in.Place)
	if err != nil {
		return activities.Runs{}, err
	}
	revisions, err := api.revisions(ctx, w)
	if err != nil {
		return activities.Runs{}, k.explain(err, nameOf(in.Place))
	}
	return activities.Runs{Container: has.Name, Image: has.Image, Replicas: w.replicas, Former: former(revisions, has.Name, has.Image)}, nil
}

// maxFormer bounds how many former versions are told.
const maxFormer = 10

// former are the images that a container had before, the newest first.
func former(all []revision, container, now string) []activities.Revision {
	slices.SortStableFunc(all, func(a, b revision) int { return int(b.number - a.number) })
	var out []activities.Revision
	for _, r := range all {
		for _, c := range r.pod.Containers {
			known := func(o activities.Revision) bool { return o.Image == c.Image }
			if c.Name == container && c.Image != now && len(out) < maxFormer && !slices.ContainsFunc(out, known) {
				out = append(out, activities.Revision{Image: c.Image, At: r.at})
			}
		}
	}
	return out
}
