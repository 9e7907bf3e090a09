package spinnaker

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// pipeline is what a pipeline is like.
type pipeline struct {
	Disabled   bool `json:"disabled"`
	Parameters []struct {
		Name     string `json:"name"`
		Required bool   `json:"required"`
		Default  string `json:"default"`
		Options  []struct {
			Value string `json:"value"`
		} `json:"options"`
	} `json:"parameterConfig"`
}

func nameOf(e ops.External) string { return "pipeline " + e.Application + "/" + e.Pipeline }

// TryJob says why a pipeline could not be started: it has to be there, enabled, and to know every parameter. See
// activities.Jobs.
func (c *Client) TryJob(ctx context.Context, in activities.JobIn) error {
	e := in.External
	var p pipeline
	if err := c.ask(ctx, http.MethodGet, "/applications/"+url.PathEscape(e.Application)+"/pipelineConfigs/"+url.PathEscape(e.Pipeline), nil, &p, nameOf(e)); err != nil {
		return err
	}
	if p.Disabled {
		return ops.Errorf(ops.Unsafe, "the %s is disabled; enable it and ask again", "%s 已禁用;请启用后重新申请", nameOf(e))
	}
	var declared []string
	for _, d := range p.Parameters {
		declared = append(declared, d.Name)
		value, given := in.Parameters[d.Name]
		var options []string
		for _, o := range d.Options {
			options = append(options, o.Value)
		}
		switch {
		case d.Required && !given && d.Default == "":
			return ops.Errorf(ops.Invalid, "the %s needs the parameter %s; add it to external.parameters in the inventory", "%s 需要参数 %s;请在资产清单的 external.parameters 中添加", nameOf(e), d.Name)
		case given && len(options) > 0 && !slices.Contains(options, value):
			return ops.Errorf(ops.Invalid, "the parameter %s of the %s cannot be %s%s; its options are %v", "%[2]s 的参数 %[1]s 不能为 %[3]s%[4]s;可选值为 %[5]v", d.Name, nameOf(e), value, ops.DidYouMean(value, options), options)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.Parameters)) {
		if !slices.Contains(declared, name) {
			return ops.Errorf(ops.Invalid, "the %s declares no parameter %s%s; add it there, or correct the inventory", "%s 未声明参数 %s%s;请在其中添加,或更正资产清单", nameOf(e), name, ops.DidYouMean(name, declared))
		}
	}
	return nil
}

// StartJob starts an execution; see activities.Jobs.
func (c *Client) StartJob(ctx context.Context, in activities.JobIn) error {
	e := in.External
	parameters := maps.Clone(in.Parameters)
	if parameters == nil {
		parameters = map[string]string{}
	}
	parameters[ops.KeyVariable] = in.Key
	trigger := map[string]any{"type": "manual", "correlationId": in.Key, "parameters": parameters, "description": in.Why}
	return c.ask(ctx, http.MethodPost, "/pipelines/"+url.PathEscape(e.Application)+"/"+url.PathEscape(e.Pipeline), trigger, nil, nameOf(e))
}

// AnswerJob says yes to a judgment; see activities.Jobs.
func (c *Client) AnswerJob(ctx context.Context, in activities.JobIn, run activities.JobRun) error {
	return c.ask(ctx, http.MethodPatch, "/pipelines/"+url.PathEscape(run.ID)+"/stages/"+url.PathEscape(run.Question), map[string]string{"judgmentStatus": "continue"}, nil, "a judgment of the "+nameOf(in.External))
}

// StopJob cancels an execution: first as a person would, then by force. See activities.Jobs.
func (c *Client) StopJob(ctx context.Context, in activities.JobIn, run activities.JobRun) error {
	what := "execution " + run.ID + " of the " + nameOf(in.External)
	for _, force := range []string{"false", "true"} {
		q := url.Values{"reason": {in.Why}, "force": {force}}
		if err := c.ask(ctx, http.MethodPut, "/pipelines/"+url.PathEscape(run.ID)+"/cancel?"+q.Encode(), nil, nil, what); err != nil {
			return err
		}
		if ended, err := c.untilEnded(ctx, run.ID, what); ended || err != nil {
			return err
		}
	}
	return ops.Errorf(ops.Unavailable, "%s does not end; it is tried again, look at it: %s", "%s 未能结束;将会重试,请查看:%s", what, run.Link)
}

// looks is how often an execution is looked at that has to end within the grace.
const looks = 20

func (c *Client) untilEnded(ctx context.Context, id, what string) (bool, error) {
	tick := time.NewTicker(c.grace / looks)
	defer tick.Stop()
	for range looks {
		var e execution
		err := c.ask(ctx, http.MethodGet, "/pipelines/"+url.PathEscape(id), nil, &e, what)
		if s := stateOf(e.Status); err != nil || s == activities.PipelinePassed || s == activities.PipelineFailed {
			return err == nil, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-tick.C:
		}
	}
	return false, nil
}

// Check asks whether we are accepted.
func (c *Client) Check(ctx context.Context) error {
	var who struct {
		Username string `json:"username"`
	}
	if err := c.ask(ctx, http.MethodGet, "/auth/user", nil, &who, "user"); err != nil {
		return err
	}
	if who.Username == "" {
		return c.explain(ctx, &refusal{http.StatusUnauthorized, "nobody"}, "user")
	}
	return nil
}
