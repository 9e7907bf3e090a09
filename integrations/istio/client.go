package istio

import (
	"cmp"
	"maps"
	"slices"

	networkingv1 "istio.io/client-go/pkg/clientset/versioned/typed/networking/v1"
	"k8s.io/client-go/rest"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Provider is the name under which strategies speak of this integration.
const Provider = "istio"

// defaultManager is the name under which writes appear in managedFields.
const defaultManager = "orderly"

// Config says which clusters there are.
type Config struct {
	Clusters     map[string]*rest.Config // by the names that places have for them
	FieldManager string                  // the name in managedFields; empty: orderly
}

var _ activities.Steerer = (*Client)(nil)

// Client speaks to the meshes of many clusters.
type Client struct {
	clusters map[string]*cluster
}

// cluster is one of them.
type cluster struct {
	name    string
	api     networkingv1.NetworkingV1Interface
	manager string
}

// New makes a client; it asks nothing yet, so a cluster without Istio is no mistake until traffic shall be divided there.
func New(c Config) (*Client, error) {
	out := &Client{clusters: map[string]*cluster{}}
	for name, r := range c.Clusters {
		api, err := networkingv1.NewForConfig(r)
		if err != nil {
			return nil, ops.Errorf(ops.Invalid, "the credentials of cluster %s are not usable; check its kubeconfig", "集群 %s 的凭据不可用;请检查其 kubeconfig", name).Because(err)
		}
		out.clusters[name] = &cluster{name: name, api: api, manager: cmp.Or(c.FieldManager, defaultManager)}
	}
	return out, nil
}

// cluster finds a cluster by its name.
func (c *Client) cluster(name string) (*cluster, error) {
	if k, ok := c.clusters[name]; ok {
		return k, nil
	}
	known := slices.Sorted(maps.Keys(c.clusters))
	return nil, ops.Errorf(ops.NotFound, "there is no cluster %q here%s; known: %v", "没有名为 %q 的集群%s;已知集群:%v", name, ops.DidYouMean(name, known), known)
}
