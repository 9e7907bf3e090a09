package provision

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type envParams struct {
	Env      string        `en:"name of the new environment, and of its namespace" zh:"新环境名称(同时为命名空间名称)" pattern:"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?"`
	From     ops.Targets   `en:"services to copy, such as shop.*@idc1/c1:test" zh:"要复制的服务,如 shop.*@idc1/c1:test"`
	Owner    string        `en:"group that owns it" zh:"负责组" pattern:"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"`
	TTL      time.Duration `name:"ttl" en:"how long it lives" zh:"存活时长" min:"1h" max:"720h" default:"72h"`
	Versions string        `en:"versions other than those that are copied, as service=version,service=version" zh:"指定版本,写成 服务=版本,服务=版本" optional:"true" pattern:"[A-Za-z0-9._/=:,@-]{0,1000}"`
	Size     string        `en:"how much it may use" zh:"规格" options:"small,medium,large" default:"small"`
	Replicas int           `en:"instances of each service" zh:"每个服务的实例数" min:"1" max:"20" default:"1"`
}

// envWork is an environment: a namespace and the copies in it.
type envWork struct {
	Spot   spot                       `json:"spot"`
	In     activities.MakeNamespaceIn `json:"in"` // without its end, which is known when it is made
	Copies []activities.CopyIn        `json:"copies"`
	TTL    time.Duration              `json:"ttl"`
}

// envTimeout is longer than the longest life of an environment with all its extensions.
const envTimeout = longest + 31*24*time.Hour

// account is the service account of everything in an environment.
const account = "environment"

// labelEnv is the label that says which environment a namespace is.
const labelEnv = "orderly.example/env"

// sizes are the quotas of environments.
var sizes = map[string]map[string]string{
	"small":  {"requests.cpu": "4", "requests.memory": "8Gi", "pods": "20"},
	"medium": {"requests.cpu": "16", "requests.memory": "32Gi", "pods": "60"},
	"large":  {"requests.cpu": "64", "requests.memory": "128Gi", "pods": "200"},
}

// CreateEnv makes an environment, and runs until it has gone again.
var CreateEnv = change.Define(ops.Operation{
	Name: "env.create", Aliases: []string{"创建环境"}, Group: "provision", Risk: ops.Medium, Timeout: envTimeout,
	Example: "env.create ann-dev shop.*@idc1/c1:test shop 72h versions=shop.cart.api=1.5.0",
	Help:    ops.Text{En: "make an environment from another one's services, for a time; a cancel deletes it", Zh: "从已有环境复制服务,创建有时限的环境;取消即删除"},
}, change.Steps[envParams, envWork]{Plan: planEnv, Run: runEnv, OwnLocks: true})

func planEnv(ctx workflow.Context, p envParams) (ops.Plan, envWork, error) {
	if err := reserved(p.Env); err != nil {
		return ops.Plan{}, envWork{}, err
	}
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: p.From})
	if err != nil {
		return ops.Plan{}, envWork{}, err
	}
	first := found.Places[0]
	s, err := spotOf(found.Places, asNamespace, p.Env, first.Context)
	if err != nil {
		return ops.Plan{}, envWork{}, err
	}
	s.Target.Env = p.Env
	w := envWork{Spot: s, TTL: p.TTL, In: activities.MakeNamespaceIn{
		Room: s.Room, Change: change.ID(ctx), Owner: p.Owner, Labels: map[string]string{labelEnv: p.Env}, Traffic: activities.TrafficInside,
		Quota: sizes[p.Size], Default: map[string]string{"cpu": defaultCPU, "memory": defaultMemory}, Account: account,
	}}
	places, left := copyable(p.From, found.Places)
	if w.Copies, err = copies(ctx, p, s, places); err != nil {
		return ops.Plan{}, w, err
	}
	made, err := activities.TryMakeNamespace.Do(ctx, s.Provider, w.In)
	if err != nil || !made.Changed {
		return nothing(s), w, err
	}
	plan := w.describe()
	for _, at := range left {
		plan.Notes = append(plan.Notes, ops.Textf("left out: %s, a %s, whose data is its own", "未包含:%s(%s,含自有数据)", at.Target, at.Kind))
	}
	return plan, w, nil
}

