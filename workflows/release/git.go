package release

import (
	"cmp"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Patience where a version is written in Git.
const (
	mergeWait  = 8 * time.Hour    // how long it may take people to agree
	followWait = 10 * time.Minute // how long the cluster may take to follow
)

// follow waits until Git says what was deployed there, and the runtime shows it. Without Git there is nothing to wait for.
func (i item) follow(ctx workflow.Context) error {
	at := i.Place
	if !at.InGit() {
		return nil
	}
	landed, err := activities.Land.Do(ctx, at.Deployer(), activities.LandIn{DeployIn: i.in(ctx), Patience: mergeWait})
	if err != nil {
		return err
	}
	change.Note(ctx, ops.Textf("%s: Git says %s now: %s", "%s:Git 中已为 %s:%s", at.Target, i.To, landed.Link))
	_, err = activities.Follow.Do(ctx, at.Provider, activities.FollowIn{Place: at, Container: i.Container, Image: i.To, Link: landed.Link, Stall: cmp.Or(at.Git.Follow, followWait)})
	return err
}

// apart refuses waves that one line of a file would bring out at once.
func apart(waves []wave) error {
	type line struct{ provider, project, branch, file, field string }
	in := map[line]int{}
	for n, v := range waves {
		for _, i := range v.Items {
			if g := i.Place.Git; v.Canary == 0 && i.Place.InGit() {
				l := line{i.Place.Deployer(), g.Project, g.Branch, g.File, g.Field}
				if first, seen := in[l]; seen && first != n {
					return ops.Errorf(ops.Invalid, "%s of %s in %s stands for places in different waves (%s and %s), which cannot go out one after the other; give each place its own line, or make the waves larger",
						"%[3]s 中 %[2]s 的 %[1]s 对应不同批次的部署位置(%[4]s 与 %[5]s),无法先后发布;请为各位置使用单独的行,或扩大批次", g.Field, g.File, g.Project, waves[first].title(), v.title())
				}
				in[l] = n
			}
		}
	}
	return nil
}

// inGit says which places go out through Git.
func (w work) inGit() []ops.Text {
	var projects []string
	places := map[ops.Target]bool{}
	for _, v := range w.Waves {
		for _, i := range v.Items {
			if i.Place.InGit() {
				projects = add(projects, i.Place.Git.Project)
				places[i.Place.Target] = true
			}
		}
	}
	if len(projects) == 0 {
		return nil
	}
	return []ops.Text{ops.Textf("%d places go out by merge requests in %v, and are waited for in their clusters", "%d 处通过 %v 中的合并请求发布,并等待集群跟随", len(places), projects)}
}
