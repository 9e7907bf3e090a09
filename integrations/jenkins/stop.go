package jenkins

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// StopJob takes a run out of the queue, or has its build stop: first as a person would, then by force. See activities.Jobs.
func (c *Client) StopJob(ctx context.Context, in activities.JobIn, run activities.JobRun) error {
	name := in.External.Job
	if id, ok := strings.CutPrefix(run.ID, queued); ok {
		_, err := c.post(ctx, "/queue/cancelItem?"+url.Values{"id": {id}}.Encode(), nil, "the queue")
		if status(err) == http.StatusNotFound {
			return nil // it has left the queue
		}
		return err
	}
	for _, verb := range []string{"stop", "term"} {
		if _, err := c.post(ctx, pathOf(name)+"/"+run.ID+"/"+verb, nil, "build "+run.ID+" of "+name); err != nil && !(verb == "term" && status(err) == http.StatusNotFound) {
			return err
		}
		if stopped, err := c.untilStopped(ctx, name, run.ID); stopped || err != nil {
			return err
		}
	}
	return ops.Errorf(ops.Unavailable, "build %s of %s does not stop; it is tried again, look at it: %s", "%[2]s 的构建 %[1]s 未能停止;将会重试,请查看:%[3]s", run.ID, name, run.Link)
}

// looks is how often a build is looked at that has to stop within the grace.
const looks = 20

// untilStopped waits until a build has ended, as long as it may take.
func (c *Client) untilStopped(ctx context.Context, name, number string) (bool, error) {
	tick := time.NewTicker(c.grace / looks)
	defer tick.Stop()
	for range looks {
		var b build
		if err := c.get(ctx, pathOf(name)+"/"+number+"/api/json", "building", "build "+number+" of "+name, &b); err != nil || !b.Building {
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
