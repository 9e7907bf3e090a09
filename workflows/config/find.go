package config

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// found is one set of keys and the places whose instances read it.
type found struct {
	service ops.Service
	places  []ops.Place
	at      ops.ConfigAt
	schema  string
}

// find is the one set of keys that is meant.
func find(ctx workflow.Context, targets []ops.Target, namespace string) (found, error) {
	out, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: targets, Many: true})
	if err != nil {
		return found{}, err
	}
	if len(out.Services) != 1 {
		return found{}, ops.Errorf(ops.Invalid, "%s is %d services, and a configuration belongs to one; ask for each by itself", "%s 包含 %d 个服务,一次只能处理一个服务的配置;请分别申请",
			ops.Targets(targets), len(out.Services)).At("target")
	}
	f := found{service: out.Services[0], places: out.Places}
	var all []string
	for i, p := range out.Places {
		at, space, err := f.service.ConfigAt(p, namespace)
		if err != nil {
			return f, err
		}
		if i == 0 {
			f.at, f.schema = at, space.Schema
		}
		if at != f.at || i == 0 {
			all = append(all, p.Target.String())
		}
	}
	if len(all) > 1 {
		return f, ops.Errorf(ops.Invalid, "%s means several configurations, such as those of %v; name the environment, and the data centre where they differ", "%s 对应多份配置,例如 %v;请指明环境以及机房", ops.Targets(targets), all).At("target")
	}
	return f, nil
}

// targets are the targets of the places.
func (f found) targets() []ops.Target {
	out := make([]ops.Target, len(f.places))
	for i, p := range f.places {
		out[i] = p.Target
	}
	return out
}