// copyable are the places that are copied, and those that a pattern selects and nobody can copy. Who names one gets told
// when it is checked.
func copyable(asked ops.Targets, all []ops.Place) (places, left []ops.Place) {
	for _, at := range all {
		named := slices.ContainsFunc(asked, func(t ops.Target) bool { return !t.IsPattern() && t.Matches(at.Target) })
		if at.Kind == "StatefulSet" && !named {
			left = append(left, at)
			continue
		}
		places = append(places, at)
	}
	return places, left
}

// copies are the copies of the places at their versions, each checked.
func copies(ctx workflow.Context, p envParams, s spot, places []ops.Place) ([]activities.CopyIn, error) {
	versions, err := pairs(p.Versions, "versions")
	if err != nil {
		return nil, err
	}
	if len(places) == 0 {
		return nil, ops.Errorf(ops.Invalid, "nothing of %s can be copied: stateful sets keep their data where they are; name other services", "%s 中没有可复制的服务:有状态服务的数据不可复制;请改选其他服务", p.From).At("from")
	}
	if len(places) > maxCopies {
		return nil, ops.Errorf(ops.Invalid, "%s is %d services, and an environment takes at most %d; ask for fewer", "%s 包含 %d 个服务,一个环境最多 %d 个;请减少", p.From, len(places), maxCopies).At("from")
	}
	var out []activities.CopyIn
	names := map[string]ops.Place{}
	for _, at := range places {
		if at.Context != s.Room.Context {
			return nil, ops.Errorf(ops.Invalid, "%s is in several clusters, %s and %s; name one, such as shop.*@idc1/c1:test", "%s 分布在多个集群 %s 与 %s;请指定其一,如 shop.*@idc1/c1:test", p.From, s.Room.Context, at.Context).At("from")
		}
		if other, twice := names[at.Name]; twice {
			return nil, ops.Errorf(ops.Invalid, "%s and %s would have the same name in the environment; leave one out", "%s 与 %s 在环境中会重名;请去掉其一", other.Target, at.Target).At("from")
		}
		names[at.Name] = at
		c, err := copyOf(ctx, p, at, versions[at.Target.Service])
		if err != nil {
			return nil, err
		}
		delete(versions, at.Target.Service)
		out = append(out, c)
	}
	for _, service := range inOrder(versions) {
		return nil, ops.Errorf(ops.NotFound, "%s has a version, and is none of the services to copy", "%s 指定了版本,但不在要复制的服务中", service).At("versions")
	}
	return out, nil
}

// maxCopies bounds the services of an environment.
const maxCopies = 50

func copyOf(ctx workflow.Context, p envParams, at ops.Place, version string) (activities.CopyIn, error) {
	runs, err := activities.Version.Do(ctx, at.Provider, activities.RunsIn{Place: at})
	if err != nil {
		return activities.CopyIn{}, err
	}
	to := at
	to.Namespace, to.Target.Env = p.Env, p.Env
	in := activities.CopyIn{
		From: at, To: to, Container: runs.Container, Image: imageAt(runs.Image, version), Replicas: p.Replicas, Owner: p.Owner, Account: account, Change: change.ID(ctx),
	}
	_, err = activities.TryCopy.Do(ctx, at.Provider, in)
	return in, err
}

// imageAt is an image at another version, or as it is when there is none.
func imageAt(image, version string) string {
	if version == "" {
		return image
	}
	image, _, _ = strings.Cut(image, "@")
	slash := strings.LastIndex(image, "/") + 1
	name, _, _ := strings.Cut(image[slash:], ":")
	return image[:slash] + name + ":" + version
}

func (w envWork) describe() ops.Plan {
	p := ops.Plan{
		Summary: ops.Textf("make environment %s for %s with %d services, for %s", "为 %[2]s 创建环境 %[1]s,含 %[3]d 个服务,存活 %[4]s", w.Spot.Room.Object(), w.In.Owner, len(w.Copies), w.TTL),
		Diffs:   []ops.Diff{w.Spot.diff("namespace", "", "owner "+w.In.Owner+", for "+w.TTL.String())}, Targets: []ops.Target{w.Spot.Target},
		Undo:  ops.Textf("cancel it: the environment is deleted", "取消即删除该环境"),
		Blast: w.Spot.blast(ops.Textf("%d new workloads; what is copied is not touched", "新增 %d 个工作负载,不影响来源", len(w.Copies))),
		Notes: []ops.Text{ops.Textf("config maps and Services are copied; secrets and data are not", "复制 ConfigMap 与 Service;不复制密钥与数据")},
	}
	for _, name := range inOrder(w.In.Quota) {
		p.Diffs = append(p.Diffs, w.Spot.diff("quota "+name, "", w.In.Quota[name]))
	}
	for _, c := range w.Copies {
		p.Diffs = append(p.Diffs, ops.Diff{Object: c.To.Target.String(), Field: "image", From: "-", To: c.Image + " ×" + strconv.Itoa(c.Replicas)})
		p.Targets = append(p.Targets, c.To.Target)
		p.Blast.Instances, p.Blast.Delta = p.Blast.Instances+c.Replicas, p.Blast.Delta+c.Replicas
	}
	p.Blast.Targets = len(p.Targets)
	return p
}

