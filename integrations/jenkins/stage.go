package jenkins

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

// stages is how far a pipeline is; empty for other jobs, and where the plugin that knows is not installed.
type stages struct {
	Status string `json:"status"`
	Stages []struct {
		Name   string `json:"name"`
		Status string `json:"status"`
	} `json:"stages"`
}

// at says in words where it is, as the first stage with a status.
func (s stages) at(status string) ops.Text {
	for n, one := range s.Stages {
		if one.Status == status {
			return ops.Textf(" at stage %s (%d of %d)", ",阶段 %s(第 %d/%d 个)", one.Name, n+1, len(s.Stages))
		}
	}
	return ops.Text{}
}

func (c *Client) stages(ctx context.Context, name, build string) (stages, error) {
	var out stages
	err := c.get(ctx, pathOf(name)+"/"+build+"/wfapi/describe", "", "stages of "+name, &out)
	if status(err) == http.StatusNotFound {
		return stages{}, nil
	}
	return out, err
}

// input is what a build asks a person.
type input struct {
	ID      string `json:"id"`
	Message string `json:"message"`
	Inputs  []struct {
		Name string `json:"name"`
	} `json:"inputs"`
}

// asks says what a build waits for.
func (c *Client) asks(ctx context.Context, name string, run activities.JobRun) (activities.JobRun, error) {
	var all []input
	if err := c.get(ctx, pathOf(name)+"/"+run.ID+"/wfapi/pendingInputActions", "", "inputs of "+name, &all); err != nil {
		return run, err
	}
	if len(all) == 0 {
		run.Text = ops.Textf("build %s runs: %s", "构建 %s 运行中:%s", run.ID, run.Link)
		return run, nil
	}
	first := all[0]
	run.State = activities.PipelineWaits
	if len(first.Inputs) > 0 {
		run.Text = ops.Textf("build %s asks %q and wants values, which are given there: %sinput", "构建 %s 询问 %q 并需要填写参数,请在该处填写:%sinput", run.ID, short(first.Message, maxWords), run.Link)
		return run, nil
	}
	run.Question = run.ID + "/" + first.ID
	run.Text = ops.Textf("build %s asks %q (%sinput)", "构建 %s 询问 %q(%sinput)", run.ID, short(first.Message, maxWords), run.Link)
	return run, nil
}

// AnswerJob says yes to what a build asks; see activities.Jobs.
func (c *Client) AnswerJob(ctx context.Context, in activities.JobIn, run activities.JobRun) error {
	_, id, _ := strings.Cut(run.Question, "/")
	_, err := c.post(ctx, pathOf(in.External.Job)+"/"+run.ID+"/input/"+url.PathEscape(id)+"/proceedEmpty", nil, "an input of "+in.External.Job)
	if status(err) == http.StatusNotFound {
		return nil // it was answered meanwhile
	}
	return err
}

// Bounds of what is repeated of a log.
const (
	logTail  = 4 << 10 // in bytes
	logLines = 8
	logWords = 600 // in characters
)

// lastLines are the last lines of a build's log.
func (c *Client) lastLines(ctx context.Context, name, build string) (string, error) {
	r := request{method: http.MethodGet, path: pathOf(name) + "/" + build + "/logText/progressiveText", query: url.Values{"start": {"0"}}, what: "the log of " + name}
	size, err := c.logSize(ctx, r)
	if err != nil {
		return "", err
	}
	r.query.Set("start", strconv.Itoa(max(0, size-logTail)))
	a, err := c.ask(ctx, r)
	if err != nil {
		return "", err
	}
	lines := strings.FieldsFunc(string(a.body), func(r rune) bool { return r == '\n' || r == '\r' })
	lines = lines[max(0, len(lines)-logLines):]
	said := []rune(strings.Join(lines, " | "))
	return strings.ToValidUTF8(string(said[max(0, len(said)-logWords):]), ""), nil
}

// logSize asks how long a log is, without reading it.
func (c *Client) logSize(ctx context.Context, r request) (int, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	resp, err := c.do(limited, r)
	if err != nil {
		return 0, c.explain(ctx, err, r.what)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, c.explain(ctx, &refusal{resp.StatusCode, ""}, r.what)
	}
	size, err := strconv.Atoi(resp.Header.Get("X-Text-Size"))
	if err != nil {
		return 0, c.strange(err)
	}
	return size, nil
}
