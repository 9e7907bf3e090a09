package contract

import (
	"slices"

	"orderly.example/activities"
)

// hostRemoved has a node that one change has cordoned, and another wants to remove.
func hostRemoved(l *lab) {
	m := l.makeNode("going")
	_, err := l.client.Cordon(l.Context(), activities.CordonIn{Machine: m, Cordoned: true, Change: "mine"})
	l.must(err)
	there := func() bool {
		all, err := l.client.Hosts(l.Context(), activities.HostsIn{Context: l.Name})
		l.must(err)
		return slices.ContainsFunc(all, func(h activities.Host) bool { return h.Name == m.Name })
	}
	for _, step := range []struct {
		change         string
		changed, after bool
	}{{"another", false, true}, {"mine", true, false}, {"mine", false, false}} {
		out, err := l.client.RemoveHost(l.Context(), activities.RemoveHostIn{Machine: m, Change: step.change})
		l.must(err)
		l.equal("changed by "+step.change, out.Changed, step.changed)
		l.equal("there after "+step.change, there(), step.after)
	}
}
