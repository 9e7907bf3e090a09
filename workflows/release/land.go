package release

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Patience where a version is written in Git, or deployed from outside.
const (
	landWait   = 8 * time.Hour    // how long it may take people to agree, or a run to end
	followWait = 10 * time.Minute // how long the cluster may take to follow
)

// in is the deploy of a place.
func (i item) in(ctx workflow.Context) activities.DeployIn {
	in := activities.DeployIn{Place: i.Place, Container: i.Container, Image: i.To, From: i.From, Change: change.ID(ctx), Why: change.ID(ctx) + " by " + change.Asker(ctx).ID}
	if i.Place.Outside() {
		in.Parameters = i.parameters()
	}
	return in
}

// parameters are what an outside deployer is told, filled in.
func (i item) parameters() map[string]string {
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(i.Place.External.Parameters)) {
		out[name] = wave{}.fill(i, i.Place.External.Parameters[name])
	}
	return out
}

// deploy has the version of a place changed, and waits until that holds. What is asked on the way is asked of people here, or
// answered with yes on a way back: who takes back has said so.
func (i item) deploy(ctx workflow.Context, ask bool) error {
	in := i.in(ctx)
	if i.Place.Outside() {
		runs, err := activities.Version.Do(ctx, i.Place.Versioner(), activities.RunsIn{Place: i.Place, Container: i.Container})
		if err != nil {
			return err
		}
		in.Shows = runs.Image
	}
	if _, err := activities.Deploy.Do(ctx, i.Place.Deployer(), in); err != nil {
		return err
	}
	if i.direct() {
		return nil
	}
	return i.follow(ctx, in, ask)
}

// direct says whether the runtime itself is told the version.
func (i item) direct() bool { return !i.Place.InGit() && !i.Place.Outside() }

// follow waits until what was deployed holds where it is written or runs, and the runtime shows it.
func (i item) follow(ctx workflow.Context, in activities.DeployIn, ask bool) error {
	at := i.Place
	landed, err := i.land(ctx, in, ask)
	if err != nil {
		return err
	}
	switch {
	case at.InGit():
		change.Note(ctx, ops.Textf("%s: Git says %s now: %s", "%s:Git 中已为 %s:%s", at.Target, i.To, landed.Link))
	case landed.Link != "":
		change.Note(ctx, ops.Textf("%s: %s has deployed %s: %s", "%s:%s 已部署 %s:%s", at.Target, at.External.Name(), i.To, landed.Link))
	}
	_, err = activities.Follow.Do(ctx, at.Provider, activities.FollowIn{Place: at, Container: i.Container, Image: i.To, Link: landed.Link, Stall: cmp.Or(at.Git.Follow, at.External.Follow, followWait)})
	return err
}

// land waits until a deploy holds, and answers what it asks on the way.
func (i item) land(ctx workflow.Context, in activities.DeployIn, ask bool) (activities.Landing, error) {
	land := activities.LandIn{DeployIn: in, Patience: cmp.Or(i.Place.External.Timeout, landWait)}
	landed, err := activities.Land.Do(ctx, i.Place.Deployer(), land)
	for err == nil && !landed.Holds {
		if ask {
			var moot bool
			if moot, err = i.ask(ctx, land, &landed); err != nil || moot {
				continue
			}
		}
		answer := activities.AnswerIn{DeployIn: in, Question: landed.Question}
		if _, err = activities.Answer.Do(ctx, i.Place.Deployer(), answer); err == nil {
			landed, err = activities.Land.Do(ctx, i.Place.Deployer(), land)
		}
	}
	return landed, err
}

// ask asks people what a run asks. It is moot when somebody answers over there, or the run ends; landed says how far it is
// then.
func (i item) ask(ctx workflow.Context, land activities.LandIn, landed *activities.Landing) (bool, error) {
	looking, stop := workflow.WithCancel(ctx)
	defer stop()
	var further activities.Landing
	var err error
	moot := false
	land.Past = landed.Question
	workflow.Go(looking, func(ctx workflow.Context) {
		further, err = activities.Land.Do(ctx, i.Place.Deployer(), land)
		moot = true
	})
	if failed := change.ConfirmUnless(ctx, ops.Textf("%s: %s", "%s:%s", i.Place.Target, landed.Waits), func() bool { return moot }); failed != nil {
		return false, failed
	}
	if moot {
		*landed = further
		return true, err
	}
	stop()
	return false, workflow.Await(ctx, func() bool { return moot })
}

// apart refuses waves that one line of a file, or one run of an outside deployer, would bring out at once.
func apart(waves []wave) error {
	in := map[string]int{}
	for n, v := range waves {
		for _, i := range v.Items {
			if v.Canary > 0 || i.direct() {
				continue
			}
			key, what := fmt.Sprint(i.Place.Deployer(), i.Place.External.Name(), i.parameters()), ops.Textf("%s with these parameters", "使用这些参数的 %s", i.Place.External.Name())
			if g := i.Place.Git; i.Place.InGit() {
				key, what = fmt.Sprint(i.Place.Deployer(), g.Project, g.Branch, g.File, g.Field), i.line()
			}
			if first, seen := in[key]; seen && first != n {
				return ops.Errorf(ops.Invalid, "%s stands for places in different waves (%s and %s), which cannot go out one after the other; give each place its own, or make the waves larger",
					"%s 对应不同批次的部署位置(%s 与 %s),无法先后发布;请为各位置使用各自的配置,或扩大批次", what, waves[first].title(), v.title())
			}
			in[key] = n
		}
	}
	return nil
}

// outside says which places go out by an outside deployer.
func (w work) outside() []ops.Text {
	var names []string
	places := map[ops.Target]bool{}
	for _, v := range w.Waves {
		for _, i := range v.Items {
			if i.Place.Outside() {
				names = add(names, i.Place.External.Name())
				places[i.Place.Target] = true
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []ops.Text{ops.Textf("%d places are deployed by %v, and are waited for in their clusters", "%d 处由 %v 部署,并等待集群跟随", len(places), names)}
}
