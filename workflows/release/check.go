package release

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// checkTimeout is how long the pipeline of a gate may run when the gate does not say.
const checkTimeout = time.Hour

// check is a pipeline of a gate in one wave.
type check struct {
	gate     string
	provider string
	in       activities.PipelineIn
	until    time.Time
	id       int64 // 0: it was not started yet
}

// checks are the pipelines of a wave: each gate for each place, but once where it runs the same.
func (v wave) checks(ctx workflow.Context, w work) []*check {
	var out []*check
	for _, g := range w.Gates {
		if g.Kind != ops.GatePipeline || !v.has(g) {
			continue
		}
		var same []ops.Pipeline
		for _, i := range v.Items {
			run := v.fillPipeline(i, g.Pipeline)
			if slices.ContainsFunc(same, func(o ops.Pipeline) bool {
				return o.Ref == run.Ref && fmt.Sprint(o.Variables) == fmt.Sprint(run.Variables)
			}) {
				continue
			}
			same = append(same, run)
			now := workflow.Now(ctx)
			key := strings.Join([]string{change.ID(ctx), w.Service, v.title().En, g.Name, fmt.Sprint(len(same))}, "/")
			out = append(out, &check{
				gate: g.Name, provider: cmp.Or(g.Provider, ops.GitLab), until: now.Add(cmp.Or(g.Pipeline.Timeout, checkTimeout)),
				in: activities.PipelineIn{Run: run, Key: key, Since: now},
			})
		}
	}
	return out
}

// fillPipeline puts what a place is into a pipeline.
func (v wave) fillPipeline(i item, p ops.Pipeline) ops.Pipeline {
	out := p
	out.Ref, out.Variables = v.fill(i, p.Ref), map[string]string{}
	for _, name := range workflow.DeterministicKeys(p.Variables) {
		out.Variables[name] = v.fill(i, p.Variables[name])
	}
	return out
}

// undoChecks has the pipelines stopped when the release is taken back while they run.
func undoChecks(ctx workflow.Context, checks []*check) {
	for _, c := range checks {
		change.Undoing(ctx, ops.Textf("the pipeline of gate %s runs no more", "门禁 %s 的流水线停止运行", c.gate), func(ctx workflow.Context) error {
			_, err := activities.CancelPipeline.Do(ctx, c.provider, c.in)
			return err
		})
	}
}

// try asks whether the pipeline could be started.
func (c *check) try(ctx workflow.Context) error {
	if _, err := activities.TryPipeline.Do(ctx, c.provider, c.in); err != nil {
		return ops.Errorf(ops.CodeOf(err), "gate %s cannot run its pipeline: %s", "门禁 %s 无法运行流水线:%s", c.gate, ops.TextOf(err)).Because(err)
	}
	return nil
}

// run runs the pipeline and waits for its end. A promote cuts the watching short and not the pipeline.
func (c *check) run(ctx workflow.Context, v wave) error {
	if c.id == 0 {
		run, err := activities.StartPipeline.Do(ctx, c.provider, c.in)
		if err != nil {
			return err
		}
		c.id = run.ID
		change.Note(ctx, ops.Textf("gate %s at %s runs pipeline %d: %s", "门禁 %s 在 %s 运行流水线 %d:%s", c.gate, v.title(), run.ID, run.Link))
	}
	_, err := activities.GuardPipeline.Do(ctx, c.provider, activities.GuardPipelineIn{PipelineIn: c.in, ID: c.id, Gate: c.gate, Where: v.title(), Until: c.until})
	return err
}
