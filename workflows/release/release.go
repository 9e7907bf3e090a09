package release

import (
	"cmp"
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type params struct {
	Target  ops.Targets   `en:"service to release, everywhere it runs, or only some of it, such as shop.cart.api@idc1:prod" zh:"要发布的服务(全部部署位置),或其中一部分,如 shop.cart.api@idc1:prod"`
	Version string        `en:"version: the tag of its image; where its source is known also latest or pipeline:12345" zh:"版本:镜像标签;已配置来源时也可用 latest 或 pipeline:12345" pattern:"pipeline:[0-9]{1,18}|[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"`
	Canary  string        `en:"percent of the instances that get it first, instead of the strategy's" zh:"灰度百分比,优先于发布策略" optional:"true" pattern:"[0-9]|[1-4][0-9]|50"`
	Bake    time.Duration `en:"how long each wave is watched, instead of the strategy's" zh:"每批观察时长,优先于发布策略" optional:"true" min:"1s" max:"24h"`
}

// work is a release, wave by wave.
type work struct {
	Service string     `json:"service"`
	Version string     `json:"version"`
	Waves   []wave     `json:"waves"`
	Gates   []ops.Gate `json:"gates,omitempty"`

	Build *activities.Build `json:"build,omitempty"` // where its source is known
	Scans []scan            `json:"scans,omitempty"` // of the images, where a gate wants them
}

// item is one place and its image before and after.
type item struct {
	Place     ops.Place `json:"place"`
	Container string    `json:"container"`
	From      string    `json:"from"`
	To        string    `json:"to"`
}

func (i item) inverse() item { i.From, i.To = i.To, i.From; return i }

// timeout is how long a release may run, without the time in which it waits for people and freezes.
const timeout = 24 * time.Hour

// Release brings a version to every place where a service runs, in waves.
var Release = change.Define(ops.Operation{
	Name: "release", Aliases: []string{"发布", "上线"}, Group: "release", Risk: ops.Medium, Example: "release shop.cart.api 1.4.3", Timeout: timeout,
	Help: ops.Text{En: "bring a version to everywhere a service runs, in waves with gates", Zh: "将版本分批发布到服务的所有位置,逐批检查门禁"},
}, change.Steps[params, work]{Plan: plan, Run: run, Verify: verify, Undo: undo})

func plan(ctx workflow.Context, p params) (ops.Plan, work, error) {
	service, places, err := find(ctx, p.Target)
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	w, err := workOf(ctx, service.Name, strategyOf(service, p), places, p.Version)
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	return describe(w), w, nil
}

// find is the one service that is meant, and its places.
func find(ctx workflow.Context, targets []ops.Target) (ops.Service, []ops.Place, error) {
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: targets, Many: true})
	if err != nil {
		return ops.Service{}, nil, err
	}
	if len(found.Services) != 1 {
		return ops.Service{}, nil, ops.Errorf(ops.Invalid, "%s is %d services, and a release takes one; ask for each by itself", "%s 包含 %d 个服务,一次只能发布一个;请分别申请",
			targets, len(found.Services)).At("target")
	}
	return found.Services[0], found.Places, nil
}

// workOf works out what the release of a version has to do.
func workOf(ctx workflow.Context, service string, s ops.Strategy, places []ops.Place, asked string) (work, error) {
	w := work{Service: service, Gates: s.Gates}
	var err error
	if w.Version, w.Build, err = built(ctx, s, asked); err != nil {
		return w, err
	}
	items, err := changes(ctx, s, places, func(runs activities.Runs) (string, error) { return wanted(ctx, s, runs, w.Version) })
	if err != nil {
		return w, err
	}
	w.Waves = cut(s, items)
	if w.Scans, err = scans(ctx, w); err != nil {
		return w, err
	}
	if err := apart(w.Waves); err != nil {
		return w, err
	}
	if err := w.trySteer(ctx); err != nil {
		return w, err
	}
	return w, w.tryGates(ctx)
}

// strategyOf is the strategy of a service with what the request says instead.
func strategyOf(s ops.Service, p params) ops.Strategy {
	var out ops.Strategy
	if s.Release != nil {
		out = *s.Release
	}
	if p.Canary != "" && !out.BlueGreen() {
		out.Canary.Percent, _ = strconv.Atoi(p.Canary) // its pattern allows nothing else
		if out.Canary.Percent == 0 {
			out.Canary.Header, out.Canary.Weights = "", nil
		}
	}
	if p.Bake > 0 {
		out.Bake, out.Canary.Bake = p.Bake, p.Bake
	}
	out.Canary.Bake = cmp.Or(out.Canary.Bake, out.Bake)
	return out
}

// changes are the places whose image is not what it shall be.
func changes(ctx workflow.Context, s ops.Strategy, places []ops.Place, want func(activities.Runs) (string, error)) ([]item, error) {
	var out []item
	for _, at := range places {
		runs, err := activities.Version.Do(ctx, at.Versioner(), activities.RunsIn{Place: at, Container: s.Container})
		if err != nil {
			return nil, err
		}
		to, err := want(runs)
		if err != nil {
			return nil, err
		}
		if i := (item{Place: at, Container: runs.Container, From: runs.Image, To: to}); i.From != i.To {
			if _, err := activities.TryDeploy.Do(ctx, at.Deployer(), i.in(ctx)); err != nil {
				return nil, err
			}
			out = append(out, i)
		}
	}
	return out, nil
}

// wanted is the image of a version, pinned to its digest where a registry knows it.
func wanted(ctx workflow.Context, s ops.Strategy, runs activities.Runs, version string) (string, error) {
	to := image{repository: cmp.Or(s.Image, parseImage(runs.Image).repository), tag: version}
	if s.Registry == "" {
		return to.String(), nil
	}
	found, err := activities.FindImage.Do(ctx, s.Registry, activities.ImageIn{Ref: to.String()})
	to.digest = found.Digest
	return to.String(), err
}

func run(ctx workflow.Context, w work) error {
	if err := w.guardScans(ctx); err != nil {
		return err
	}
	for n, v := range w.Waves {
		if err := change.Between(ctx, len(w.Waves)-n-1); err != nil {
			return err
		}
		if err := v.run(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// verify makes sure that at the end every place runs what was planned.
func verify(ctx workflow.Context, w work) error {
	for _, v := range w.Waves {
		for _, i := range v.Items {
			runs, err := activities.Version.Do(ctx, i.Place.Versioner(), activities.RunsIn{Place: i.Place, Container: i.Container})
			if err != nil {
				return err
			}
			if runs.Image != i.To {
				return ops.Errorf(ops.Conflict, "%s runs %s at the end, and not %s: somebody else has changed it meanwhile", "%s 最终为 %s 而非 %s:期间被他人修改", i.Place.Target, runs.Image, i.To)
			}
		}
	}
	return nil
}

// undo plans the way back of a finished release, from the world as it is now.
func undo(ctx workflow.Context, done work) (ops.Plan, work, error) {
	before := map[ops.Target]item{}
	var places []ops.Place
	for _, v := range done.Waves {
		for _, i := range v.Items {
			if v.Canary == 0 {
				before[i.Place.Target] = i
				places = append(places, i.Place)
			}
		}
	}
	var items []item
	for _, at := range places {
		i := before[at.Target].inverse()
		runs, err := activities.Version.Do(ctx, at.Versioner(), activities.RunsIn{Place: at, Container: i.Container})
		if err != nil {
			return ops.Plan{}, work{}, err
		}
		if i.From = runs.Image; i.From != i.To {
			items = append(items, i)
		}
	}
	w := back(done.Service, items)
	return describe(w), w, nil
}
