package kubernetes

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"time"

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

// keyReleases is the annotation of a ConfigMap that holds its former releases, packed.
const keyReleases = "orderly.example/releases"

// maxReleases is how much of the 256 KiB that an object may have in annotations the releases take, in bytes.
const maxReleases = 128 << 10

// configMap finds the ConfigMap that an address names: the cluster, its namespace and its name.
func (c *Client) configMap(ctx context.Context, at ops.ConfigAt) (*cluster, *corev1.ConfigMap, error) {
	k, err := c.cluster(at.Cluster)
	if err != nil {
		return nil, nil, err
	}
	m, err := k.api.CoreV1().ConfigMaps(at.App).Get(ctx, at.Namespace, metav1.GetOptions{})
	return k, m, k.explain(err, at.String())
}

// ReadConfig reads a ConfigMap. What is written is published; which pod has read it the API does not tell.
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
	content := activities.ConfigContent(values)
	return activities.Config{Values: values, Content: content, Release: content, Instant: true}
}

// journalOf are the former releases of a ConfigMap; none when somebody has spoilt them.
func journalOf(m *corev1.ConfigMap) activities.ConfigJournal {
	var out activities.ConfigJournal
	raw, err := base64.StdEncoding.DecodeString(m.Annotations[keyReleases])
	if err != nil || activities.Unpack(raw, &out) != nil {
		return nil
	}
	return out
}

// packed is a journal as an annotation, without the oldest releases that do not fit.
func packed(j activities.ConfigJournal) (string, error) {
	for ; ; j = j[:len(j)-1] {
		raw, err := activities.Pack(j)
		if err != nil {
			return "", err
		}
		if text := base64.StdEncoding.EncodeToString(raw); len(text) <= maxReleases || len(j) == 0 {
			return text, nil
		}
	}
}

// EditConfig writes all keys and the release that they make at once, over the version that was read; see
// activities.ConfigEditor.
func (c *Client) EditConfig(ctx context.Context, in activities.EditIn) (activities.EditOut, error) {
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
	now, journal := configOf(m), journalOf(m)
	wanted, err := journal.Restoring(in, now)
	if err != nil {
		return activities.EditOut{}, err
	}
	left, then, err := activities.PlanEdit(wanted, now)
	if err != nil || len(left) == 0 {
		return activities.EditOut{Content: now.Content}, err
	}
	if m.Immutable != nil && *m.Immutable {
		return activities.EditOut{}, ops.Errorf(ops.Conflict, "the ConfigMap %s is immutable; make a new one and release the workload with it", "ConfigMap %s 为不可变(immutable);请新建后随工作负载一起发布", in.At)
	}
	releases, err := packed(journal.With(in, now, then, time.Now().UTC()))
	if err != nil {
		return activities.EditOut{}, err
	}
	body, err := configPatch(m.ResourceVersion, left, releases)
	if err != nil {
		return activities.EditOut{}, err
	}
	_, err = k.api.CoreV1().ConfigMaps(m.Namespace).Patch(ctx, m.Name, types.MergePatchType, body, metav1.PatchOptions{FieldManager: k.manager})
	return activities.EditOut{Changed: err == nil, Content: activities.ConfigContent(then)}, err
}

// configPatch is a merge patch that only fits the version that was read.
func configPatch(resourceVersion string, changes []activities.ConfigChange, releases string) ([]byte, error) {
	data := map[string]any{}
	for _, ch := range changes {
		data[ch.Key] = ch.To
		if ch.Remove {
			data[ch.Key] = nil
		}
	}
	return json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": resourceVersion, "annotations": map[string]any{keyReleases: releases}}, "data": data,
	})
}

// ConfigReleases are the last releases of a ConfigMap, the newest first; see activities.ConfigHistorian.
func (c *Client) ConfigReleases(ctx context.Context, at ops.ConfigAt, limit int) ([]activities.ConfigRelease, error) {
	_, m, err := c.configMap(ctx, at)
	if err != nil {
		return nil, err
	}
	return journalOf(m).Releases(configOf(m), limit), nil
}
