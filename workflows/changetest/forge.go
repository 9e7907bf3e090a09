package changetest

import (
	"context"
	"fmt"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Forge is a place in memory where versions are built, checked, and written for an agent that follows.
type Forge struct {
	w       *World
	Builds  map[string]activities.Build                                       // by version
	Images  map[string]string                                                 // by target: what is written
	Open    map[string]string                                                 // by target: what is proposed and not agreed to
	Agree   func(target string) bool                                          // whether people agree, with the World locked; nil: yes
	Follows func(target string) bool                                          // whether the agent follows, with the World locked; nil: yes
	Ran     []*activities.PipelineRun                                         // in their order
	Ends    func(in activities.PipelineIn) (activities.PipelineState, string) // how a pipeline is when it is looked at, and the job that failed; nil: it passes
	keys    map[string]int64                                                  // of the pipelines
	Ins     []activities.PipelineIn                                           // what was started
}

var (
	_ activities.Builder   = (*Forge)(nil)
	_ activities.Pipeliner = (*Forge)(nil)
	_ activities.Lander    = (*Forge)(nil)
	_ activities.Versioner = (*Forge)(nil)
)

// NewForge gives a world a forge, in which what runs now is written for every target.
func NewForge(w *World) *Forge {
	f := &Forge{w: w, Builds: map[string]activities.Build{}, Images: map[string]string{}, Open: map[string]string{}, keys: map[string]int64{}}
	w.Forge = f
	return f
}

// InGit has the version of every place written in the forge.
func (f *Forge) InGit(g ops.GitPlace) {
	for t := range f.w.Workloads {
		f.Images[t] = f.w.image(t)
	}
	f.w.Git = g
}

// Build knows the versions that were put in.
func (f *Forge) Build(_ context.Context, in activities.BuildIn) (activities.Build, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	b, ok := f.Builds[in.Version]
	if !ok {
		return b, ops.Errorf(ops.NotFound, "%s has no tag %s", "%s 中没有标签 %s", in.Project, in.Version)
	}
	if b.Pipeline == 0 {
		return b, activities.NotBuilt(in.Version, ops.Textf("it has no pipeline", "没有流水线"))
	}
	return b, nil
}

// TryPipeline knows every ref but none.
func (f *Forge) TryPipeline(_ context.Context, in activities.PipelineIn) error {
	if in.Run.Ref == "none" {
		return ops.Errorf(ops.NotFound, "there is no branch none", "没有分支 none")
	}
	return nil
}

// StartPipeline starts one per key.
func (f *Forge) StartPipeline(_ context.Context, in activities.PipelineIn) (activities.PipelineRun, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	if id, ok := f.keys[in.Key]; ok {
		return *f.Ran[id-1], nil
	}
	if err := f.w.fails("pipeline", ops.Target{}); err != nil {
		return activities.PipelineRun{}, err
	}
	id := int64(len(f.Ran) + 1)
	run := &activities.PipelineRun{ID: id, State: activities.PipelineRuns, Status: "running", Link: fmt.Sprintf("https://forge/%d", id)}
	f.Ran, f.Ins, f.keys[in.Key] = append(f.Ran, run), append(f.Ins, in), id
	f.w.Ledger = append(f.w.Ledger, "pipeline "+in.Key[strings.Index(in.Key, "/")+1:])
	return *run, f.w.after("pipeline", ops.Target{Service: in.Key})
}

// LookPipeline is as Ends says.
func (f *Forge) LookPipeline(_ context.Context, in activities.PipelineIn, id int64) (activities.PipelineRun, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	run := f.Ran[id-1]
	if run.State == activities.PipelineRuns {
		run.State, run.Status = activities.PipelinePassed, "success"
		if f.Ends != nil {
			run.State, run.Failed = f.Ends(in)
			run.Status = string(run.State)
		}
	}
	return *run, f.w.fails("pipeline.look", ops.Target{})
}

// CancelPipeline stops the one of the key, when it runs.
func (f *Forge) CancelPipeline(_ context.Context, in activities.PipelineIn) (activities.Done, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	id, ok := f.keys[in.Key]
	if !ok || f.Ran[id-1].State != activities.PipelineRuns {
		return activities.Done{}, nil
	}
	f.Ran[id-1].State = activities.PipelineFailed
	f.w.Ledger = append(f.w.Ledger, "pipeline.cancel "+in.Key[strings.Index(in.Key, "/")+1:])
	return activities.Done{Changed: true}, f.w.after("pipeline.cancel", ops.Target{Service: in.Key})
}

// Runs says what is written.
func (f *Forge) Runs(_ context.Context, in activities.RunsIn) (activities.Runs, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	return activities.Runs{Container: in.Container, Image: f.Images[in.Place.Target.String()]}, nil
}

// Deploy proposes an image, and takes back what it proposed the other way.
func (f *Forge) Deploy(_ context.Context, in activities.DeployIn) (activities.DeployOut, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	t := in.Place.Target.String()
	if f.Open[t] == in.From && in.From != "" {
		delete(f.Open, t)
		f.w.Ledger = append(f.w.Ledger, "close "+t)
	}
	switch has := f.Images[t]; {
	case has == in.Image:
		return activities.DeployOut{}, nil
	case has != in.From:
		return activities.DeployOut{}, ops.Errorf(ops.Conflict, "%s says %s and not %s", "%s 为 %s 而非 %s", t, has, in.From)
	case in.DryRun:
		return activities.DeployOut{Changed: true}, nil
	case f.Open[t] == in.Image:
		return activities.DeployOut{}, nil
	}
	f.Open[t] = in.Image
	f.w.Ledger = append(f.w.Ledger, "propose "+t+" "+tagOf(in.Image))
	return activities.DeployOut{Changed: true}, f.w.after("propose", in.Place.Target)
}

// Land merges what people agree to, and the agent follows.
func (f *Forge) Land(_ context.Context, in activities.DeployIn) (activities.Landing, error) {
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	t := in.Place.Target.String()
	out := activities.Landing{Link: "https://forge/" + tagOf(in.Image), Holds: f.Images[t] == in.Image}
	if out.Holds {
		return out, nil
	}
	if f.Agree != nil && !f.Agree(t) {
		out.Waits = ops.Textf("it waits for people", "等待人工审批")
		return out, nil
	}
	delete(f.Open, t)
	f.Images[t], out.Holds = in.Image, true
	f.w.Ledger = append(f.w.Ledger, "merge "+t+" "+tagOf(in.Image))
	if f.Follows == nil || f.Follows(t) {
		f.w.Workloads[t].Version = tagOf(in.Image)
	}
	return out, f.w.after("merge", in.Place.Target)
}

func tagOf(image string) string { return image[strings.LastIndex(image, ":")+1:] }
