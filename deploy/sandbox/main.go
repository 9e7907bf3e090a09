package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	name       string
	dir        string
	port       int
	nodes      int
	kubeconfig string
	metrics    bool
	podDelay   time.Duration
	verbosity  int
}

// nameForm is what may be used as a context name, a file name and, in upper
// case, a part of an environment variable's name.
var nameForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

func main() {
	o, err := parseOptions(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(2)
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

// parseOptions reads the command line; the flag package has then already said
// what is wrong with a flag that it cannot read.
func parseOptions(args []string) (options, error) {
	var o options
	f := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	f.StringVar(&o.name, "name", "sandbox", "cluster `name`, used as the kubeconfig context")
	f.StringVar(&o.dir, "dir", "", "state `directory`, continued if it has data (default: a temporary one, removed at exit)")
	f.IntVar(&o.port, "port", 0, "API server `port` on 127.0.0.1 (0: a free one)")
	f.IntVar(&o.nodes, "nodes", 3, "simulated nodes, spread over three zones")
	f.StringVar(&o.kubeconfig, "kubeconfig", "", "`file` to write the kubeconfig to once the cluster is ready; removed at exit")
	f.BoolVar(&o.metrics, "metrics", true, "run metrics-server (kubectl top, HPA on cpu and memory)")
	f.DurationVar(&o.podDelay, "pod-delay", 500*time.Millisecond, "typical `time` from a pod's scheduling to its readiness (0.6 to 1.6 times this)")
	f.IntVar(&o.verbosity, "v", -1, "log `level` of the components (-1: silent, 0: as in production)")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q: everything is a flag, see -help", f.Arg(0))
	case !nameForm.MatchString(o.name):
		return o, fmt.Errorf("-name %q: use lower-case letters, digits and inner dashes", o.name)
	case o.nodes < 0 || o.podDelay < 0 || o.port < 0:
		return o, errors.New("-nodes, -pod-delay and -port cannot be negative")
	}
	return o, o.absolute()
}

// absolute makes the paths independent of the working directory.
func (o *options) absolute() error {
	for _, p := range []*string{&o.dir, &o.kubeconfig} {
		if *p == "" {
			continue
		}
		abs, err := filepath.Abs(*p)
		if err != nil {
			return fmt.Errorf("resolving %s: %w", *p, err)
		}
		*p = abs
	}
	return nil
}

// run starts a cluster and keeps it until a signal comes or a part of it ends.
func run(o options) error {
	start := time.Now()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal kills
	logTo(o.verbosity)

	s, err := openState(o)
	if err != nil {
		return err
	}
	defer s.close()

	c := newCluster(ctx, o, s)
	defer c.stop()
	if err = c.start(start); err == nil {
		err = s.publish(o.kubeconfig)
	}
	if err == nil {
		defer s.unpublish(o.kubeconfig)
		fmt.Printf("ready in %s\nexport KUBECONFIG=%s\n", since(start), s.path("kubeconfig"))
		<-c.ctx.Done()
	}
	if ctx.Err() != nil {
		return nil // a signal is how a sandbox is meant to end
	}
	if cause := context.Cause(c.ctx); cause != nil {
		return cause // why a part ended says more than who missed it first
	}
	return err
}

// since is the time that has passed, as a person wants to read it.
func since(start time.Time) time.Duration { return time.Since(start).Round(time.Millisecond) }
