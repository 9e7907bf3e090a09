package policy

import (
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"

	"orderly.example/ops"
)

// knowledge is what is known when a condition is asked: the facts as variables, and which of them nobody knows yet.
type knowledge struct {
	facts   ops.Facts
	unknown []*cel.AttributePatternType
	values  map[string]any
}

// newKnowledge turns facts into variables. Without a plan everything is unknown that only planning finds out: the plan
// itself, the parts that a target leaves out or holds a * in, and parameters that were not given.
func newKnowledge(f ops.Facts) knowledge {
	k := knowledge{facts: f, values: map[string]any{
		"request": requestOf(f), "operation": operationOf(f.Operation), "person": personOf(f),
		"targets": targetsOf(f.Targets), "owners": listOf(f.Owners), "now": f.Now,
	}}
	if f.Plan != nil {
		k.values["plan"] = planOf(f)
		return k
	}
	k.hide(cel.AttributePattern("plan"))
	if len(f.Targets) == 0 || slices.ContainsFunc(f.Targets, incomplete) {
		k.hide(cel.AttributePattern("targets"))
	}
	if len(f.Targets) == 0 || slices.ContainsFunc(f.Targets, func(t ops.Target) bool { return open(t.Service) }) {
		k.hide(cel.AttributePattern("owners"))
		k.hide(cel.AttributePattern("person").QualString("owns"))
	}
	for _, p := range f.Operation.Params {
		if f.Request.Params[p.Name] == "" {
			k.hide(cel.AttributePattern("request").QualString("params").QualString(p.Name))
		}
	}
	return k
}

func (k *knowledge) hide(p *cel.AttributePatternType) { k.unknown = append(k.unknown, p) }

// each returns the targets that `target` stands for in turn; a change without targets has one that is empty.
func (k knowledge) each() []ops.Target {
	if len(k.facts.Targets) == 0 {
		return []ops.Target{{}}
	}
	return k.facts.Targets
}

// vars binds `target` and returns what an evaluation needs.
func (k knowledge) vars(t ops.Target) (any, error) {
	k.values["target"] = targetOf(t)
	if k.facts.Plan != nil {
		return k.values, nil
	}
	unknown := k.unknown
	if len(k.facts.Targets) == 0 {
		unknown = append(slices.Clone(unknown), cel.AttributePattern("target"))
	}
	for name, part := range map[string]string{"service": t.Service, "product": t.Product(), "idc": t.IDC, "cluster": t.Cluster, "env": t.Env} {
		if open(part) {
			unknown = append(slices.Clone(unknown), cel.AttributePattern("target").QualString(name))
		}
	}
	return cel.PartialVars(k.values, unknown...)
}

// open says whether a part of a target is still to be found out.
func open(part string) bool { return part == "" || strings.Contains(part, "*") }

func incomplete(t ops.Target) bool {
	return open(t.Service) || open(t.IDC) || open(t.Cluster) || open(t.Env)
}

func requestOf(f ops.Facts) requestVars {
	r := f.Request
	params := make(map[string]any, len(r.Params))
	for name, v := range r.Params {
		params[name] = valueOf(f.Operation, name, v)
	}
	return requestVars{
		Operation: r.Operation, Params: params, Reason: r.Reason, DryRun: r.DryRun, Surface: r.From.Surface,
		Scheduled: r.Schedule != "" || r.Cron != "", BreakGlass: r.BreakGlass != "",
	}
}

// valueOf gives a parameter the type of its kind; one that nobody declared stays a text.
func valueOf(op ops.Operation, name, v string) any {
	p, ok := op.Param(name)
	if !ok {
		return v
	}
	if p.Secret() {
		return "***"
	}
	typed, err := p.Parse(v)
	if err != nil {
		return v
	}
	switch t := typed.(type) {
	case int64, bool, string, time.Duration, time.Time:
		return t
	case ops.Target:
		return targetOf(t)
	case ops.Targets:
		return targetsOf(t)
	}
	return v
}

func operationOf(o ops.Operation) operationVars {
	return operationVars{Name: o.Name, Group: o.Group, Risk: string(o.Risk), Reads: o.Reads()}
}

func personOf(f ops.Facts) personVars {
	u := f.Request.By
	owns := len(f.Owners) > 0 && !slices.ContainsFunc(f.Owners, func(g string) bool { return !u.In(g) })
	return personVars{ID: u.ID, Groups: listOf(u.Groups), LinkedBy: u.LinkedBy, Lang: u.Lang, Owns: owns}
}

func planOf(f ops.Facts) planVars {
	b := f.Plan.Blast
	return planVars{
		Targets: int64(b.Targets), Instances: int64(b.Instances), Delta: int64(b.Delta), Percent: int64(b.Percent),
		Envs: listOf(b.Envs), Clusters: listOf(b.Clusters),
		Empty: f.Plan.Empty() && f.Changes == 0,
	}
}

func targetOf(t ops.Target) targetVars {
	return targetVars{Service: t.Service, Product: t.Product(), IDC: t.IDC, Cluster: t.Cluster, Env: t.Env}
}

func targetsOf(ts []ops.Target) []targetVars {
	out := make([]targetVars, len(ts))
	for i, t := range ts {
		out[i] = targetOf(t)
	}
	return out
}

func listOf(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
