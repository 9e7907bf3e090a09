package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// Room names a namespace: a part of a cluster that belongs to somebody.
type Room struct {
	Context string `json:"context"` // the cluster
	Name    string `json:"name"`
}

// Object names the room.
func (r Room) Object() string { return r.Context + "/" + r.Name }

// Namespace is what a room is now.
type Namespace struct {
	Room
	Change    string            `json:"change,omitempty"` // the change that made it; empty: somebody else did
	Owner     string            `json:"owner,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	Notes     map[string]string `json:"notes,omitempty"`     // what Remember has written
	Until     time.Time         `json:"until,omitzero"`      // when it is to go; zero: it stays
	Ending    bool              `json:"ending,omitempty"`    // it is being deleted
	Stuck     ops.Text          `json:"stuck,omitzero"`      // why it does not end
	Places    []ops.Place       `json:"places,omitempty"`    // when asked for: the workloads in it that can be scaled; their targets as far as they say
	Workloads []string          `json:"workloads,omitempty"` // when asked for: what stands in it, as kind/name, sorted: workloads, lone instances, volumes
}

// LookIn asks what a namespace is.
type LookIn struct {
	Room
	Inside bool `json:"inside,omitempty"` // also list what stands in it
}

// Traffic says what the instances of a namespace may speak with.
type Traffic string

// The kinds of traffic.
const (
	TrafficInside Traffic = "inside" // with each other and with the name service; nothing else
	TrafficNone   Traffic = "none"   // with nobody
	TrafficOpen   Traffic = "open"   // with everybody
)

// MakeNamespaceIn declares a namespace with what belongs into it.
type MakeNamespaceIn struct {
	Room
	Change  string            `json:"change"` // the change that makes it
	Owner   string            `json:"owner"`
	Labels  map[string]string `json:"labels,omitempty"`
	Quota   map[string]string `json:"quota,omitempty"`   // by resource, such as requests.cpu: 4
	Default map[string]string `json:"default,omitempty"` // what a container asks for that does not say: cpu, memory
	Limit   map[string]string `json:"limit,omitempty"`   // what a container may use at most that does not say
	Traffic Traffic           `json:"traffic"`
	Account string            `json:"account,omitempty"` // a service account that may look at the namespace; empty: none
	Until   time.Time         `json:"until,omitzero"`
	DryRun  bool              `json:"dry_run,omitempty"`
}

// DropNamespaceIn asks to delete a namespace.
type DropNamespaceIn struct {
	Room
	Change string    `json:"change,omitempty"` // only if this change made it; empty: whoever did, but not one that is nobody's
	Empty  bool      `json:"empty,omitempty"`  // only if nothing stands in it
	Due    time.Time `json:"due,omitzero"`     // only if it is to go by then: its end may have been moved meanwhile
}

// RememberIn sets when a namespace is to go, and notes.
type RememberIn struct {
	Room
	Change string            `json:"change"`          // the change that made it
	Until  time.Time         `json:"until,omitzero"`  // zero: as it is
	Notes  map[string]string `json:"notes,omitempty"` // an empty value takes a note away
}

// Done says whether a step changed anything; false means that it was so already.
type Done struct {
	Changed bool `json:"changed"`
}

// Provisioner makes and removes namespaces. MakeNamespace declares a wanted state: what an earlier attempt left half made
// is finished. Conflict when a namespace of that name belongs to somebody else or is being deleted. DropNamespace changes
// nothing when the namespace is gone, another change's or not due; Unsafe when it should be empty and is not.
type Provisioner interface {
	Namespace(ctx context.Context, in LookIn) (Namespace, error) // NotFound when there is none
	MakeNamespace(ctx context.Context, in MakeNamespaceIn) (Done, error)
	DropNamespace(ctx context.Context, in DropNamespaceIn) (Done, error)
	Remember(ctx context.Context, in RememberIn) (Done, error)
}

// LookAtNamespace reads a namespace.
var LookAtNamespace = newStep("namespace", read, Provisioner.Namespace)

// MakeNamespace makes a namespace with what belongs into it.
var MakeNamespace = newStep("namespace.make", write, Provisioner.MakeNamespace)

// TryMakeNamespace has the provider check a MakeNamespace without doing it.
var TryMakeNamespace = newStep("namespace.make.try", read, func(p Provisioner, ctx context.Context, in MakeNamespaceIn) (Done, error) {
	in.DryRun = true
	return p.MakeNamespace(ctx, in)
})

// DropNamespace begins to delete a namespace; NamespaceGone waits for the end.
var DropNamespace = newStep("namespace.drop", write, Provisioner.DropNamespace)

// Remember writes down when a namespace is to go, and notes.
var Remember = newStep("namespace.remember", write, Provisioner.Remember)

// GoneIn asks to wait until a namespace is gone.
type GoneIn struct {
	Room
	Stall time.Duration `json:"stall,omitempty"` // how long it may take; 0: ten minutes
	Poll  time.Duration `json:"poll,omitempty"`
}

// goneWithin is how long a namespace may take to go.
const goneWithin = 10 * time.Minute

// NamespaceGone waits until a namespace that is being deleted is gone, and fails as Unsafe when that takes too long.
var NamespaceGone = newStep("namespace.gone", wait, func(p Provisioner, ctx context.Context, in GoneIn) (Done, error) {
	for began := time.Now(); ; {
		n, err := p.Namespace(ctx, LookIn{Room: in.Room})
		switch {
		case ops.CodeOf(err) == ops.NotFound || err == nil && !n.Ending:
			return Done{Changed: true}, nil // gone, or somebody has made a new one of that name
		case err != nil && !retried(ops.CodeOf(err)):
			return Done{}, err
		case err == nil && time.Since(began) > orDefault(in.Stall, goneWithin):
			return Done{}, ops.Errorf(ops.Unsafe, "namespace %s has not gone within %s: %s", "命名空间 %s 在 %s 内未删除完成:%s", in.Object(), orDefault(in.Stall, goneWithin), n.Stuck)
		}
		Report(ctx, ops.Progress{Object: in.Object(), Text: ops.Textf("waiting until it is gone %s", "等待删除完成 %s", n.Stuck)})
		if err := pause(ctx, orDefault(in.Poll, defaultPoll)); err != nil {
			return Done{}, err
		}
	}
})
