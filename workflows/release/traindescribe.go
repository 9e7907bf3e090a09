package release

import (
	"strings"

	"orderly.example/ops"
)

// maxNamed is how many services a summary names.
const maxNamed = 5

// describeTrain puts a train into a plan: who goes when, what changes, blast radius and the way back.
func describeTrain(t trainWork, already int) ops.Plan {
	p := ops.Plan{Undo: ops.Textf("bring the former versions back, who waited for others first", "恢复原版本,被依赖的服务最后恢复")}
	var names []string
	hidden := 0
	for _, c := range t.Cars {
		one := describe(c.Work)
		if len(names) < maxNamed {
			names = append(names, c.Work.Service+" "+c.Work.Version)
		}
		p.Notes = append(p.Notes, c.text())
		p.Notes = append(p.Notes, c.Work.scanned()...)
		p.Targets = append(p.Targets, one.Targets...)
		room := max(0, maxDiffs-len(p.Diffs))
		shown := min(room, len(one.Diffs))
		p.Diffs, hidden = append(p.Diffs, one.Diffs[:shown]...), hidden+len(one.Targets)-shown
		for _, e := range one.Blast.Envs {
			p.Blast.Envs = add(p.Blast.Envs, e)
		}
		for _, k := range one.Blast.Clusters {
			p.Blast.Clusters = add(p.Blast.Clusters, k)
		}
	}
	if len(t.Cars) == 0 {
		p.Summary = ops.Textf("nothing to do: every service of the train runs its version everywhere already", "无需变更:列车中的服务均已运行目标版本")
		return p
	}
	if hidden > 0 {
		p.Notes = append(p.Notes, ops.Textf("%d more places are not shown above", "另有 %d 处未在上面列出", hidden))
	}
	if already > 0 {
		p.Notes = append(p.Notes, ops.Textf("%d services run their version everywhere already", "%d 个服务已全部运行目标版本", already))
	}
	p.Notes = append(p.Notes, ops.Textf("when one fails, or when it is cancelled, everything of the train is taken back", "任一服务失败或取消时,整趟列车全部撤销"))
	p.Blast.Targets, p.Blast.Percent = len(p.Targets), 100
	p.Blast.Text = ops.Textf("every instance of %d services at %d places in %d clusters", "%[3]d 个集群中 %[1]d 个服务共 %[2]d 处的全部实例", len(t.Cars), len(p.Targets), len(p.Blast.Clusters))
	more := ops.Text{}
	if len(t.Cars) > maxNamed {
		more = ops.Textf(" and %d more", " 等 %d 个其他服务", len(t.Cars)-maxNamed)
	}
	p.Summary = ops.Textf("a train of %d services in %d stages: %s%s", "发布列车:%d 个服务,分 %d 级:%s%s", len(t.Cars), t.stages(), strings.Join(names, ", "), more)
	return p
}

// text says a car in a line.
func (c car) text() ops.Text {
	when := ops.Textf("at once", "立即开始")
	if len(c.Needs) > 0 {
		when = ops.Textf("after %s", "在 %s 之后", strings.Join(c.Needs, ", "))
	}
	return ops.Textf("%s %s: %d places in %d waves with %d gates, %s", "%s %s:%d 处,%d 批,%d 个门禁,%s",
		c.Work.Service, c.Work.Version, len(c.Work.targets()), len(c.Work.Waves), len(c.Work.Gates), when)
}

// stages is the length of the longest chain of services that wait for each other.
func (t trainWork) stages() int {
	depth, most := map[string]int{}, 0
	for _, c := range t.Cars {
		d := 1
		for _, n := range c.Needs {
			d = max(d, depth[n]+1)
		}
		depth[c.Work.Service] = d
		most = max(most, d)
	}
	return most
}
