package main

import (
	"context"

	manager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	manageroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

// startControllers runs kube-controller-manager and kube-scheduler.
func (c *cluster) startControllers() error {
	c.clients.run("kube-controller-manager", c.runControllerManager)
	c.clients.run("kube-scheduler", c.runScheduler)
	return nil
}

// clientFlags are those of the two: alone, unheard, and with no limit that 1,000
// Deployments at once would reach.
func (c *cluster) clientFlags() []string {
	return []string{
		"--kubeconfig=" + c.state.path("kubeconfig"),
		"--leader-elect=false",
		"--secure-port=0",
		"--kube-api-qps=2000",
		"--kube-api-burst=4000",
	}
}

// runControllerManager reconciles until ctx ends.
func (c *cluster) runControllerManager(ctx context.Context) error {
	o, err := manageroptions.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	all, off, alias := manager.KnownControllers(), manager.ControllersDisabledByDefault(), manager.ControllerAliases()
	sets := o.Flags(all, off, alias)
	flags := append(c.clientFlags(),
		"--use-service-account-credentials=false",
		"--service-account-private-key-file="+c.state.path("sa.key"),
		"--root-ca-file="+c.state.path("tls.crt"),
		"--concurrent-deployment-syncs=16",
		"--concurrent-replicaset-syncs=16",
		"--concurrent-gc-syncs=40",
		"--concurrent-namespace-syncs=20",
		"--node-monitor-grace-period=20m", // KWOK's heartbeat is every 10
		"--horizontal-pod-autoscaler-sync-period=2s",
		"--horizontal-pod-autoscaler-initial-readiness-delay=1s",
		"--horizontal-pod-autoscaler-cpu-initialization-period=1s",
		"--horizontal-pod-autoscaler-downscale-stabilization=10s",
	)
	if err := parse(sets, flags...); err != nil {
		return err
	}
	o.ParsedFlags = &sets
	cfg, err := o.Config(ctx, all, off, alias)
	if err != nil {
		return err
	}
	return manager.Run(ctx, cfg.Complete())
}

// runScheduler binds pods until ctx ends.
func (c *cluster) runScheduler(ctx context.Context) error {
	o := scheduleroptions.NewOptions()
	if err := parse(*o.Flags, c.clientFlags()...); err != nil {
		return err
	}
	cfg, s, err := scheduler.Setup(ctx, o)
	if err != nil {
		return err
	}
	return scheduler.Run(ctx, cfg, s)
}
