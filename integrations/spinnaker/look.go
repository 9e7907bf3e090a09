package spinnaker

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

// execution is one run of a pipeline.
type execution struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	BuildTime int64  `json:"buildTime"` // in milliseconds, as the next
	StartTime int64  `json:"startTime"`
	Trigger   struct {
		Parameters map[string]any `json:"parameters"`
	} `json:"trigger"`
	Stages []stage `json:"stages"`
}

type stage struct {
	ID      string       `json:"id"`
	Type    string       `json:"type"`
	Name    string       `json:"name"`
	Status  string       `json:"status"`
	Context stageContext `json:"context"`
}

type stageContext struct {
	Instructions   string          `json:"instructions"`
	JudgmentStatus string          `json:"judgmentStatus"`
	JudgmentInputs []any           `json:"judgmentInputs"`
	Exception      json.RawMessage `json:"exception"` // of another form for every kind of stage
}

// stateOf is what the status of an execution means.
func stateOf(status string) activities.PipelineState {
	switch status {
	case "SUCCEEDED":
		return activities.PipelinePassed
	case "TERMINAL", "CANCELED", "STOPPED", "SKIPPED", "FAILED_CONTINUE":
		return activities.PipelineFailed
	case "PAUSED":
		return activities.PipelineWaits
	}
	return activities.PipelineRuns
}

// maxExecutions bounds how many executions of one key are read.
const maxExecutions = "20"

// LookJobs are the executions with a key; see activities.Jobs.
func (c *Client) LookJobs(ctx context.Context, in activities.JobIn) ([]activities.JobRun, error) {
	e := in.External
	like, err := json.Marshal(map[string]any{"parameters": map[string]string{ops.KeyVariable: in.Key}})
	if err != nil {
		return nil, err
	}
	q := url.Values{"pipelineName": {e.Pipeline}, "trigger": {base64.StdEncoding.EncodeToString(like)}, "expand": {"true"}, "size": {maxExecutions}}
	var all []execution
	if err := c.ask(ctx, http.MethodGet, "/applications/"+url.PathEscape(e.Application)+"/executions/search?"+q.Encode(), nil, &all, nameOf(e)); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b execution) int {
		return cmp.Or(cmp.Compare(a.BuildTime, b.BuildTime), cmp.Compare(a.ID, b.ID))
	})
	var out []activities.JobRun
	for _, one := range all {
		if one.Trigger.Parameters[ops.KeyVariable] == in.Key { // the search takes what is like it as well
			out = append(out, c.runOf(e, one))
		}
	}
	return out, nil
}

// runOf says how far an execution is.
func (c *Client) runOf(e ops.External, x execution) activities.JobRun {
	out := activities.JobRun{ID: x.ID, State: stateOf(x.Status), Began: x.StartTime > 0, Link: c.link(e.Application, x.ID)}
	switch out.State {
	case activities.PipelineRuns:
		out.Text = ops.Textf("execution %s is %s%s: %s", "执行 %s 状态为 %s%s:%s", x.ID, x.Status, x.at("RUNNING"), out.Link)
		x.judge(&out)
	case activities.PipelineWaits:
		out.Text = ops.Textf("execution %s was paused by a person; resume it there: %s", "执行 %s 被人工暂停;请在该处恢复:%s", x.ID, out.Link)
	case activities.PipelineFailed:
		out.Text = ops.Textf("execution %s is %s%s: %s%s", "执行 %s 状态为 %s%s:%s%s", x.ID, x.Status, x.at("TERMINAL", "STOPPED"), out.Link, x.why())
	}
	return out
}

// at says in words where it is, as the first stage with one of the statuses.
func (x execution) at(statuses ...string) ops.Text {
	for n, s := range x.Stages {
		if slices.Contains(statuses, s.Status) {
			return ops.Textf(" at stage %s (%d of %d)", ",阶段 %s(第 %d/%d 个)", s.Name, n+1, len(x.Stages))
		}
	}
	return ops.Text{}
}

// judge says what it asks a person.
func (x execution) judge(out *activities.JobRun) {
	for _, s := range x.Stages {
		if s.Type != "manualJudgment" || s.Status != "RUNNING" || s.Context.JudgmentStatus != "" {
			continue
		}
		out.State = activities.PipelineWaits
		said := short(cmp.Or(s.Context.Instructions, s.Name))
		if len(s.Context.JudgmentInputs) > 0 {
			out.Text = ops.Textf("execution %s asks %q and offers a choice, which is made there: %s", "执行 %s 询问 %q 并需要选择,请在该处完成:%s", x.ID, said, out.Link)
			return
		}
		out.Question, out.Text = s.ID, ops.Textf("execution %s asks %q (%s)", "执行 %s 询问 %q(%s)", x.ID, said, out.Link)
		return
	}
}

// why is what went wrong, in Spinnaker's words.
func (x execution) why() string {
	for _, s := range x.Stages {
		var e struct {
			Details struct {
				Error  string   `json:"error"`
				Errors []string `json:"errors"`
			} `json:"details"`
		}
		if json.Unmarshal(s.Context.Exception, &e) != nil {
			continue
		}
		if said := strings.Join(append(e.Details.Errors, e.Details.Error), " "); said != "" {
			return ": " + short(said)
		}
	}
	return ""
}
