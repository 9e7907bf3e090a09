package simulated

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Options are what a test may want otherwise than a demo.
type Options struct {
	PodDelay time.Duration    // from one pod of a workload to the next; 0: 400 ms
	Now      func() time.Time // nil: time.Now
}

// DefaultPodDelay makes a rollout that one can watch.
const DefaultPodDelay = 400 * time.Millisecond

// Cloud is a few simulated clusters.
type Cloud struct {
	clusters map[string]*cluster
	ledger   *ledger
}

// Open continues the world that is kept in dir, or makes a new one there; a cluster that is kept does not look at the
// given world any more. With an empty dir nothing is kept.
func Open(dir string, world World, o Options) (*Cloud, error) {
	o.PodDelay = cmp.Or(o.PodDelay, DefaultPodDelay)
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Cloud{clusters: map[string]*cluster{}, ledger: &ledger{}}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("the simulated cloud needs a folder: %w", err)
		}
		l, err := openLedger(filepath.Join(dir, "ledger.jsonl"))
		if err != nil {
			return nil, fmt.Errorf("the simulated cloud cannot read its ledger: %w", err)
		}
		c.ledger = l
	}
	fields := newFieldManagers()
	for _, w := range world.Clusters {
		k := newCluster(w.Name, dir, o, c.ledger, fields)
		if err := k.open(w); err != nil {
			return nil, errors.Join(fmt.Errorf("the simulated cluster %s: %w", w.Name, err), c.Close())
		}
		c.clusters[w.Name] = k
	}
	return c, nil
}

func newCluster(name, dir string, o Options, l *ledger, f *fieldManagers) *cluster {
	s := newStore()
	k := &cluster{name: name, options: o, ledger: l, fields: f, store: s, life: newLife(s, f, o.PodDelay), last: Entry{Cluster: name}}
	if dir != "" {
		k.path = filepath.Join(dir, hostName(name)+".jsonl")
	}
	return k
}

func (c *cluster) open(w ClusterWorld) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, err := c.restore()
	if err != nil {
		return err
	}
	if !found {
		if err := c.seed(w); err != nil {
			return err
		}
	}
	if err := c.save(); err != nil {
		return err
	}
	return c.ledger.catchUp(c.last)
}

// Names are the clusters' names, sorted.
func (c *Cloud) Names() []string { return slices.Sorted(maps.Keys(c.clusters)) }

// Config is how client-go reaches a cluster; set Impersonate to be somebody else than the administrator.
func (c *Cloud) Config(cluster string) *rest.Config {
	k := c.clusters[cluster]
	if k == nil {
		return nil
	}
	return &rest.Config{Host: k.address(), Transport: k, QPS: -1}
}

// Clients are client-go's own clients of the clusters, by name.
func (c *Cloud) Clients() map[string]kubernetes.Interface {
	out := map[string]kubernetes.Interface{}
	for name := range c.clusters {
		out[name] = kubernetes.NewForConfigOrDie(c.Config(name)) // fails only for a bad address or TLS files
	}
	return out
}

// Fail asks rule before every request to a cluster: a non-nil error is what happens instead. An API error is answered,
// ErrHang and ErrLost are what they say, and any other error is a broken connection. The verb is get, list, create, update,
// patch or delete; the resource is written like deployments/scale. A nil rule ends it.
func (c *Cloud) Fail(cluster string, rule func(verb, resource string) error) {
	k := c.clusters[cluster]
	k.faults.Lock()
	defer k.faults.Unlock()
	k.rule = rule
}

// Ledger is every effective write so far, in order.
func (c *Cloud) Ledger() []Entry { return c.ledger.all() }

var errClosed = errors.New("simulated: the cloud is closed")

// Close ends the cloud: every later request fails.
func (c *Cloud) Close() error {
	for name := range c.clusters {
		c.Fail(name, func(string, string) error { return errClosed })
	}
	return c.ledger.close()
}

// hostName is a cluster's name as files and hosts may have it.
func hostName(cluster string) string { return strings.ReplaceAll(cluster, "/", "-") }
