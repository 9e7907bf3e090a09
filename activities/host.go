package activities

import (
	"context"
	"slices"
	"strings"
	"time"

	"orderly.example/ops"
)

// Host is a node as its cluster knows it, for the comparison with a machine of a cloud.
type Host struct {
	Name  string `json:"name"`
	IP    string `json:"ip,omitempty"`
	Ready bool   `json:"ready"`
}

// Is says whether a node is a machine: by its address, or by its name when the cloud knows no address.
func (h Host) Is(m Member) bool {
	short := func(name string) string { first, _, _ := strings.Cut(name, "."); return first }
	return m.IP != "" && m.IP == h.IP || m.IP == "" && m.Name != "" && strings.EqualFold(short(m.Name), short(h.Name))
}

// HostsIn asks for the nodes of a cluster, or to wait until machines are among them.
type HostsIn struct {
	Context string        `json:"context"`
	Members []Member      `json:"members,omitempty"` // machines that have to be nodes and ready
	Stall   time.Duration `json:"stall,omitempty"`   // no progress for this long is a failure; 0: ten minutes
	Poll    time.Duration `json:"poll,omitempty"`
}

// Object names the cluster.
func (in HostsIn) Object() string { return in.Context }

// RemoveHostIn asks to take the node of a machine that is gone out of its cluster.
type RemoveHostIn struct {
	Machine
	Change string `json:"change"` // only if this change has cordoned it
}

// Hoster knows the nodes of a cluster. RemoveHost of a node that is not there, or that another change or a person has
// cordoned, changes nothing.
type Hoster interface {
	Hosts(ctx context.Context, in HostsIn) ([]Host, error)
	RemoveHost(ctx context.Context, in RemoveHostIn) (Done, error)
}

// Hosts reads the nodes of a cluster.
var Hosts = newStep("hosts", read, Hoster.Hosts)

// RemoveHost takes the node of a machine that is gone out of its cluster.
var RemoveHost = newStep("host.remove", write, Hoster.RemoveHost)

// AwaitHosts waits until machines are nodes and ready. Unsafe when nothing moves for Stall, naming those that lack.
var AwaitHosts = newStep("hosts.await", wait, awaitHosts)

const (
	hostsStall = 10 * time.Minute
	hostsPoll  = 2 * time.Second
)

func awaitHosts(h Hoster, ctx context.Context, in HostsIn) ([]Host, error) {
	last, moved := -1, time.Now()
	for {
		hosts, err := h.Hosts(ctx, in)
		if err != nil && !retried(ops.CodeOf(err)) {
			return hosts, err
		}
		var lack []string
		for _, m := range in.Members {
			if !slices.ContainsFunc(hosts, func(h Host) bool { return h.Ready && h.Is(m) }) {
				lack = append(lack, m.ID)
			}
		}
		if err == nil {
			ready := len(in.Members) - len(lack)
			Report(ctx, ops.Progress{Object: in.Object(), Done: ready, Total: len(in.Members)})
			if len(lack) == 0 {
				return hosts, nil
			}
			if ready != last {
				last, moved = ready, time.Now()
			}
		}
		if time.Since(moved) > orDefault(in.Stall, hostsStall) {
			return hosts, ops.Errorf(ops.Unsafe, "these machines are no ready nodes of %s: %s; look whether they have joined the cluster", "以下机器未成为 %s 的就绪节点:%s;请检查其是否已加入集群", in.Context, some(lack))
		}
		if err := pause(ctx, orDefault(in.Poll, hostsPoll)); err != nil {
			return hosts, err
		}
	}
}
