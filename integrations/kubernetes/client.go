package kubernetes

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"time"

	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Provider is the name under which the inventory speaks of this integration.
const Provider = "kubernetes"

// The capabilities that a Client answers.
var (
	_ activities.Statuser  = (*Client)(nil)
	_ activities.Scaler    = (*Client)(nil)
	_ activities.Roomer    = (*Client)(nil)
	_ activities.Restarter = (*Client)(nil)
	_ activities.Deployer  = (*Client)(nil)
	_ activities.Versioner = (*Client)(nil)
	_ activities.Canarier  = (*Client)(nil)
	_ activities.Steerer   = (*Client)(nil)
	_ activities.Promoter  = (*Client)(nil)
	_ activities.Historian = (*Client)(nil)
	_ activities.Topper    = (*Client)(nil)

	_ activities.Provisioner = (*Client)(nil)
	_ activities.Quoter      = (*Client)(nil)
	_ activities.Granter     = (*Client)(nil)
	_ activities.Nodes       = (*Client)(nil)
	_ activities.Hoster      = (*Client)(nil)
	_ activities.Copier      = (*Client)(nil)
)

// Client speaks to many clusters.
type Client struct {
	clusters map[string]*cluster
}

// cluster is one of them.
type cluster struct {
	name    string
	api     clientset.Interface
	manager string
}

// New reads the configuration and makes a client. It does not connect: a cluster that is away must not keep the rest
// from working. Check connects.
func New(c Config) (*Client, error) {
	configs, err := c.RESTConfigs()
	if err != nil {
		return nil, err
	}
	apis := map[string]clientset.Interface{}
	for name, r := range configs {
		api, err := clientset.NewForConfig(r)
		if err != nil {
			return nil, ops.Errorf(ops.Invalid, "the credentials of cluster %s are not usable; check its kubeconfig",
				"集群 %s 的凭据不可用;请检查其 kubeconfig", name).Because(err)
		}
		apis[name] = api
	}
	client := NewFor(apis)
	for _, k := range client.clusters {
		k.manager = cmp.Or(c.FieldManager, FieldManager)
	}
	return client, nil
}

// RESTConfigs are how each cluster is reached, by its name, also for the clients of what else runs there.
func (c Config) RESTConfigs() (map[string]*rest.Config, error) {
	configs, err := c.configs()
	if err != nil {
		return nil, err
	}
	if len(configs) == 0 {
		return nil, ops.Errorf(ops.Invalid, "the kubeconfig %q holds no context; name a file that has one", "kubeconfig %q 中没有任何 context;请指定包含 context 的文件", c.Kubeconfig)
	}
	for name, r := range configs {
		configs[name] = c.tuned(r)
	}
	return configs, nil
}

// NewFor makes a client of API clients that exist already, by the clusters' names.
func NewFor(apis map[string]clientset.Interface) *Client {
	c := &Client{clusters: map[string]*cluster{}}
	for name, api := range apis {
		c.clusters[name] = &cluster{name: name, api: api, manager: FieldManager}
	}
	return c
}

// String names the client as a source of services.
func (c *Client) String() string { return "kubernetes labels" }

// Clusters lists the names of the clusters, sorted.
func (c *Client) Clusters() []string { return slices.Sorted(maps.Keys(c.clusters)) }

func (c Config) tuned(r *rest.Config) *rest.Config {
	r = rest.CopyConfig(r)
	r.QPS, r.Burst = cmp.Or(c.QPS, 50), cmp.Or(c.Burst, 100)
	r.Timeout = cmp.Or(c.Timeout, 10*time.Second)
	r.UserAgent = FieldManager
	r.Wrap(func(next http.RoundTripper) http.RoundTripper { return impatient{next} })
	return r
}

// cluster finds a cluster by its name.
func (c *Client) cluster(name string) (*cluster, error) {
	if k, ok := c.clusters[name]; ok {
		return k, nil
	}
	return nil, ops.Errorf(ops.NotFound, "there is no cluster %q here%s; known: %v", "没有名为 %q 的集群%s;已知集群:%v",
		name, ops.DidYouMean(name, c.Clusters()), c.Clusters())
}

// at finds the cluster of a place and how its kind of workload is spoken to.
func (c *Client) at(p ops.Place) (*cluster, kind, error) {
	k, err := c.cluster(p.Context)
	if err != nil {
		return nil, nil, err
	}
	switch p.Kind {
	case kindDeployment, "":
		return k, deployments{k}, nil
	case kindStatefulSet:
		return k, statefulSets{k}, nil
	case kindRollout:
		return k, rollouts{k}, nil
	}
	return nil, nil, ops.Errorf(ops.Invalid, "%s is a %q, and only %s, %s and %s can be worked with; correct its kind in the inventory",
		"%s 的类型为 %q,仅支持 %s、%s 和 %s;请在资产清单中更正", nameOf(p), p.Kind, kindDeployment, kindStatefulSet, kindRollout)
}

// nameOf names a place for people.
func nameOf(p ops.Place) string {
	if p.Target.Service != "" {
		return p.Target.String()
	}
	return p.String()
}
