package release

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type trainParams struct {
	Services string      `en:"services and their versions, such as \"shop.cart.api=1.4.3 shop.order.api=2.0\"" zh:"服务及版本,如 \"shop.cart.api=1.4.3 shop.order.api=2.0\""`
	After    string      `en:"who waits for whom, such as \"shop.order.api after shop.cart.api\", several with commas; beside what the inventory says" zh:"先后依赖,如 \"shop.order.api after shop.cart.api\",多条用逗号分隔;与清单中的依赖合并" optional:"true"`
	Where    ops.Targets `en:"only there, such as *:prod or *@idc1:prod" zh:"限定范围,如 *:prod 或 *@idc1:prod" default:"*"`
}

// trainWork is a train: its cars in an order in which none comes before one that it needs.
type trainWork struct {
	Cars []car `json:"cars"`
}

// car is the release of one service of a train.
type car struct {
	Work  work     `json:"work"`
	Needs []string `json:"needs,omitempty"` // services of the train that have to be out before
}

// trainTimeout is how long a train may run, without the time in which it waits for people and freezes.
const trainTimeout = 3 * 24 * time.Hour

// Train brings many services out, each by its own strategy and after those that it needs.
var Train = change.Define(ops.Operation{
	Name: "release.train", Aliases: []string{"发布列车", "批量发布"}, Group: "release", Risk: ops.High, Timeout: trainTimeout,
	Example: `release.train "shop.cart.api=1.4.3 shop.order.api=2.0" "shop.order.api after shop.cart.api" *:prod`,
	Help:    ops.Text{En: "bring many services out in the order of their dependencies, with one card and one abort", Zh: "按依赖顺序发布多个服务,一张卡片,一键中止"},
}, change.Steps[trainParams, trainWork]{
	Plan: planTrain, Run: runTrain, Verify: verifyTrain, Undo: undoTrain, Parts: []change.PartDefinition{carOut, carBack},
})

func planTrain(ctx workflow.Context, p trainParams) (ops.Plan, trainWork, error) {
	wanted, err := parseTrain(p.Services)
	if err != nil {
		return ops.Plan{}, trainWork{}, err
	}
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: within(wanted, p.Where), Many: true})
	if err != nil {
		return ops.Plan{}, trainWork{}, err
	}
	services := map[string]ops.Service{}
	for _, s := range found.Services {
		services[s.Name] = s
	}
	order, err := orderTrain(wanted, services, p.After)
	if err != nil {
		return ops.Plan{}, trainWork{}, err
	}
	cars, err := carsOf(ctx, order, services, found.Places)
	if err != nil {
		return ops.Plan{}, trainWork{}, err
	}
	t := trainWork{Cars: coupled(cars)}
	return describeTrain(t, len(order)-len(t.Cars)), t, nil
}

// within are the services in the places that are asked for.
func within(wanted []stop, where []ops.Target) []ops.Target {
	var out []ops.Target
	for _, s := range wanted {
		for _, w := range where {
			if w.Matches(ops.Target{Service: s.Service, IDC: w.IDC, Cluster: w.Cluster, Env: w.Env}) {
				out = append(out, ops.Target{Service: s.Service, IDC: w.IDC, Cluster: w.Cluster, Env: w.Env})
			}
		}
	}
	return out
}

// carsOf looks at the places of all services at the same time, and works out what each release has to do.
func carsOf(ctx workflow.Context, order []stop, services map[string]ops.Service, places []ops.Place) ([]car, error) {
	out := make([]car, len(order))
	err := change.Parallel(ctx, len(order), func(ctx workflow.Context, n int) error {
		s := order[n]
		service, ok := services[s.Service]
		if !ok {
			return ops.Errorf(ops.NotFound, "%s runs nowhere in what was asked for; correct its name, or where", "所选范围内没有运行 %s,请更正服务名或范围", s.Service).At("services")
		}
		var of []ops.Place
		for _, at := range places {
			if at.Target.Service == s.Service {
				of = append(of, at)
			}
		}
		w, err := workOf(ctx, s.Service, strategyOf(service, params{}), of, s.Version)
		out[n] = car{Work: w, Needs: s.After}
		return err
	})
	return out, err
}

// verifyTrain makes sure that at the end every place of every service runs what was planned.
func verifyTrain(ctx workflow.Context, t trainWork) error {
	return change.Parallel(ctx, len(t.Cars), func(ctx workflow.Context, n int) error { return verify(ctx, t.Cars[n].Work) })
}

// undoTrain plans the way back of a finished train, from the world as it is now: who waited goes back first.
func undoTrain(ctx workflow.Context, done trainWork) (ops.Plan, trainWork, error) {
	cars := make([]car, len(done.Cars))
	err := change.Parallel(ctx, len(done.Cars), func(ctx workflow.Context, n int) error {
		_, w, err := undo(ctx, done.Cars[n].Work)
		cars[len(cars)-1-n].Work = w
		return err
	})
	if err != nil {
		return ops.Plan{}, trainWork{}, err
	}
	for _, c := range done.Cars {
		for _, needed := range c.Needs {
			for n := range cars {
				if cars[n].Work.Service == needed {
					cars[n].Needs = append(cars[n].Needs, c.Work.Service)
				}
			}
		}
	}
	t := trainWork{Cars: coupled(cars)}
	return describeTrain(t, len(cars)-len(t.Cars)), t, nil
}
