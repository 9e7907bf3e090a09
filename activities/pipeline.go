package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// PipelineIn declares that a pipeline was started, once per key.
type PipelineIn struct {
	Run   ops.Pipeline `json:"run"`   // its ref and variables filled in
	Key   string       `json:"key"`   // names this run: a repeat with the same key starts nothing
	Since time.Time    `json:"since"` // it was not started before
}

// Object names the project and the ref.
func (in PipelineIn) Object() string { return in.Run.Project + " " + in.Run.Ref }

// PipelineRun is how far a pipeline is, or the one job of it that counts.
type PipelineRun struct {
	ID     int64         `json:"id"`
	State  PipelineState `json:"state"`
	Status string        `json:"status"`           // in the provider's own word
	Failed string        `json:"failed,omitempty"` // the job that failed first
	Link   string        `json:"link"`             // for people: of that job, or of the pipeline
}

// PipelineState is how far a pipeline is.
type PipelineState string

// The states of a pipeline.
const (
	PipelineRuns   PipelineState = "runs"
	PipelineWaits  PipelineState = "waits" // for a person
	PipelinePassed PipelineState = "passed"
	PipelineFailed PipelineState = "failed" // also: it was cancelled or skipped
)

// Pipeliner runs pipelines.
type Pipeliner interface {
	// TryPipeline says why one could not be started; it starts none.
	TryPipeline(ctx context.Context, in PipelineIn) error
	// StartPipeline starts one, unless there is one with the key already.
	StartPipeline(ctx context.Context, in PipelineIn) (PipelineRun, error)
	// LookPipeline says how far it is. A job that counts alone and waits for a person is started.
	LookPipeline(ctx context.Context, in PipelineIn, id int64) (PipelineRun, error)
	// CancelPipeline stops the one with the key; nothing when there is none or it has ended.
	CancelPipeline(ctx context.Context, in PipelineIn) (Done, error)
}

// TryPipeline asks whether a pipeline could be started.
var TryPipeline = newStep("pipeline.try", read, func(p Pipeliner, ctx context.Context, in PipelineIn) (struct{}, error) {
	return struct{}{}, p.TryPipeline(ctx, in)
})

// StartPipeline starts a pipeline.
var StartPipeline = newStep("pipeline.start", write, Pipeliner.StartPipeline)

// CancelPipeline stops a pipeline.
var CancelPipeline = newStep("pipeline.cancel", write, Pipeliner.CancelPipeline)

// GuardPipelineIn asks to wait for the end of a pipeline that was started.
type GuardPipelineIn struct {
	PipelineIn
	ID    int64         `json:"id"`
	Gate  string        `json:"gate"`
	Where ops.Text      `json:"where"` // the wave that it is about, for people
	Until time.Time     `json:"until"` // it has to end before
	Every time.Duration `json:"every"` // how often to look
}

// Object names the gate.
func (in GuardPipelineIn) Object() string { return in.Gate + " " + in.Where.En }

// GuardPipeline waits until a pipeline has succeeded. It fails as Unsafe when it failed, or has not ended in time: no end
// is no pass.
var GuardPipeline = newStep("pipeline.guard", wait, func(p Pipeliner, ctx context.Context, in GuardPipelineIn) (PipelineRun, error) {
	for {
		run, err := p.LookPipeline(ctx, in.PipelineIn, in.ID)
		text := pipelineText(run)
		switch {
		case err != nil && !retried(ops.CodeOf(err)):
			return run, err
		case err != nil:
			text = ops.TextOf(err)
		case run.State == PipelinePassed:
			return run, nil
		case run.State == PipelineFailed:
			return run, ops.Errorf(ops.Unsafe, "gate %s fails at %s: %s", "门禁 %s 在 %s 未通过:%s", in.Gate, in.Where, text)
		}
		Report(ctx, ops.Progress{Object: in.Object(), Text: text})
		left := time.Until(in.Until)
		if left <= 0 {
			return run, ops.Errorf(ops.Unsafe, "gate %s is inconclusive at %s, which is no pass: its time is over and %s", "门禁 %s 在 %s 无结论,不视为通过:已超时,%s", in.Gate, in.Where, text)
		}
		if err := pause(ctx, min(left, orDefault(in.Every, 5*time.Second))); err != nil {
			return run, err
		}
	}
})

func pipelineText(r PipelineRun) ops.Text {
	switch {
	case r.State == PipelineWaits:
		return ops.Textf("pipeline %d waits for a person (%s): %s", "流水线 %d 等待人工操作(%s):%s", r.ID, r.Status, r.Link)
	case r.Failed != "":
		return ops.Textf("pipeline %d is %s, at job %s: %s", "流水线 %d 状态为 %s,失败任务 %s:%s", r.ID, r.Status, r.Failed, r.Link)
	}
	return ops.Textf("pipeline %d is %s: %s", "流水线 %d 状态为 %s:%s", r.ID, r.Status, r.Link)
}
