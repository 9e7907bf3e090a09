package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kwok/pkg/config"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
	"sigs.k8s.io/kwok/pkg/log"
)

// startKWOK runs the simulated kubelets.
func (c *cluster) startKWOK() error {
	stages, err := kwokConfig(c.podDelay)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.state.temp("kwok.yaml"), stages, 0o600); err != nil {
		return fmt.Errorf("writing KWOK's configuration: %w", err)
	}
	l, err := listen(0)
	if err != nil {
		return err
	}
	c.kubeletPort = portOf(l)
	if err := l.Close(); err != nil { // KWOK opens it again: it takes no listener
		return err
	}
	if err := c.releaseNodes(); err != nil {
		return err
	}
	c.kubelets.run("kwok", c.runKWOK)
	return nil
}

// releaseNodes ends the leases by which an earlier KWOK on the same data still
// holds the nodes: this one would wait for up to 10 minutes until they expire.
func (c *cluster) releaseNodes() error {
	err := c.client.CoordinationV1().Leases(corev1.NamespaceNodeLease).
		DeleteCollection(c.ctx, metav1.DeleteOptions{}, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("deleting the node leases: %w", err)
	}
	return nil
}

// runKWOK plays the kubelet of every node.
func (c *cluster) runKWOK(ctx context.Context) error {
	if c.verbosity < 0 {
		ctx = log.NewContext(ctx, log.NewLogger(os.Stderr, log.LevelError))
	}
	ctx, err := config.InitFlags(ctx, pflag.NewFlagSet("kwok", pflag.ContinueOnError)) // reads os.Args, see doc.go
	if err != nil {
		return err
	}
	config.GetKwokConfiguration(ctx).Options.PodPlayStageParallelism = 16 // there is no flag for it
	cmd := kwok.NewCommand(ctx)
	cmd.Version = "" // else its --version clashes with kube's on pflag.CommandLine
	cmd.SetArgs([]string{
		"--kubeconfig=" + c.state.path("kubeconfig"),
		"--manage-all-nodes",
		"--node-ip=127.0.0.1",
		fmt.Sprint("--node-port=", c.kubeletPort),
		fmt.Sprint("--server-address=127.0.0.1:", c.kubeletPort),
		"--node-lease-duration-seconds=600",
		"--cidr=10.64.0.0/12", // of the pods: room for a million
	})
	return cmd.ExecuteContext(ctx)
}
