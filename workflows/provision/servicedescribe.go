package provision

import (
	"fmt"
	"strconv"
	"strings"

	"orderly.example/ops"
)

// entry is the service as the inventory has it.
func (w serviceWork) entry() string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\nowner: %s\n", w.Service, w.Owner)
	if w.Repository != nil {
		fmt.Fprintf(&b, "repository: %s\n", w.Repository.In.Project)
	}
	if len(w.Config) > 0 {
		at := w.Config[0].In.At
		fmt.Fprintf(&b, "config: {provider: %s, app: %s, namespaces: [{name: %s}]}\n", at.Provider, at.App, at.Namespace)
	}
	b.WriteString("places:\n")
	for _, h := range w.Homes {
		at := h.Copy.To
		fmt.Fprintf(&b, "  - target: %q\n", at.Target)
		for _, f := range [][2]string{{"provider", at.Provider}, {"context", at.Context}, {"namespace", at.Namespace}, {"kind", at.Kind}, {"name", at.Name}} {
			fmt.Fprintf(&b, "    %s: %q\n", f[0], f[1])
		}
	}
	return b.String()
}

func (w serviceWork) describe() ops.Plan {
	p := ops.Plan{
		Summary: ops.Textf("make service %s for %s in %d clusters", "为 %[2]s 在 %[3]d 个集群创建服务 %[1]s", w.Service, w.Owner, len(w.Homes)),
		Diffs:   w.diffs(), Undo: ops.Textf("take all of it back, as long as nobody else has worked in it", "全部撤销(须无他人使用)"),
		Blast: ops.Blast{Text: ops.Textf("everything is new; what runs is not touched", "均为新建,不影响运行中的服务")},
		Notes: []ops.Text{ops.Textf("a step that fails, or a cancel, takes everything back; secrets and data are not copied", "任一步骤失败或取消时全部撤销;不复制密钥与数据")},
	}
	for _, h := range w.Homes {
		p.Targets = append(p.Targets, h.Copy.To.Target, h.Spot.Target)
		p.Blast.Instances, p.Blast.Delta = p.Blast.Instances+h.Copy.Replicas, p.Blast.Delta+h.Copy.Replicas
		p.Blast.Clusters = append(p.Blast.Clusters, h.Spot.Room.Context)
		if env := h.Copy.To.Target.Env; len(p.Blast.Envs) == 0 {
			p.Blast.Envs = []string{env}
		}
	}
	if w.Entry != nil {
		p.Notes = append(p.Notes, ops.Textf("the entry in %s of %s is merged at once if nobody has to agree, and else stays open", "%[2]s 的 %[1]s 中的条目在无需审批时立即合并,否则保持打开", w.Entry.In.File, w.Entry.In.Project))
	}
	p.Blast.Targets = len(p.Targets)
	return p
}

// diffs are all objects that are made, in their order.
func (w serviceWork) diffs() []ops.Diff {
	var out []ops.Diff
	add := func(object, field, to string) {
		out = append(out, ops.Diff{Object: object, Field: field, From: "-", To: to})
	}
	if r := w.Repository; r != nil {
		add(r.Provider+" "+r.In.Project, "repository", fmt.Sprintf("%s, %d files of %s", r.In.Visibility, w.Files, r.In.Template))
	}
	if r := w.Project; r != nil {
		quota := "private"
		if r.In.Quota > 0 {
			quota += ", " + strconv.FormatInt(r.In.Quota>>30, 10) + " GiB"
		}
		add(r.Provider+" "+r.In.Name, "image project", quota)
	}
	for _, c := range w.Config {
		for _, ch := range c.In.Changes {
			add(c.Provider+" "+c.In.At.String(), ch.Key, ops.Masked(ch.Key, ch.To))
		}
	}
	for _, h := range w.Homes {
		add(h.In.Object(), "namespace", "owner "+w.Owner)
		for _, name := range inOrder(h.In.Quota) {
			add(h.In.Object(), "quota "+name, h.In.Quota[name])
		}
		add(h.Copy.To.Target.String(), "image", h.Copy.Image+" ×"+strconv.Itoa(h.Copy.Replicas)+", as "+h.Copy.From.Target.Service)
	}
	if d := w.Dashboard; d != nil {
		add(d.Provider+" "+d.In.UID, "dashboard", "as "+d.In.From)
	}
	if e := w.Entry; e != nil {
		add(e.Provider+" "+e.In.Project+"/"+e.In.File, w.Service, "an entry by merge request")
	}
	return out
}
