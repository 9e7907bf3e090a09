package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// LandIn asks to wait until a deploy that goes through a repository holds there.
type LandIn struct {
	DeployIn
	Patience time.Duration `json:"patience"` // how long it may take people to agree
	Poll     time.Duration `json:"poll,omitempty"`
}

// Landing is how far such a deploy is.
type Landing struct {
	Holds bool     `json:"holds"`
	Waits ops.Text `json:"waits,omitzero"` // what it waits for, until it holds
	Link  string   `json:"link,omitempty"` // of the merge request, or of the commit

	People bool `json:"people,omitempty"` // it waits for people, and not only for a check
}

// Lander brings a Deploy to where it holds, as far as it may: it merges what people have agreed to. A repeat changes
// nothing. Conflict when a person has closed the merge request, or has changed the same.
type Lander interface {
	Deployer
	Land(ctx context.Context, in DeployIn) (Landing, error)
}

const defaultPatience = 8 * time.Hour

// Land waits until a deploy holds in its repository, merging it as soon as that is allowed. It fails as Unsafe when that
// takes longer than Patience.
var Land = newStep("land", wait, func(l Lander, ctx context.Context, in LandIn) (Landing, error) {
	patience := orDefault(in.Patience, defaultPatience)
	until := time.Now().Add(patience)
	for {
		now, err := landOnce(ctx, l, in.DeployIn)
		text := now.Waits
		switch {
		case err != nil && !retried(ops.CodeOf(err)):
			return now, err
		case err != nil:
			text = ops.TextOf(err)
		case now.Holds:
			return now, nil
		}
		Report(ctx, ops.Progress{Object: in.Object(), Text: text})
		left := time.Until(until)
		if left <= 0 {
			return now, ops.Errorf(ops.Unsafe, "%s: after %s it still holds not: %s", "%s:%s 后仍未生效:%s", in.Object(), patience, text)
		}
		if err := pause(ctx, min(left, orDefault(in.Poll, time.Second))); err != nil {
			return now, err
		}
	}
})

// landOnce is one look, whose writes are not broken off in the middle.
func landOnce(ctx context.Context, l Lander, in DeployIn) (Landing, error) {
	if err := ctx.Err(); err != nil {
		return Landing{}, err
	}
	whole, done := unbroken(ctx)
	defer done()
	return l.Land(whole, in)
}

// FollowIn asks to wait until a runtime runs what a repository says.
type FollowIn struct {
	Place     ops.Place     `json:"place"`
	Container string        `json:"container,omitempty"`
	Image     string        `json:"image"` // what the repository says
	Link      string        `json:"link,omitempty"`
	Stall     time.Duration `json:"stall"` // how long it may take
	Poll      time.Duration `json:"poll,omitempty"`
}

// Object names the place.
func (in FollowIn) Object() string { return object(in.Place) }

// Follow waits until the runtime has received what its repository says. It fails as Unsafe when it does not follow
// within Stall, saying what both say.
var Follow = newStep("follow", wait, func(v Versioner, ctx context.Context, in FollowIn) (Runs, error) {
	stall := orDefault(in.Stall, defaultStall)
	until := time.Now().Add(stall)
	said := ""
	for {
		runs, err := v.Runs(ctx, RunsIn{Place: in.Place, Container: in.Container})
		text := ops.Textf("Git says %s and the cluster shows %s", "Git 中为 %s,集群中为 %s", in.Image, runs.Image)
		switch {
		case err != nil && !retried(ops.CodeOf(err)):
			return runs, err
		case err != nil:
			text = ops.TextOf(err)
		case runs.Image == in.Image:
			return runs, nil
		case runs.Image != said:
			said, until = runs.Image, time.Now().Add(stall) // it moves, even if not yet to where it should
		}
		Report(ctx, ops.Progress{Object: in.Object(), Text: text})
		left := time.Until(until)
		if left <= 0 {
			return runs, ops.Errorf(ops.Unsafe, "%s: the cluster does not follow Git for %s: %s (%s); look whether the GitOps agent is paused, has an error, or follows another branch or file",
				"%s:集群 %s 内未跟随 Git:%s(%s);请检查 GitOps 代理是否暂停、报错,或跟随了其他分支或文件", in.Object(), stall, text, in.Link)
		}
		if err := pause(ctx, min(left, orDefault(in.Poll, time.Second))); err != nil {
			return runs, err
		}
	}
})