func runEnv(ctx workflow.Context, w envWork) error {
	back := activities.DropNamespaceIn{Room: w.In.Room, Change: w.In.Change}
	change.Undoing(ctx, ops.Textf("delete environment %s", "删除环境 %s", w.In.Object()), func(ctx workflow.Context) error {
		_, err := dropped(ctx, w.Spot, back)
		return err
	})
	err := change.Locked(ctx, []ops.Target{w.Spot.Target}, func(ctx workflow.Context) error { return w.make(ctx) })
	if err != nil {
		return err
	}
	for over := false; !over; {
		if gone, err := keep(ctx, w); err != nil || gone {
			return err
		}
		err := change.Locked(ctx, []ops.Target{w.Spot.Target}, func(ctx workflow.Context) (err error) {
			due := back
			due.Due = workflow.Now(ctx) // somebody may extend it at this very moment
			over, err = dropped(ctx, w.Spot, due)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// make makes the environment and waits until everything in it runs.
func (w envWork) make(ctx workflow.Context) error {
	w.In.Until = workflow.Now(ctx).Add(w.TTL).UTC().Truncate(time.Second)
	if _, err := activities.MakeNamespace.Do(ctx, w.Spot.Provider, w.In); err != nil {
		return err
	}
	for _, c := range w.Copies {
		if _, err := activities.Copy.Do(ctx, c.To.Provider, c); err != nil {
			return err
		}
	}
	return change.Parallel(ctx, len(w.Copies), func(ctx workflow.Context, n int) error {
		c := w.Copies[n]
		_, err := activities.Rollout.Do(ctx, c.To.Provider, activities.RolloutIn{Place: c.To, Replicas: c.Replicas})
		return err
	})
}

const (
	lookEvery  = time.Hour           // how often the end of an environment is looked up
	warnAtMost = 24 * time.Hour      // how long before its end one is warned at most
	longest    = 90 * 24 * time.Hour // how far in the future the end of an environment may be
)

// keep waits until the time of an environment is over, and says whether it is gone already. Its end stands in the cluster, where
// env.extend moves it; a look that fails decides nothing.
func keep(ctx workflow.Context, w envWork) (gone bool, _ error) {
	until := workflow.Now(ctx).Add(w.TTL)
	for {
		n, err := activities.LookAtNamespace.Do(ctx, w.Spot.Provider, activities.LookIn{Room: w.In.Room})
		switch {
		case ops.CodeOf(err) == ops.NotFound, err == nil && (n.Change != w.In.Change || n.Ending):
			change.Note(ctx, ops.Textf("the environment is gone already", "环境已不存在"))
			return true, nil
		case err == nil && !n.Until.IsZero():
			until = n.Until
		case ctx.Err() != nil:
			return false, ctx.Err()
		}
		now := workflow.Now(ctx)
		if err == nil && !now.Before(until) {
			return false, nil
		}
		if err := rest(ctx, w, until, now); err != nil {
			return false, err
		}
	}
}

// rest waits until the next look.
func rest(ctx workflow.Context, w envWork, until, now time.Time) error {
	warn := until.Add(-min(warnAtMost, cmp.Or(w.TTL/4, time.Minute)))
	next := now.Add(lookEvery)
	end := until.Format(time.RFC3339)
	if now.Before(warn) {
		return change.Rest(ctx, earlier(next, warn), ops.Textf("environment %s lives until %s", "环境 %s 存活至 %s", w.In.Object(), end))
	}
	if until.After(now) {
		next = earlier(next, until)
	}
	return change.Warn(ctx, next, ops.Textf("environment %s is deleted at %s; to keep it: env.extend %s %s 24h", "环境 %s 将于 %s 删除;如需保留:env.extend %s %s 24h", w.In.Object(), end, w.In.Name, w.In.Context))
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
