package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// cluster is one control plane with its simulated nodes.
type cluster struct {
	options
	state *state

	ctx      context.Context // ends with a signal or with the first part that ends
	server   *group          // kube-apiserver
	clients  *group          // what talks to it
	kubelets *group          // KWOK, which is never stopped: its answer would be os.Exit(1)

	etcd   *embed.Etcd
	client kubernetes.Interface
	// kubeletPort is where KWOK serves what kubelets serve: metrics and logs.
	kubeletPort int
}

// newCluster prepares a cluster that lives as long as ctx.
func newCluster(ctx context.Context, o options, s *state) *cluster {
	ctx, cancel := context.WithCancelCause(ctx)
	return &cluster{
		options: o, state: s, ctx: ctx,
		server: newGroup(cancel), clients: newGroup(cancel), kubelets: newGroup(cancel),
	}
}

// start brings the parts up in the order in which they need each other and
// says how long each took.
func (c *cluster) start(start time.Time) error {
	os.Args = []string{"kube-controller-manager", "--config=" + c.state.temp("kwok.yaml")} // see doc.go
	steps := []struct {
		name string
		run  func() error
	}{
		{"etcd", c.startEtcd},
		{"kube-apiserver", c.startAPIServer},
		{"controllers", c.startControllers},
		{"kwok", c.startKWOK},
		{"metrics-server", c.startMetrics},
		{"nodes", c.startNodes},
	}
	for _, s := range steps {
		if err := s.run(); err != nil {
			return fmt.Errorf("starting %s: %w", s.name, err)
		}
		fmt.Printf("%-16s %s\n", s.name, since(start))
	}
	return nil
}

// stop ends the parts in the reverse order. Who does not end in time dies with
// the process.
func (c *cluster) stop() {
	c.clients.stop(3 * time.Second)
	c.server.stop(5 * time.Second)
	if c.etcd != nil {
		c.etcd.Close()
	}
}

// connect makes the client that the cluster sets itself up with.
func (c *cluster) connect() error {
	rc, err := clientcmd.BuildConfigFromFlags("", c.state.path("kubeconfig"))
	if err != nil {
		return fmt.Errorf("reading the kubeconfig: %w", err)
	}
	rc.QPS = -1 // no limit
	c.client, err = kubernetes.NewForConfig(rc)
	if err != nil {
		return fmt.Errorf("making a client: %w", err)
	}
	return nil
}

// until asks ok every 50 ms until it says yes. It gives up when limit has passed
// or the cluster ends.
func (c *cluster) until(limit time.Duration, ok func(context.Context) bool) error {
	late := errors.New("not ready after " + limit.String() + ": run again with -v 0 to see why")
	ctx, cancel := context.WithTimeoutCause(c.ctx, limit, late)
	defer cancel()
	for !ok(ctx) {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}
