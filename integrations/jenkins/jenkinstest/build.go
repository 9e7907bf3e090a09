package jenkinstest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Build is one build of a job.
type Build struct {
	Number     int64
	Parameters map[string]string
	Building   bool
	Result     string
	Log        string
	Stubborn   bool // it does not listen to stop, only to term
	Immortal   bool // nor to term

	job     *Job
	queueID int64
	began   time.Time
	stages  []*stage
	asks    []*Input
}

type stage struct{ name, status string }

// Input is what a build asks a person.
type Input struct {
	ID      string
	Message string
	Wants   []string // values
}

// End ends a build.
func (b *Build) End(result, log string) {
	b.job.server.mu.Lock()
	defer b.job.server.mu.Unlock()
	b.EndLocked(result, log)
}

// EndLocked is End for who is called with the Server locked.
func (b *Build) EndLocked(result, log string) {
	b.Building, b.Result, b.Log, b.asks = false, result, b.Log+log+"Finished: "+result+"\n", nil
	for _, s := range b.stages {
		switch {
		case s.status == "IN_PROGRESS" && result != "SUCCESS":
			s.status = map[bool]string{true: "ABORTED", false: "FAILED"}[result == "ABORTED"]
		case result == "SUCCESS":
			s.status = "SUCCESS"
		}
	}
}

// Ask has a build wait for a person.
func (b *Build) Ask(in Input) {
	b.job.server.mu.Lock()
	defer b.job.server.mu.Unlock()
	b.AskLocked(in)
}

// AskLocked is Ask for who is called with the Server locked.
func (b *Build) AskLocked(in Input) { b.asks = append(b.asks, &in) }

// Answer is what a person does in Jenkins itself.
func (b *Build) Answer() {
	b.job.server.mu.Lock()
	defer b.job.server.mu.Unlock()
	b.asks = nil
}

// Twin starts the same once more, for who is called with the Server locked.
func (b *Build) Twin() {
	s := b.job.server
	s.ids++
	s.begin(&item{id: s.ids, job: b.job, parameters: b.Parameters})
}

func (b *Build) url() string { return fmt.Sprintf("%s%d/", b.job.url(), b.Number) }

func parametersJSON(p map[string]string) []any {
	list := []any{}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		list = append(list, map[string]any{"_class": "hudson.model.StringParameterValue", "name": name, "value": p[name]})
	}
	return []any{map[string]any{"_class": "hudson.model.ParametersAction", "parameters": list}, map[string]any{}}
}

func (b *Build) json() map[string]any {
	var result any
	if b.Result != "" {
		result = b.Result
	}
	return map[string]any{
		"_class": "org.jenkinsci.plugins.workflow.job.WorkflowRun", "number": b.Number, "url": b.url(), "building": b.Building, "result": result,
		"queueId": b.queueID, "timestamp": b.began.UnixMilli(), "actions": parametersJSON(b.Parameters),
	}
}

func (b *Build) describe() map[string]any {
	status := map[string]string{"": "IN_PROGRESS", "FAILURE": "FAILED"}[b.Result]
	switch {
	case len(b.asks) > 0:
		status = "PAUSED_PENDING_INPUT"
	case status == "":
		status = b.Result
	}
	stages := []any{}
	for n, s := range b.stages {
		stages = append(stages, map[string]any{"id": fmt.Sprint(n + 6), "name": s.name, "status": s.status})
	}
	return map[string]any{"id": fmt.Sprint(b.Number), "name": fmt.Sprintf("#%d", b.Number), "status": status, "startTimeMillis": b.began.UnixMilli(), "stages": stages}
}

func (b *Build) inputs() []any {
	out := []any{}
	for _, i := range b.asks {
		wants := []any{}
		for _, w := range i.Wants {
			wants = append(wants, map[string]any{"type": "StringParameterDefinition", "name": w, "description": "", "definition": map[string]any{"defaultVal": ""}})
		}
		at := fmt.Sprintf("%s/%d/input/%s/", b.job.path(), b.Number, i.ID)
		out = append(out, map[string]any{"id": i.ID, "proceedText": "Proceed", "message": i.Message, "inputs": wants, "proceedUrl": at + "proceedEmpty", "abortUrl": at + "abort", "redirectApprovalUrl": b.url() + "input/"})
	}
	return out
}
