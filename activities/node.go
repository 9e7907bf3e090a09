package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// Machine names a node of a cluster.
type Machine struct {
	Context string `json:"context"`
	Name    string `json:"name"`
}

// Object names the node.
func (m Machine) Object() string { return m.Context + "/" + m.Name }

// Fate is what a drain does to an instance.
type Fate string

// The fates.
const (
	FateMoves Fate = "moves" // it is evicted, and its controller makes another elsewhere
	FateStays Fate = "stays" // it belongs to the node, or is over
	FateLost  Fate = "lost"  // nobody would make another
)

// Tenant is one instance on a node.
type Tenant struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Of        string `json:"of,omitempty"` // its workload, such as Deployment/web
	Fate      Fate   `json:"fate"`
	Data      bool   `json:"data,omitempty"` // it keeps data on the node, which goes with it
}

// Node is a machine as its cluster sees it.
type Node struct {
	Machine
	Ready    bool     `json:"ready"`
	Cordoned bool     `json:"cordoned"`
	Change   string   `json:"change,omitempty"` // the change that cordoned it; empty: somebody else did
	Tenants  []Tenant `json:"tenants,omitempty"`
}

// CordonIn declares whether a node takes new instances.
type CordonIn struct {
	Machine
	Cordoned bool   `json:"cordoned"`
	Change   string `json:"change,omitempty"` // who cordons it
	Own      bool   `json:"own,omitempty"`    // uncordon it only if Change has cordoned it
	DryRun   bool   `json:"dry_run,omitempty"`
}

// DrainIn asks to move everything off a node that is cordoned.
type DrainIn struct {
	Machine
	Unmanaged bool          `json:"unmanaged,omitempty"` // also delete what nobody makes anew
	Stall     time.Duration `json:"stall,omitempty"`     // no instance leaving for this long is a failure; 0: ten minutes
	Poll      time.Duration `json:"poll,omitempty"`
}

// Leaving is an instance that is still on a node, and why.
type Leaving struct {
	Tenant
	Why ops.Text `json:"why"`
}

// Drained is what is left on a node after one round, apart from what stays.
type Drained struct {
	Left []Leaving `json:"left,omitempty"`
}

// Nodes keeps the machines of a cluster. Cordon declares a wanted state, so a repeat changes nothing; what somebody else
// has cordoned stays theirs. Evict asks each instance once to leave, as far as the disruption budgets allow it; Unsafe when
// one would be lost and Unmanaged is not asked for.
type Nodes interface {
	Node(ctx context.Context, in Machine) (Node, error)
	Cordon(ctx context.Context, in CordonIn) (Done, error)
	Evict(ctx context.Context, in DrainIn) (Drained, error)
}

// LookAtNode reads a node and who is on it.
var LookAtNode = newStep("node", read, Nodes.Node)

// Cordon keeps new instances from a node, or lets them on it again.
var Cordon = newStep("node.cordon", write, Nodes.Cordon)

// TryCordon has the provider check a Cordon without doing it.
var TryCordon = newStep("node.cordon.try", read, func(n Nodes, ctx context.Context, in CordonIn) (Done, error) {
	in.DryRun = true
	return n.Cordon(ctx, in)
})

// Drain moves everything off a node, as fast as the disruption budgets allow, and reports its progress instance by instance.
var Drain = newStep("node.drain", wait, func(n Nodes, ctx context.Context, in DrainIn) (Drained, error) {
	return followDrain(ctx, n, in, func(p ...ops.Progress) { Report(ctx, p...) })
})

const (
	drainStall = 10 * time.Minute
	drainPoll  = time.Second
	maxLeaving = 20 // how many instances are reported one by one
)

func followDrain(ctx context.Context, n Nodes, in DrainIn, report func(...ops.Progress)) (Drained, error) {
	total, least, moved := 0, -1, time.Now()
	for {
		d, err := n.Evict(ctx, in)
		switch {
		case err != nil && !retried(ops.CodeOf(err)):
			return d, err
		case err != nil:
			report(ops.Progress{Object: in.Object(), Done: total - max(least, 0), Total: total, Text: ops.TextOf(err)})
		default:
			total = max(total, len(d.Left))
			if least < 0 || len(d.Left) < least {
				least, moved = len(d.Left), time.Now()
			}
			report(drainProgress(in, d, total)...)
			if len(d.Left) == 0 {
				return d, nil
			}
		}
		if time.Since(moved) > orDefault(in.Stall, drainStall) {
			return d, stalled(in, d, err)
		}
		if err := pause(ctx, orDefault(in.Poll, drainPoll)); err != nil {
			return d, err
		}
	}
}

// drainProgress is how far the node is, and each of the first instances that are left.
func drainProgress(in DrainIn, d Drained, total int) []ops.Progress {
	out := []ops.Progress{{Object: in.Object(), Done: total - len(d.Left), Total: total}}
	for _, l := range d.Left[:min(len(d.Left), maxLeaving)] {
		out = append(out, ops.Progress{Object: l.Namespace + "/" + l.Name, Total: 1, Text: l.Why})
	}
	return out
}

func stalled(in DrainIn, d Drained, cause error) error {
	var why []ops.Text
	for _, l := range d.Left[:min(len(d.Left), maxLeaving)] {
		why = append(why, ops.Textf("%s: %s", "%s:%s", l.Namespace+"/"+l.Name, l.Why))
	}
	if cause != nil {
		why = append(why, ops.TextOf(cause))
	}
	return ops.Errorf(ops.Unsafe, "nothing left %s for %s, and %d instances are still there: %s", "%s 已有 %s 没有实例迁出,仍剩 %d 个实例:%s",
		in.Object(), orDefault(in.Stall, drainStall), len(d.Left), ops.JoinTexts(why, ops.Text{En: "; ", Zh: ";"}))
}
