package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// JobIn names one run of an outside deployer.
type JobIn struct {
	External   ops.External
	Key        string            // by which it is known again, given to it as the parameter ops.KeyVariable
	Parameters map[string]string // without the key
	Why        string            // for people over there
}

// JobRun is one run of an outside deployer.
type JobRun struct {
	ID       string
	State    PipelineState
	Began    bool     // it may have done something
	Text     ops.Text // how far it is, for people; what went wrong when it has failed
	Question string   // what it asks a person; Text says it in words
	Link     string
}

// Jobs are the jobs or pipelines of an outside deployer.
type Jobs interface {
	// TryJob says why one could not be started.
	TryJob(ctx context.Context, in JobIn) error
	// StartJob starts one, whatever there is already.
	StartJob(ctx context.Context, in JobIn) error
	// LookJobs are those with the key, the oldest first.
	LookJobs(ctx context.Context, in JobIn) ([]JobRun, error)
	// StopJob stops one. Unavailable as long as it has not stopped.
	StopJob(ctx context.Context, in JobIn, run JobRun) error
	// AnswerJob says yes to the question of one.
	AnswerJob(ctx context.Context, in JobIn, run JobRun) error
}

// Outside deploys by the runs of an outside deployer, each of which is known by its change, its place and its image.
type Outside struct {
	Jobs Jobs
	Poll time.Duration // how long a run that does not show yet is waited for, each time; 0: a second
}

var (
	_ Lander   = Outside{}
	_ Answerer = Outside{}
)

// jobOf is the run of a change that brings an image to a place.
func jobOf(in DeployIn, image string) JobIn {
	return JobIn{External: in.Place.External, Key: in.Change + "/" + ops.ShortHash(in.Place.Target.String(), image), Parameters: in.Parameters, Why: in.Why}
}

// Deploy starts the run for the image once, after it has stopped what the same change runs the other way. Where such a one
// had begun, the way back runs even if the runtime shows the former image: nobody knows how far it came.
func (o Outside) Deploy(ctx context.Context, in DeployIn) (DeployOut, error) {
	if !in.Place.Outside() {
		return DeployOut{}, ops.Errorf(ops.Invalid, "%s has no external in the inventory; say there which job or pipeline deploys it", "资产清单中 %s 缺少 external;请写明由哪个 job 或 pipeline 部署", in.Place.Target)
	}
	job := jobOf(in, in.Image)
	if in.DryRun {
		return DeployOut{Changed: true}, o.Jobs.TryJob(ctx, job)
	}
	began, err := o.withdraw(ctx, jobOf(in, in.From))
	if err != nil {
		return DeployOut{}, err
	}
	runs, err := o.Jobs.LookJobs(ctx, job)
	switch {
	case err != nil:
		return DeployOut{}, err
	case len(runs) > 0:
		return DeployOut{}, o.onlyOne(ctx, job, runs)
	case in.Shows == in.Image && !began:
		return DeployOut{}, nil
	case in.Shows != in.Image && in.Shows != in.From:
		return DeployOut{}, ops.Errorf(ops.Conflict, "%s runs %s and not %s: somebody else has changed it; look at it and ask again", "%s 当前为 %s 而非 %s:已被他人修改;请查看后重新申请", in.Object(), in.Shows, in.From)
	}
	if err := o.Jobs.StartJob(ctx, job); err != nil {
		return DeployOut{}, err
	}
	if runs, err = o.Jobs.LookJobs(ctx, job); err != nil {
		return DeployOut{}, err
	}
	return DeployOut{Changed: true}, o.onlyOne(ctx, job, runs)
}

// withdraw stops what runs, and says whether anything of it may have been done.
func (o Outside) withdraw(ctx context.Context, job JobIn) (bool, error) {
	runs, err := o.Jobs.LookJobs(ctx, job)
	if err != nil {
		return false, err
	}
	began := false
	for _, r := range runs {
		if r.State == PipelineRuns || r.State == PipelineWaits {
			if err := o.Jobs.StopJob(ctx, job, r); err != nil {
				return false, err
			}
		}
	}
	if runs, err = o.Jobs.LookJobs(ctx, job); err != nil { // one that waited may have begun just before it was stopped
		return false, err
	}
	for _, r := range runs {
		if r.State == PipelineRuns || r.State == PipelineWaits {
			return false, ops.Errorf(ops.Unavailable, "%s began while it was taken out of the queue; it is stopped next", "%s 在移出队列时已开始运行;随后将其停止", job.External.Name())
		}
		began = began || r.Began
	}
	return began, nil
}

// onlyOne stops all runs but the first where two attempts have crossed each other.
func (o Outside) onlyOne(ctx context.Context, job JobIn, runs []JobRun) error {
	going := false
	for _, r := range runs {
		if r.State == PipelinePassed || r.State == PipelineFailed {
			continue
		}
		if going {
			if err := o.Jobs.StopJob(ctx, job, r); err != nil {
				return err
			}
		}
		going = true
	}
	return nil
}

// Times that a run which does not show is looked for.
const lookAgain = 5

// Land says how far the run is.
func (o Outside) Land(ctx context.Context, in DeployIn) (Landing, error) {
	job := jobOf(in, in.Image)
	for range lookAgain {
		runs, err := o.Jobs.LookJobs(ctx, job)
		if err != nil {
			return Landing{}, err
		}
		if len(runs) > 0 {
			return landing(job, counts(runs))
		}
		if idle, err := o.idle(ctx, in); err != nil || idle {
			return Landing{Holds: true}, err
		}
		if err := pause(ctx, orDefault(o.Poll, time.Second)); err != nil {
			return Landing{}, err
		}
	}
	return Landing{}, ops.Errorf(ops.Conflict, "the run of %s for this change is gone: it was taken out of the queue or deleted there; ask again", "%s 中本变更的运行已不存在:已被移出队列或删除;请重新申请", job.External.Name())
}

// idle says whether there was nothing to do: the runtime shows the image, and nothing ran the other way.
func (o Outside) idle(ctx context.Context, in DeployIn) (bool, error) {
	if in.Shows != in.Image {
		return false, nil
	}
	runs, err := o.Jobs.LookJobs(ctx, jobOf(in, in.From))
	for _, r := range runs {
		if r.Began {
			return false, err
		}
	}
	return err == nil, err
}

// counts is the run that counts: one that has passed, else the first that goes on, else the newest.
func counts(runs []JobRun) JobRun {
	out := runs[len(runs)-1]
	for i := len(runs) - 1; i >= 0; i-- {
		if s := runs[i].State; s == PipelinePassed || out.State != PipelinePassed && s != PipelineFailed {
			out = runs[i]
		}
	}
	return out
}

func landing(job JobIn, run JobRun) (Landing, error) {
	out := Landing{Waits: run.Text, Question: run.Question, Link: run.Link}
	switch run.State {
	case PipelinePassed:
		out.Holds = true
	case PipelineFailed:
		return out, ops.Errorf(ops.Unsafe, "%s has failed: %s", "%s 失败:%s", job.External.Name(), run.Text)
	}
	return out, nil
}

// Answer says yes to the question, if the run still asks it.
func (o Outside) Answer(ctx context.Context, in AnswerIn) (Done, error) {
	job := jobOf(in.DeployIn, in.Image)
	runs, err := o.Jobs.LookJobs(ctx, job)
	if err != nil {
		return Done{}, err
	}
	for _, r := range runs {
		if r.Question == in.Question && r.Question != "" {
			return Done{Changed: true}, o.Jobs.AnswerJob(ctx, job, r)
		}
	}
	return Done{}, nil
}
