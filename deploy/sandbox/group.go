package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/spf13/pflag"
	cliflag "k8s.io/component-base/cli/flag"
)

// group runs components that are stopped together.
type group struct {
	ctx    context.Context
	cancel context.CancelFunc
	fail   context.CancelCauseFunc // ends the cluster, whose parts are of no use without each other
	wg     sync.WaitGroup
}

// newGroup makes a group that reports a component's early end to fail.
func newGroup(fail context.CancelCauseFunc) *group {
	ctx, cancel := context.WithCancel(context.Background())
	return &group{ctx: ctx, cancel: cancel, fail: fail}
}

// run starts a component, which is to return when its context ends.
func (g *group) run(name string, component func(context.Context) error) {
	g.wg.Go(func() {
		err := component(g.ctx)
		if g.ctx.Err() != nil {
			return
		}
		if err == nil {
			g.fail(fmt.Errorf("%s ended by itself: run again with -v 0 to see why", name))
			return
		}
		g.fail(fmt.Errorf("%s ended: %w", name, err))
	})
}

// stop ends the components and waits for them, though not longer than limit.
func (g *group) stop(limit time.Duration) {
	g.cancel()
	done := make(chan struct{})
	go func() {
		g.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(limit):
	}
}

// parse sets a component's options as its command line would.
func parse(sets cliflag.NamedFlagSets, args ...string) error {
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, f := range sets.FlagSets {
		all.AddFlagSet(f)
	}
	if err := all.Parse(args); err != nil {
		return fmt.Errorf("setting options: %w", err)
	}
	return nil
}
