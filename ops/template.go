package ops

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// Grafana is the provider of dashboards where nobody says otherwise.
const Grafana = "grafana"

// ServiceTemplates are what new services are made from, by name.
type ServiceTemplates map[string]ServiceTemplate

// ServiceTemplate says what a new service gets. What is left out it does not get. The texts may hold ${service}, ${product},
// ${subsystem}, ${module} and ${owner}, which are those of the new service.
type ServiceTemplate struct {
	Repository TemplateRepository `json:"repository,omitzero" yaml:"repository"`
	Registry   TemplateRegistry   `json:"registry,omitzero" yaml:"registry"`
	Workload   TemplateWorkload   `json:"workload,omitzero" yaml:"workload"`
	Config     TemplateConfig     `json:"config,omitzero" yaml:"config"`
	Dashboard  TemplateDashboard  `json:"dashboard,omitzero" yaml:"dashboard"`
	Inventory  TemplateInventory  `json:"inventory,omitzero" yaml:"inventory"`
}

// TemplateRepository is the repository of a new service.
type TemplateRepository struct {
	Provider   string `json:"provider,omitempty" yaml:"provider"`     // empty: gitlab
	Project    string `json:"project,omitempty" yaml:"project"`       // what it is called, such as ${product}/${subsystem}-${module}
	From       string `json:"from,omitempty" yaml:"from"`             // the project whose files it begins with
	Visibility string `json:"visibility,omitempty" yaml:"visibility"` // private, internal or public; empty: private
}

// TemplateRegistry is the project of its images.
type TemplateRegistry struct {
	Provider string `json:"provider,omitempty" yaml:"provider"`   // empty: harbor
	Project  string `json:"project,omitempty" yaml:"project"`     // what it is called, such as ${product}-${subsystem}-${module}
	QuotaGiB int64  `json:"quota_gib,omitempty" yaml:"quota_gib"` // 0: as the registry does
}

// TemplateWorkload is what runs: a copy of the workload of another service, in a namespace of its own.
type TemplateWorkload struct {
	From      string            `json:"from,omitempty" yaml:"from"`           // a service and an environment, such as demo.hello.api:prod
	Namespace string            `json:"namespace,omitempty" yaml:"namespace"` // such as ${product}-${module}
	Name      string            `json:"name,omitempty" yaml:"name"`           // of the workload; empty: ${subsystem}-${module}
	Replicas  int               `json:"replicas,omitempty" yaml:"replicas"`   // 0: 1
	Quota     map[string]string `json:"quota,omitempty" yaml:"quota"`         // of the namespace, such as requests.cpu: "4"
}

// TemplateConfig is its first configuration.
type TemplateConfig struct {
	Provider  string            `json:"provider,omitempty" yaml:"provider"` // one that publishes what is written: consul, nacos or kubernetes
	App       string            `json:"app,omitempty" yaml:"app"`           // empty: ${service}
	Namespace string            `json:"namespace,omitempty" yaml:"namespace"`
	Values    map[string]string `json:"values,omitempty" yaml:"values"`
}

// TemplateDashboard is its dashboard: a copy of another, with what the service is filled in.
type TemplateDashboard struct {
	Provider string `json:"provider,omitempty" yaml:"provider"` // empty: grafana
	From     string `json:"from,omitempty" yaml:"from"`         // the uid of the dashboard that is copied
	Folder   string `json:"folder,omitempty" yaml:"folder"`     // the uid of the folder; empty: the root
}

// TemplateInventory is the file in which its entry is proposed.
type TemplateInventory struct {
	Provider string `json:"provider,omitempty" yaml:"provider"` // empty: gitlab
	Project  string `json:"project,omitempty" yaml:"project"`
	Branch   string `json:"branch,omitempty" yaml:"branch"` // empty: the default one
	File     string `json:"file,omitempty" yaml:"file"`
}

// Find finds a template by its name; the only one when none is named.
func (ts ServiceTemplates) Find(name string) (ServiceTemplate, error) {
	known := slices.Sorted(maps.Keys(ts))
	if name == "" && len(known) == 1 {
		return ts[known[0]], nil
	}
	if t, ok := ts[name]; ok {
		return t, nil
	}
	switch {
	case len(known) == 0:
		return ServiceTemplate{}, Errorf(NotFound, "no templates of services are configured here; write service_templates in the configuration", "此处未配置服务模板;请在配置中填写 service_templates").At("template")
	case name == "":
		return ServiceTemplate{}, Errorf(Invalid, "name a template; known: %v", "请指定模板;可用:%v", known).At("template")
	}
	return ServiceTemplate{}, Errorf(NotFound, "there is no template %q%s; known: %v", "没有模板 %q%s;可用:%v", name, DidYouMean(name, known), known).At("template")
}

