package release

import (
	"slices"
	"time"

	"orderly.example/ops"
)

// maxDiffs bounds how many lines a plan shows; the rest is counted in its summary.
const maxDiffs = 50

// describe puts a release into a plan: differences, waves, gates, blast radius and the way back.
func describe(w work) ops.Plan {
	p := ops.Plan{Undo: ops.Textf("bring the former versions back", "恢复原版本")}
	if b := w.Build; b != nil {
		p.Notes = append(p.Notes, ops.Textf("%s is commit %s by %s (%s), and pipeline %d has built it: %s", "%s 为 %[3]s 的提交 %[2]s(%[4]s),由流水线 %[5]d 构建:%[6]s", b.Version, b.Commit[:min(8, len(b.Commit))], b.Author, b.Title, b.Pipeline, b.Link))
	}
	seen := map[ops.Target]bool{}
	for n, v := range w.Waves {
		p.Notes = append(p.Notes, v.text(n+1))
		for _, i := range v.Items {
			if v.Canary > 0 || seen[i.Place.Target] {
				continue
			}
			seen[i.Place.Target] = true
			p.Targets = append(p.Targets, i.Place.Target)
			if len(p.Diffs) < maxDiffs {
				p.Diffs = append(p.Diffs, ops.Diff{Object: i.Place.Target.String(), Field: "image", From: i.From, To: i.To})
			}
			p.Blast.Envs, p.Blast.Clusters = add(p.Blast.Envs, i.Place.Target.Env), add(p.Blast.Clusters, i.Place.Context)
		}
	}
	for _, g := range w.Gates {
		p.Notes = append(p.Notes, gateText(g))
	}
	p.Notes = append(p.Notes, w.scanned()...)
	p.Notes = append(p.Notes, w.inGit()...)
	p.Notes = append(p.Notes, w.outside()...)
	p.Blast.Targets, p.Blast.Percent = len(p.Targets), 100
	p.Blast.Text = ops.Textf("every instance of %d places in %d clusters, wave by wave", "%[2]d 个集群中 %[1]d 处的全部实例,分批进行", len(p.Targets), len(p.Blast.Clusters))
	p.Summary = ops.Textf("release %s of %s to %d places in %d waves", "将 %[2]s 的 %[1]s 分 %[4]d 批发布到 %[3]d 处", w.Version, w.Service, len(p.Targets), len(w.Waves))
	if len(p.Targets) == 0 {
		p.Blast = ops.Blast{}
		p.Summary = ops.Textf("nothing to do: %s of %s runs everywhere already", "无需变更:%[2]s 已全部运行 %[1]s", w.Version, w.Service)
	}
	return p
}

// text says a wave in a line.
func (v wave) text(n int) ops.Text {
	watched := ops.Text{}
	if v.Bake > 0 {
		watched = ops.Textf(", watched for %s", ",观察 %s", v.Bake.Round(time.Second))
	}
	switch {
	case v.Share != nil && v.Share.First:
		return ops.Textf("wave %d: %s, %d%% more instances aside of the old ones%s", "第 %d 批:%s,在原实例之外增加 %d%% 新版本实例%s", n, v.title(), v.Canary, watched)
	case v.Share != nil:
		return ops.Textf("wave %d: %s%s", "第 %d 批:%s%s", n, v.title(), watched)
	case v.Settle != nil:
		return ops.Textf("wave %d: %s, %d places, then the traffic as before and no canary%s", "第 %d 批:%s,%d 处,随后恢复原有流量并移除灰度实例%s", n, v.title(), len(v.Items), watched)
	case v.Canary > 0 && !slices.ContainsFunc(v.Items, func(i item) bool { return !i.stays() }):
		return ops.Textf("wave %d: %s, the last %d%% of the instances%s", "第 %d 批:%s,末尾 %d%% 的实例%s", n, v.title(), v.Canary, watched)
	case v.Canary > 0:
		return ops.Textf("wave %d: %s, %d%% more instances beside the old ones%s", "第 %d 批:%s,在原实例旁增加 %d%% 新版本实例%s", n, v.title(), v.Canary, watched)
	}
	return ops.Textf("wave %d: %s, %d places%s", "第 %d 批:%s,%d 处%s", n, v.title(), len(v.Items), watched)
}

func gateText(g ops.Gate) ops.Text {
	where := ops.Text{}
	if len(g.Envs) > 0 {
		where = ops.Textf(" in %v", "(%v)", g.Envs)
	}
	switch {
	case g.Kind == ops.GateManual:
		return ops.Textf("gate %s%s: a person says promote", "门禁 %s%s:人工推进", g.Name, where)
	case g.Kind == ops.GateDiff:
		return ops.Textf("gate %s%s: %d requests are answered as before", "门禁 %s%s:%d 个请求的响应与旧版本一致", g.Name, where, len(g.Requests))
	case g.Kind == ops.GatePipeline:
		return ops.Textf("gate %s%s: a pipeline of %s succeeds on %s", "门禁 %s%s:%s 在 %s 上的流水线成功", g.Name, where, g.Pipeline.Project, g.Pipeline.Ref)
	case g.Kind == ops.GateScan:
		return ops.Textf("gate %s%s: the image was scanned, and has %s vulnerabilities", "门禁 %s%s:镜像已扫描,漏洞数 %s", g.Name, where, g.SeverityLimits())
	case g.Kind == ops.GateHTTP:
		return ops.Textf("gate %s%s: %s answers", "门禁 %s%s:%s 正常响应", g.Name, where, g.URL)
	case g.Max != nil && g.Min != nil:
		return ops.Textf("gate %s%s: %v to %v%s", "门禁 %s%s:%v 至 %v%s", g.Name, where, *g.Min, *g.Max, compared(g))
	case g.Max != nil:
		return ops.Textf("gate %s%s: at most %v%s", "门禁 %s%s:不超过 %v%s", g.Name, where, *g.Max, compared(g))
	}
	return ops.Textf("gate %s%s: at least %v%s", "门禁 %s%s:不低于 %v%s", g.Name, where, *g.Min, compared(g))
}

// compared says what the bounds of a metric are relative to.
func compared(g ops.Gate) ops.Text {
	switch g.Baseline {
	case "":
		return ops.Text{}
	case ops.Before:
		return ops.Textf(" times what it was before the wave", " 倍(与该批之前相比)")
	}
	return ops.Textf(" times its baseline", " 倍(与基线相比)")
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
