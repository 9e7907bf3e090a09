package jenkins

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"orderly.example/activities"
	"orderly.example/ops"
)

// lastBuilds is how many builds of a job are looked through for a key.
const lastBuilds = 300

// keyed is what has parameters.
type keyed struct {
	Actions []struct {
		Parameters []struct {
			Name  string          `json:"name"`
			Value json.RawMessage `json:"value"`
		} `json:"parameters"`
	} `json:"actions"`
}

// has says whether it was started with a key.
func (k keyed) has(key string) bool {
	for _, a := range k.Actions {
		for _, p := range a.Parameters {
			var value string
			if p.Name == ops.KeyVariable && json.Unmarshal(p.Value, &value) == nil && value == key {
				return true
			}
		}
	}
	return false
}

// waiting is what waits in the queue.
type waiting struct {
	keyed
	ID  int64  `json:"id"`
	Why string `json:"why"`
}

// build is one build of a job.
type build struct {
	keyed
	Number   int64  `json:"number"`
	URL      string `json:"url"`
	Building bool   `json:"building"`
	Result   string `json:"result"`
	QueueID  int64  `json:"queueId"`
}

const parameters = "actions[parameters[name,value]]"

// LookJobs are the builds with a key, and what waits in the queue to become one; see activities.Jobs. The queue is read
// first: what leaves it meanwhile is a build then.
func (c *Client) LookJobs(ctx context.Context, in activities.JobIn) ([]activities.JobRun, error) {
	var queue struct {
		Items []waiting `json:"items"`
	}
	if err := c.get(ctx, "/queue/api/json", "items[id,why,"+parameters+"]", "the queue", &queue); err != nil {
		return nil, err
	}
	name := in.External.Job
	var job struct {
		Builds []build `json:"allBuilds"`
	}
	tree := fmt.Sprintf("allBuilds[number,url,building,result,queueId,%s]{0,%d}", parameters, lastBuilds)
	if err := c.get(ctx, pathOf(name)+"/api/json", tree, "job "+name, &job); err != nil {
		return nil, err
	}
	slices.SortFunc(job.Builds, func(a, b build) int { return cmp.Compare(a.Number, b.Number) })
	var out []activities.JobRun
	left := map[int64]bool{}
	for _, b := range job.Builds {
		if !b.has(in.Key) {
			continue
		}
		left[b.QueueID] = true
		run, err := c.runOf(ctx, name, b)
		if err != nil {
			return nil, err
		}
		out = append(out, run)
	}
	for _, i := range queue.Items {
		if i.has(in.Key) && !left[i.ID] {
			out = append(out, activities.JobRun{ID: queued + strconv.FormatInt(i.ID, 10), State: activities.PipelineRuns, Text: ops.Textf("%s waits in the queue: %s", "%s 在队列中等待:%s", name, i.Why)})
		}
	}
	return out, nil
}

// queued begins the ID of what is no build yet.
const queued = "queue:"

// runOf says how far a build is.
func (c *Client) runOf(ctx context.Context, name string, b build) (activities.JobRun, error) {
	out := activities.JobRun{ID: strconv.FormatInt(b.Number, 10), State: activities.PipelineRuns, Began: true, Link: b.URL}
	s, err := c.stages(ctx, name, out.ID)
	if err != nil {
		return out, err
	}
	switch {
	case b.Building && s.Status == "PAUSED_PENDING_INPUT":
		return c.asks(ctx, name, out)
	case b.Building:
		out.Text = ops.Textf("build %s runs%s: %s", "构建 %s 运行中%s:%s", out.ID, s.at("IN_PROGRESS"), b.URL)
	case b.Result == "SUCCESS":
		out.State = activities.PipelinePassed
	default:
		out.State = activities.PipelineFailed
		last, err := c.lastLines(ctx, name, out.ID)
		if err != nil {
			return out, err
		}
		out.Text = ops.Textf("build %s is %s%s: %s; its log ends with: %s", "构建 %s 结果为 %s%s:%s;日志末尾:%s", out.ID, b.Result, s.at("FAILED"), b.URL, last)
	}
	return out, nil
}
