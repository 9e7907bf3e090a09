package kubernetes

import (
	"context"
	"encoding/json"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.example/activities"
	"orderly.example/ops"
)

var (
	_ activities.ConfigEditor    = (*Client)(nil)
	_ activities.ConfigHistorian = (*Client)(nil)
)

// configMap finds the ConfigMap that an address names: the cluster, its namespace and its name.
func (c *Client) configMap(ctx context.Context, at ops.ConfigAt) (*cluster, *corev1.ConfigMap, error) {
	k, err := c.cluster(at.Cluster)
	if err != nil {
		return nil, nil, err
	}
	m, err := k.api.CoreV1().ConfigMaps(at.App).Get(ctx, at.Namespace, metav1.GetOptions{})
	return k, m, k.explain(err, at.String())
}

// ReadConfig reads a ConfigMap. It has no releases: what is written is published.
func (c *Client) ReadConfig(ctx context.Context, at ops.ConfigAt) (activities.Config, error) {
	_, m, err := c.configMap(ctx, at)
	if err != nil {
		return activities.Config{}, err
	}
	return configOf(m), nil
}

func configOf(m *corev1.ConfigMap) activities.Config {
	values := maps.Clone(m.Data)
	if values == nil {
		values = map[string]string{}
	}
	return activities.Config{Values: values, Content: activities.ConfigContent(values)}
}

// EditConfig writes all keys at once, over the version that was read; see activities.ConfigEditor.
func (c *Client) EditConfig(ctx context.Context, in activities.EditIn) (activities.EditOut, error) {
	if in.Restore != "" {
		return activities.EditOut{}, noReleases(in.At)
	}
	k, err := c.cluster(in.At.Cluster)
	if err != nil {
		return activities.EditOut{}, err
	}
	var out activities.EditOut
	err = k.overLatest(ctx, in.At.String(), func() error {
		out, err = c.editOnce(ctx, in)
		return err
	})
	return out, err
}

// editOnce looks, decides and writes.
func (c *Client) editOnce(ctx context.Context, in activities.EditIn) (activities.EditOut, error) {
	k, m, err := c.configMap(ctx, in.At)
	if err != nil {
		return activities.EditOut{}, err
	}
	now := configOf(m)
	left, then, err := activities.PlanEdit(in, now)
	if err != nil || len(left) == 0 {
		return activities.EditOut{Content: now.Content}, err
	}
	if m.Immutable != nil && *m.Immutable {
		return activities.EditOut{}, ops.Errorf(ops.Conflict, "the ConfigMap %s is immutable; make a new one and release the workload with it", "ConfigMap %s 为不可变(immutable);请新建后随工作负载一起发布", in.At)
	}
	data := map[string]any{}
	for _, ch := range left {
		data[ch.Key] = ch.To
		if ch.Remove {
			data[ch.Key] = nil
		}
	}
	body, err := json.Marshal(map[string]any{"metadata": map[string]any{"resourceVersion": m.ResourceVersion}, "data": data})
	if err != nil {
		return activities.EditOut{}, err
	}
	_, err = k.api.CoreV1().ConfigMaps(m.Namespace).Patch(ctx, m.Name, types.MergePatchType, body, metav1.PatchOptions{FieldManager: k.manager})
	return activities.EditOut{Changed: err == nil, Content: activities.ConfigContent(then)}, err
}

// ConfigReleases says that there are none.
func (c *Client) ConfigReleases(_ context.Context, at ops.ConfigAt, _ int) ([]activities.ConfigRelease, error) {
	return nil, noReleases(at)
}

func noReleases(at ops.ConfigAt) error {
	return ops.Errorf(ops.Invalid, "a ConfigMap such as %s has no history; take a change back with undo, changes lists them", "ConfigMap(如 %s)没有历史版本;请用 undo 撤销变更,可用 changes 查看", at)
}