// Wrong says what is wrong with a template; zero when nothing is.
func (t ServiceTemplate) Wrong() Text {
	from, err := ParseTarget(t.Workload.From)
	switch r, w, c, i := t.Repository, t.Workload, t.Config, t.Inventory; {
	case (r.Project == "") != (r.From == "") || r.Project != "" && !strings.Contains(r.Project, "/"):
		return Textf("the repository needs a project, with its group, and from, the project whose files it begins with", "repository 需要带组名的 project,以及作为模板的 from")
	case r.Visibility != "" && !slices.Contains([]string{"private", "internal", "public"}, r.Visibility):
		return Textf("the visibility of the repository is %q; write private, internal or public", "repository 的 visibility 为 %q,请写 private、internal 或 public", r.Visibility)
	case t.Registry.QuotaGiB < 0 || w.Replicas < 0:
		return Textf("quota_gib or replicas is negative", "quota_gib 或 replicas 为负数")
	case w.From == "" || w.Namespace == "":
		return Textf("the workload needs from, such as demo.hello.api:prod, and a namespace for the new one", "workload 需要 from(如 demo.hello.api:prod)以及新服务的 namespace")
	case err != nil || from.Service == "" || from.IsPattern() || from.Env == "":
		return Textf("the workload is made from %q, which is no service in an environment; write demo.hello.api:prod", "workload 的 from 为 %q,不是某个环境中的服务;请写成 demo.hello.api:prod", w.From)
	case c.Provider != "" && (c.Namespace == "" || len(c.Values) == 0):
		return Textf("the config needs a namespace and its first values", "config 需要 namespace 与初始的 values")
	case t.Dashboard.From == "" && t.Dashboard != TemplateDashboard{}:
		return Textf("the dashboard needs from, the uid of the dashboard that it is made from", "dashboard 需要 from,即作为模板的看板的 uid")
	case (i.Project == "") != (i.File == ""):
		return Textf("the inventory needs a project and a file", "inventory 需要 project 与 file")
	}
	return t.names()
}

// names looks for what stands for nothing.
func (t ServiceTemplate) names() Text {
	all := []string{t.Repository.Project, t.Registry.Project, t.Workload.Namespace, t.Workload.Name, t.Config.App, t.Config.Namespace, t.Dashboard.Folder, t.Inventory.File}
	for _, key := range slices.Sorted(maps.Keys(t.Config.Values)) {
		all = append(all, t.Config.Values[key])
	}
	for _, s := range all {
		if left := FillService(s, "a.b.c", "d"); strings.Contains(left, "${") {
			return Textf("%q holds a name that is not known; known: ${service}, ${product}, ${subsystem}, ${module}, ${owner}", "%q 中有未知的变量;可用:${service}、${product}、${subsystem}、${module}、${owner}", s)
		}
	}
	return Text{}
}

// ServiceNames are what stands for ${name} in what a new service gets.
func ServiceNames(service, owner string) map[string]string {
	product, rest, _ := strings.Cut(service, ".")
	subsystem, module, _ := strings.Cut(rest, ".")
	return map[string]string{"service": service, "product": product, "subsystem": subsystem, "module": module, "owner": owner}
}

// FillService puts what a new service is into a text.
func FillService(text, service, owner string) string {
	names := ServiceNames(service, owner)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		text = strings.ReplaceAll(text, "${"+name+"}", names[name])
	}
	return text
}

// maxUID is how many letters the uid of a dashboard may have.
const maxUID = 40

// DashboardUID is the uid of the dashboard of a service. No part of a name holds an underscore, so no two services share
// one; of a name that is too long the end is a hash of all of it.
func DashboardUID(service string) string {
	uid := strings.ReplaceAll(service, ".", "_")
	if len(uid) <= maxUID {
		return uid
	}
	const hashed = 12
	sum := sha256.Sum256([]byte(service))
	return uid[:maxUID-hashed-1] + "_" + hex.EncodeToString(sum[:])[:hashed]
}
