package cloudstack

import (
	"slices"
	"strings"

	"orderly.example/activities"
)

// cluster is a Kubernetes cluster as CloudStack tells of it.
type cluster struct {
	State    string    `json:"state"`
	Size     int       `json:"size"` // workers
	MinSize  int       `json:"minsize"`
	MaxSize  int       `json:"maxsize"`
	Machines []machine `json:"virtualmachines"`
}

// machine is a virtual machine of a cluster.
type machine struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	State    string `json:"state"`
	Address  string `json:"ipaddress"`
	External bool   `json:"isexternalnode"` // somebody has put it into the cluster
	Cards    []struct {
		Address string `json:"ipaddress"`
		Main    bool   `json:"isdefault"`
	} `json:"nic"`
}

// worker says whether a machine is no part of the control plane. CloudStack tells by names only, and gives them itself:
// cluster-node-18f, cluster-control-18e, cluster-etcd-1.
func (m machine) worker() bool {
	i := strings.LastIndexByte(m.Name, '-')
	return m.External || i > 0 && strings.HasSuffix(m.Name[:i], "-node")
}

// group is a cluster as a pool of workers.
func (c cluster) group() activities.Group {
	g := activities.Group{Wanted: c.Size, Min: max(c.MinSize, 1), Max: c.MaxSize}
	for _, m := range c.Machines {
		if m.worker() {
			g.Members = append(g.Members, m.member(c.State))
		}
	}
	slices.SortFunc(g.Members, func(a, b activities.Member) int { return strings.Compare(a.ID, b.ID) })
	return g
}

// member says how far a machine of a cluster in that state is.
func (m machine) member(of string) activities.Member {
	out := activities.Member{ID: m.ID, Name: m.Name, IP: m.Address}
	for _, card := range m.Cards {
		if card.Main {
			out.IP = card.Address
		}
	}
	switch m.State {
	case "Running", "Migrating":
		out.State = activities.MemberServing
	case "Destroyed", "Expunging":
		out.State = activities.MemberLeaving
	case "Error":
		out.State, out.Problem = activities.MemberBroken, m.State
	default: // a stopped one as well: it can be removed
		out.State = activities.MemberComing
		if of == "Alert" || of == "Error" { // the scaling that would have brought it has failed
			out.State, out.Problem = activities.MemberBroken, m.State+", and the cluster is in the state "+of
		}
	}
	return out
}
