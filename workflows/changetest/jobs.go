package changetest

import (
	"context"
	"fmt"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Jobs is an outside deployer in memory, whose runs deploy into the World when they pass.
type Jobs struct {
	w    *World
	Runs []*JobRun                                // in their order
	Ends func(r *JobRun) activities.PipelineState // how one is when it is looked at, with the World locked; nil: it passes
}

// JobRun is a run of Jobs.
type JobRun struct {
	activities.JobRun
	At, Version, Key string
}

// TestedAt is what the runs of Jobs are told.
var TestedAt = map[string]string{"VERSION": "${version}", "AT": "${service}@${idc}/${cluster}:${env}"}

// NewJobs has every place of a world deployed from outside.
func NewJobs(w *World) *Jobs {
	j := &Jobs{w: w}
	w.Outside, w.External = j, ops.External{Provider: ops.Jenkins, Job: "shop/deploy", Parameters: TestedAt}
	return j
}

// deployer is what deploys by the jobs.
func (j *Jobs) deployer() activities.Outside {
	return activities.Outside{Jobs: j, Poll: time.Millisecond}
}

// TryJob knows every job but none.
func (j *Jobs) TryJob(_ context.Context, in activities.JobIn) error {
	if in.External.Job == "none" {
		return ops.Errorf(ops.NotFound, "there is no job none", "没有任务 none")
	}
	return nil
}

// StartJob starts a run.
func (j *Jobs) StartJob(_ context.Context, in activities.JobIn) error {
	j.w.mu.Lock()
	defer j.w.mu.Unlock()
	id := fmt.Sprint(len(j.Runs) + 1)
	r := &JobRun{At: in.Parameters["AT"], Version: in.Parameters["VERSION"], Key: in.Key}
	r.JobRun = activities.JobRun{ID: id, State: activities.PipelineRuns, Began: true, Link: "https://jobs/" + id, Text: ops.Textf("run %s goes on", "运行 %s 进行中", id)}
	j.Runs = append(j.Runs, r)
	j.w.Ledger = append(j.w.Ledger, "run "+r.At+" "+r.Version)
	return j.w.after("run", ops.Target{Service: in.Key})
}

// LookJobs are those of the key, each as Ends says.
func (j *Jobs) LookJobs(_ context.Context, in activities.JobIn) ([]activities.JobRun, error) {
	j.w.mu.Lock()
	defer j.w.mu.Unlock()
	var out []activities.JobRun
	for _, r := range j.Runs {
		if r.Key != in.Key {
			continue
		}
		if r.State == activities.PipelineRuns || r.State == activities.PipelineWaits {
			r.State = activities.PipelinePassed
			if j.Ends != nil {
				r.State = j.Ends(r)
			}
			if r.State == activities.PipelinePassed {
				j.w.Workloads[r.At].Version = r.Version
			}
		}
		out = append(out, r.JobRun)
	}
	return out, j.w.fails("run.look", ops.Target{})
}

// StopJob stops one.
func (j *Jobs) StopJob(_ context.Context, _ activities.JobIn, run activities.JobRun) error {
	j.w.mu.Lock()
	defer j.w.mu.Unlock()
	for _, r := range j.Runs {
		if r.ID == run.ID && r.State != activities.PipelineFailed {
			r.State, r.Question = activities.PipelineFailed, ""
			j.w.Ledger = append(j.w.Ledger, "stop "+r.At+" "+r.Version)
			return j.w.after("stop", ops.Target{Service: r.Key})
		}
	}
	return nil
}

// AnswerJob answers one.
func (j *Jobs) AnswerJob(_ context.Context, _ activities.JobIn, run activities.JobRun) error {
	j.w.mu.Lock()
	defer j.w.mu.Unlock()
	for _, r := range j.Runs {
		if r.ID == run.ID && r.Question != "" {
			r.Question, r.State = "", activities.PipelineRuns
			j.w.Ledger = append(j.w.Ledger, "answer "+r.At+" "+r.Version)
			return j.w.after("answer", ops.Target{Service: r.Key})
		}
	}
	return nil
}
