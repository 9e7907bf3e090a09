package provision

import (
	"cmp"
	"slices"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// spot is a namespace or a node of a cluster, and who serves it.
type spot struct {
	Provider string          `json:"provider"`
	Room     activities.Room `json:"room"`
	Target   ops.Target      `json:"target"`
}

// The first parts of the targets that are no services.
const (
	asNamespace = "namespace."
	asNode      = "node."
)

// prod is the environment that counts when a namespace holds several.
const prod = "prod"

// find finds the cluster in the inventory, and which environment runs in the namespace or on the node.
func find(ctx workflow.Context, as, name, cluster string) (spot, error) {
	places, err := inventory(ctx)
	if err != nil {
		return spot{}, err
	}
	return spotOf(places, as, name, cluster)
}

// inventory is every place that there is.
func inventory(ctx workflow.Context) ([]ops.Place, error) {
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: []ops.Target{{Service: "*"}}, Many: true})
	return found.Places, err
}

func spotOf(places []ops.Place, as, name, cluster string) (spot, error) {
	out := spot{Room: activities.Room{Context: cluster, Name: name}, Target: ops.Target{Service: as + name}}
	var known []string
	for _, at := range places {
		if !slices.Contains(known, at.Context) {
			known = append(known, at.Context)
		}
		if at.Context != cluster {
			continue
		}
		out.Provider = cmp.Or(out.Provider, at.Provider)
		out.Target.IDC, out.Target.Cluster = at.Target.IDC, at.Target.Cluster
		if as == asNamespace && at.Namespace == name && out.Target.Env != prod {
			out.Target.Env = at.Target.Env
		}
	}
	if out.Provider == "" {
		slices.Sort(known)
		return spot{}, ops.Errorf(ops.NotFound, "the inventory knows no cluster %q%s; known: %v", "资产清单中没有集群 %q%s;已知:%v", cluster, ops.DidYouMean(cluster, known), known).At("cluster")
	}
	return out, nil
}

// blast is how far something reaches that concerns one namespace or node.
func (s spot) blast(text ops.Text) ops.Blast {
	b := ops.Blast{Targets: 1, Clusters: []string{s.Room.Context}, Text: text}
	if s.Target.Env != "" {
		b.Envs = []string{s.Target.Env}
	}
	return b
}

func (s spot) diff(field, from, to string) ops.Diff {
	return ops.Diff{Object: s.Room.Object(), Field: field, From: cmp.Or(from, "-"), To: cmp.Or(to, "-")}
}

// nothing is the plan of something that is so already.
func nothing(s spot) ops.Plan {
	return ops.Plan{Summary: ops.Textf("nothing to do: %s is so already", "无需变更:%s 已是目标状态", s.Room.Object()), Targets: []ops.Target{s.Target}}
}
