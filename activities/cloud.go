package activities

import (
	"context"
	"slices"
	"time"

	"orderly.example/ops"
)

// Clouds is the provider that answers Pools.
const Clouds = "clouds"

// Pool is a group of machines in a cloud that become nodes of a cluster.
type Pool struct {
	Context  string `json:"context"`  // the cluster
	Name     string `json:"name"`     // what people call it, such as workers
	Provider string `json:"provider"` // the cloud
	Group    string `json:"group"`    // what the cloud calls it
}

// Object names the pool.
func (p Pool) Object() string { return p.Context + "/" + p.Name }

// PoolsIn asks for the pools of a cluster.
type PoolsIn struct {
	Context string `json:"context"`
}

// Object names the cluster.
func (in PoolsIn) Object() string { return in.Context }

// Pooler knows which pools a cluster has, sorted by name.
type Pooler interface {
	Pools(ctx context.Context, in PoolsIn) ([]Pool, error)
}

// Pools reads the pools of a cluster.
var Pools = newStep("pools", read, Pooler.Pools)

// Group is a pool as its cloud sees it now.
type Group struct {
	Wanted  int      `json:"wanted"`            // machines asked for
	Min     int      `json:"min"`               // the least that the cloud allows
	Max     int      `json:"max"`               // the most; 0: the cloud sets no bound
	Members []Member `json:"members,omitempty"` // sorted by ID
}

// Member is one machine of a group.
type Member struct {
	ID      string      `json:"id"`             // what the cloud calls it
	Name    string      `json:"name,omitempty"` // its host name, as far as the cloud knows it
	IP      string      `json:"ip,omitempty"`   // its address inside, as far as the cloud knows it
	State   MemberState `json:"state"`
	Problem string      `json:"problem,omitempty"` // what the cloud says is wrong with it
}

// MemberState is how far a machine is.
type MemberState string

// The states of a machine.
const (
	MemberComing  MemberState = "coming"  // it is being made, or starts
	MemberServing MemberState = "serving" // it runs
	MemberLeaving MemberState = "leaving" // it is being given back
	MemberBroken  MemberState = "broken"  // the cloud has given up on it
)

// GroupIn asks for the state of a pool.
type GroupIn struct {
	Pool Pool `json:"pool"`
}

// Object names the pool.
func (in GroupIn) Object() string { return in.Pool.Object() }

// ResizeIn declares how many machines a pool has.
type ResizeIn struct {
	Pool   Pool   `json:"pool"`
	Size   int    `json:"size"`
	From   int    `json:"from"` // how many were wanted when the plan was made
	Change string `json:"change"`
	DryRun bool   `json:"dry_run,omitempty"`
}

// Object names the pool.
func (in ResizeIn) Object() string { return in.Pool.Object() }

// LeaveIn gives one machine of a pool back for good: the pool is one smaller afterwards.
type LeaveIn struct {
	Pool   Pool   `json:"pool"`
	ID     string `json:"id"`
	Change string `json:"change"`
	DryRun bool   `json:"dry_run,omitempty"`
}

// Object names the machine.
func (in LeaveIn) Object() string { return in.Pool.Object() + "/" + in.ID }

// Cloud makes machines and gives them back. Resize declares a wanted state: a repeat changes nothing; Conflict when the
// size is neither From nor Size, Denied when it is outside of the group's bounds. Leave of a machine that is not in the group
// any more, or is leaving, changes nothing; Denied when the group would be smaller than its least.
type Cloud interface {
	Group(ctx context.Context, in GroupIn) (Group, error)
	Resize(ctx context.Context, in ResizeIn) (Done, error)
	Leave(ctx context.Context, in LeaveIn) (Done, error)
}

// LookAtGroup reads a pool.
var LookAtGroup = newStep("pool", read, Cloud.Group)

// Resize sets the number of machines.
var Resize = newStep("pool.resize", write, Cloud.Resize)

// TryResize has the cloud check a Resize, as far as it can, without doing it.
var TryResize = newStep("pool.resize.try", read, func(c Cloud, ctx context.Context, in ResizeIn) (Done, error) {
	in.DryRun = true
	return c.Resize(ctx, in)
})

// Leave gives a machine back.
var Leave = newStep("pool.leave", write, Cloud.Leave)

// TryLeave has the cloud check a Leave, as far as it can, without doing it.
var TryLeave = newStep("pool.leave.try", read, func(c Cloud, ctx context.Context, in LeaveIn) (Done, error) {
	in.DryRun = true
	return c.Leave(ctx, in)
})

// SettleIn asks to wait until a pool is as wanted.
type SettleIn struct {
	Pool  Pool          `json:"pool"`
	Size  int           `json:"size"`           // machines that serve in the end
	Gone  string        `json:"gone,omitempty"` // the ID of one that is not there any more in the end
	Stall time.Duration `json:"stall"`          // no progress for this long is a failure; 0: twenty minutes
	Poll  time.Duration `json:"poll,omitempty"`
}

// Object names the pool.
func (in SettleIn) Object() string { return in.Pool.Object() }

const (
	settleStall = 20 * time.Minute
	settlePoll  = 5 * time.Second
)

// AwaitGroup waits until a pool has its machines, or one has gone. Unsafe when nothing moves for Stall or the cloud has given
// up on a machine.
var AwaitGroup = newStep("pool.await", wait, awaitGroup)

func awaitGroup(c Cloud, ctx context.Context, in SettleIn) (Group, error) {
	last, moved := -1, time.Now()
	for {
		g, err := c.Group(ctx, GroupIn{in.Pool})
		if err != nil && !retried(ops.CodeOf(err)) {
			return g, err
		}
		if err == nil {
			serving, done, broken := g.progress(in)
			if broken != nil {
				return g, ops.Errorf(ops.Unsafe, "machine %s of %s does not come: %s; look at it in the cloud's console", "%[2]s 的机器 %[1]s 未能就绪:%[3]s;请到云控制台查看", broken.ID, in.Object(), broken.Problem)
			}
			Report(ctx, ops.Progress{Object: in.Object(), Done: serving, Total: in.Size})
			if done {
				return g, nil
			}
			if serving != last {
				last, moved = serving, time.Now()
			}
		}
		if time.Since(moved) > orDefault(in.Stall, settleStall) {
			return g, ops.Errorf(ops.Unsafe, "%s has %d of %d machines, and nothing moved for %s; look at the group in the cloud's console", "%s 现有 %d/%d 台机器,已有 %s 无进展;请到云控制台查看",
				in.Object(), max(last, 0), in.Size, orDefault(in.Stall, settleStall))
		}
		if err := pause(ctx, orDefault(in.Poll, settlePoll)); err != nil {
			return g, err
		}
	}
}

// progress says how many serve, whether all is as wanted, and which machine never will be.
func (g Group) progress(in SettleIn) (serving int, done bool, broken *Member) {
	there := slices.ContainsFunc(g.Members, func(m Member) bool { return m.ID == in.Gone })
	for i, m := range g.Members {
		switch {
		case m.State == MemberServing:
			serving++
		case m.State == MemberBroken && in.Gone == "":
			broken = &g.Members[i]
		}
	}
	return serving, serving >= in.Size && !there, broken
}
