package kubernetes

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
)

// Hosts reads the nodes of a cluster, for the comparison with the machines of a cloud.
func (c *Client) Hosts(ctx context.Context, in activities.HostsIn) ([]activities.Host, error) {
	k, err := c.cluster(in.Context)
	if err != nil {
		return nil, err
	}
	list, err := k.api.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, k.explain(err, in.Object())
	}
	out := make([]activities.Host, 0, len(list.Items))
	for _, n := range list.Items {
		h := activities.Host{Name: n.Name}
		for _, a := range n.Status.Addresses {
			if a.Type == corev1.NodeInternalIP && h.IP == "" {
				h.IP = a.Address
			}
		}
		for _, c := range n.Status.Conditions {
			h.Ready = h.Ready || c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
		}
		out = append(out, h)
	}
	return out, nil
}

// RemoveHost deletes a node that the change has cordoned.
func (c *Client) RemoveHost(ctx context.Context, in activities.RemoveHostIn) (activities.Done, error) {
	return c.settle(ctx, in.Context, in.Object(), func(k *cluster) (bool, error) {
		n, err := k.api.CoreV1().Nodes().Get(ctx, in.Name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) || err == nil && n.Annotations[keyOwner] != in.Change {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		err = k.api.CoreV1().Nodes().Delete(ctx, in.Name, metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(n.UID))})
		if apierrors.IsNotFound(err) { // the cloud's own controller was faster
			return false, nil
		}
		return err == nil, err
	})
}
