package kubernetes

import (
	"context"
	"encoding/json"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Restart replaces all instances one after the other, or one by evicting it.
func (c *Client) Restart(ctx context.Context, in activities.RestartIn) (activities.RestartOut, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return activities.RestartOut{}, err
	}
	if in.Pod != "" {
		changed, err := k.evict(ctx, api, in)
		return activities.RestartOut{Changed: changed}, k.explain(err, in.Object())
	}
	if in.Key == "" {
		return activities.RestartOut{}, ops.Errorf(ops.Internal, "a restart of %s came without a key, so a repeat could not be told from a second one; the operators find it in the log",
			"%s 的重启请求缺少 key,无法区分重复请求;请运维人员查看日志", nameOf(in.Place))
	}
	var out activities.RestartOut
	err = k.overLatest(ctx, nameOf(in.Place), func() error {
		var err error
		out.Changed, err = k.restartAll(ctx, api, in)
		return err
	})
	return out, err
}

// restartAll marks the pod template with the restart's key, which makes the controller replace the pods as for a new
// version. It says whether it has written.
func (k *cluster) restartAll(ctx context.Context, api kind, in activities.RestartIn) (bool, error) {
	w, err := api.get(ctx, in.Place.Namespace, in.Place.Name)
	if err != nil {
		return false, err
	}
	if w.template.Annotations[keyRestart] == in.Key {
		return false, nil
	}
	if !w.held.IsZero() {
		return false, ops.Errorf(ops.Conflict, "%s cannot be restarted as a whole: %s", "%s 无法整体重启:%s", nameOf(in.Place), w.held)
	}
	body, err := restartPatch(w.meta.ResourceVersion, in.Key, time.Now())
	if err != nil {
		return false, err
	}
	err = api.patch(ctx, w.meta.Namespace, w.meta.Name, body, metav1.PatchOptions{FieldManager: k.manager})
	return err == nil, err
}

// restartPatch is a strategic merge patch that only fits the version that was read, so that one key restarts once.
func restartPatch(resourceVersion, key string, now time.Time) ([]byte, error) {
	return json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": resourceVersion},
		"spec": map[string]any{"template": map[string]any{"metadata": map[string]any{"annotations": map[string]any{
			keyRestart: key, keyRestartedAt: now.UTC().Format(time.RFC3339),
		}}}},
	})
}
