package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// LandIn asks to wait until a deploy that goes through a repository, or an outside deployer, holds there.
type LandIn struct {
	DeployIn
	Past     string        `json:"past,omitempty"` // a question that is waited past, because somebody is asked already
	Patience time.Duration `json:"patience"`       // how long it may take people to agree
	Poll     time.Duration `json:"poll,omitempty"`
}

// Landing is how far such a deploy is.
type Landing struct {
	Holds    bool     `json:"holds"`
	Waits    ops.Text `json:"waits,omitzero"`     // what it waits for, until it holds
	Question string   `json:"question,omitempty"` // what a person has to say yes to, for Answer; Waits says it in words
	Link     string   `json:"link,omitempty"`     // of the merge request, of the commit, or of what runs

	People bool `json:"people,omitempty"` // it waits for people, and not only for a check
}

// Lander brings a Deploy to where it holds, as far as it may: it merges what people have agreed to. A repeat changes
// nothing. Conflict when a person has closed the merge request, or has changed the same; Unsafe when what runs has failed.
type Lander interface {
	Deployer
	Land(ctx context.Context, in DeployIn) (Landing, error)
}

const defaultPatience = 8 * time.Hour

// Land waits until a deploy holds, merging it as soon as that is allowed. A question to a person also ends the waiting. It
// fails as Unsafe when that takes longer than Patience.
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
		case now.Holds, now.Question != "" && now.Question != in.Past:
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

// AnswerIn says yes to what a deploy asks.
type AnswerIn struct {
	DeployIn
	Question string `json:"question"`
}

// Answerer answers what a deploy asks. One that is answered already is left alone.
type Answerer interface {
	Answer(ctx context.Context, in AnswerIn) (Done, error)
}

// Answer says yes to what a deploy asks.
var Answer = newStep("answer", write, Answerer.Answer)

// FollowIn asks to wait until a runtime runs what a repository says, or what somebody outside has deployed.
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

// who is what the runtime has to follow.
func (in FollowIn) who() string {
	if in.Place.Outside() {
		return in.Place.External.Name()
	}
	return "Git"
}

// Follow waits until the runtime has received what its repository says. It fails as Unsafe when it does not follow
// within Stall, saying what both say.
var Follow = newStep("follow", wait, func(v Versioner, ctx context.Context, in FollowIn) (Runs, error) {
	stall := orDefault(in.Stall, defaultStall)
	until := time.Now().Add(stall)
	said := ""
	for {
		runs, err := v.Runs(ctx, RunsIn{Place: in.Place, Container: in.Container})
		who := in.who()
		text := ops.Textf("%s says %s and the cluster shows %s", "%s 中为 %s,集群中为 %s", who, in.Image, runs.Image)
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
			hint := ops.Textf("the GitOps agent is paused, has an error, or follows another branch or file", "GitOps 代理是否暂停、报错,或跟随了其他分支或文件")
			if in.Place.Outside() {
				hint = ops.Textf("it deploys another image, or somewhere else", "其部署的是否为其他镜像或其他位置")
			}
			return runs, ops.Errorf(ops.Unsafe, "%s: the cluster does not follow %s for %s: %s (%s); look whether %s",
				"%[1]s:集群 %[3]s 内未跟随 %[2]s:%[4]s(%[5]s);请检查 %[6]s", in.Object(), who, stall, text, in.Link, hint)
		}
		if err := pause(ctx, min(left, orDefault(in.Poll, time.Second))); err != nil {
			return runs, err
		}
	}
})
