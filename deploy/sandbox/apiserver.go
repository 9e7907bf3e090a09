package main

import (
	"context"
	"net"
	"time"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	apiserveroptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// startAPIServer runs kube-apiserver and waits until it is ready.
func (c *cluster) startAPIServer() error {
	l, err := listen(c.port)
	if err != nil {
		return err
	}
	if err := c.state.writeKubeconfig(c.name, portOf(l)); err != nil {
		return err
	}
	if err := c.connect(); err != nil {
		return err
	}
	c.server.run("kube-apiserver", func(ctx context.Context) error { return c.runAPIServer(ctx, l) })
	return c.until(time.Minute, func(ctx context.Context) bool {
		_, err := c.client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err == nil
	})
}

// runAPIServer serves until ctx ends.
func (c *cluster) runAPIServer(ctx context.Context, l net.Listener) error {
	o := apiserveroptions.NewServerRunOptions()
	if err := parse(o.Flags(), c.apiServerFlags()...); err != nil {
		return err
	}
	o.SecureServing.Listener = l
	if err := o.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return err
	}
	done, err := o.Complete(ctx)
	if err != nil {
		return err
	}
	if errs := done.Validate(); len(errs) > 0 {
		return utilerrors.NewAggregate(errs)
	}
	return apiserver.Run(ctx, done)
}

// apiServerFlags are those of a production control plane, but for one token and
// one certificate where production has a chain of them.
func (c *cluster) apiServerFlags() []string {
	crt, key, sa := c.state.path("tls.crt"), c.state.path("tls.key"), c.state.path("sa.key")
	return []string{
		"--etcd-servers=unix://" + c.socket(),
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none", // refuses to publish a loopback address
		"--tls-cert-file=" + crt,
		"--tls-private-key-file=" + key,
		"--token-auth-file=" + c.state.path("tokens.csv"),
		"--anonymous-auth=false",
		"--authorization-mode=RBAC",
		"--allow-privileged=true",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + sa,
		"--service-account-signing-key-file=" + sa,
		"--service-cluster-ip-range=10.96.0.0/16",
		"--client-ca-file=" + crt, // without it the log complains every minute
		// aggregation: how metrics-server knows that it is the API server that asks
		"--requestheader-client-ca-file=" + crt,
		"--requestheader-allowed-names=sandbox",
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + crt,
		"--proxy-client-key-file=" + key,
		"--kubelet-preferred-address-types=InternalIP",
		"--shutdown-watch-termination-grace-period=1s", // without it every open watch delays the end
	}
}
