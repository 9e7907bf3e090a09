package config

import (
	"orderly.example/activities"
	"orderly.example/ops"
)

// Limits of what a plan shows; the work holds everything.
const (
	maxDiffs = 100
	maxShown = 200 // characters of a value
)

// describe puts changes of a set of keys into a plan; secrets are masked.
func describe(w work, changes []activities.ConfigChange) ops.Plan {
	p := ops.Plan{Undo: ops.Textf("bring the former values back", "恢复原有值"), Targets: w.Targets}
	p.Summary = ops.Textf("change %d keys of %s", "修改 %[2]s 的 %[1]d 个配置项", len(changes), w.At)
	if len(changes) == 0 {
		p.Summary, p.Undo = ops.Textf("nothing to do: %s is so already", "无需变更:%s 已是所需状态", w.At), ops.Text{}
		return p
	}
	for i, c := range changes {
		if i == maxDiffs {
			p.Notes = append(p.Notes, ops.Textf("and %d keys more", "另有 %d 个配置项", len(changes)-maxDiffs))
			break
		}
		d := ops.Diff{Object: w.At.String(), Field: c.Key, From: shown(c.Key, c.From), To: shown(c.Key, c.To)}
		switch {
		case c.Add:
			p.Notes = append(p.Notes, ops.Textf("%s is new", "%s 为新增", c.Key))
		case c.Remove:
			p.Notes = append(p.Notes, ops.Textf("%s is removed", "%s 将被删除", c.Key))
		}
		p.Diffs = append(p.Diffs, d)
	}
	p.Blast = ops.Blast{Text: ops.Textf("every instance that reads %s", "读取 %s 的全部实例", w.At), Targets: len(w.Targets), Percent: 100}
	for _, t := range w.Targets {
		p.Blast.Envs, p.Blast.Clusters = add(p.Blast.Envs, t.Env), add(p.Blast.Clusters, t.IDC+"/"+t.Cluster)
	}
	if !w.Tracks {
		p.Notes = append(p.Notes, ops.Textf("%s cannot say which instance has received it", "%s 无法获知各实例是否已生效", w.At.Provider))
	}
	return p
}

func shown(key, value string) string {
	value = ops.Masked(key, value)
	if r := []rune(value); len(r) > maxShown {
		return string(r[:maxShown]) + "…"
	}
	return value
}

func add(list []string, s string) []string {
	for _, o := range list {
		if o == s {
			return list
		}
	}
	return append(list, s)
}
