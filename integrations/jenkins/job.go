package jenkins

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

// pathOf is where a job is, with its folders.
func pathOf(job string) string {
	out := ""
	for _, part := range strings.Split(job, "/") {
		out += "/job/" + url.PathEscape(part)
	}
	return out
}

// job is what a job is like.
type job struct {
	Buildable bool   `json:"buildable"`
	URL       string `json:"url"`
	Property  []struct {
		Definitions []definition `json:"parameterDefinitions"`
	} `json:"property"`
}

// definition is a parameter that a job declares.
type definition struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Choices []string `json:"choices"`
}

// TryJob says why a job could not be started: it has to be there, enabled, and to declare every parameter. See
// activities.Jobs.
func (c *Client) TryJob(ctx context.Context, in activities.JobIn) error {
	name := in.External.Job
	var j job
	if err := c.get(ctx, pathOf(name)+"/api/json", "buildable,url,property[parameterDefinitions[name,type,choices]]", "job "+name, &j); err != nil {
		return err
	}
	if !j.Buildable {
		return ops.Errorf(ops.Unsafe, "the job %s is disabled, or is a folder: %s; enable it and ask again", "任务 %s 已禁用,或是文件夹:%s;请启用后重新申请", name, j.URL)
	}
	var declared []string
	choices := map[string][]string{}
	for _, p := range j.Property {
		for _, d := range p.Definitions {
			declared = append(declared, d.Name)
			choices[d.Name] = d.Choices
		}
	}
	for _, parameter := range append([]string{ops.KeyVariable}, slices.Sorted(maps.Keys(in.Parameters))...) {
		if !slices.Contains(declared, parameter) {
			return ops.Errorf(ops.Invalid, "the job %s declares no parameter %s%s, and Jenkins drops what is not declared; add it there as a string parameter", "任务 %s 未声明参数 %s%s,Jenkins 会丢弃未声明的参数;请在该任务中添加同名字符串参数", name, parameter, ops.DidYouMean(parameter, declared))
		}
		if value := in.Parameters[parameter]; len(choices[parameter]) > 0 && !slices.Contains(choices[parameter], value) {
			return ops.Errorf(ops.Invalid, "the parameter %s of the job %s cannot be %s%s; its choices are %v", "任务 %[2]s 的参数 %[1]s 不能为 %[3]s%[4]s;可选值为 %[5]v", parameter, name, value, ops.DidYouMean(value, choices[parameter]), choices[parameter])
		}
	}
	return nil
}

// StartJob puts a build into the queue; see activities.Jobs.
func (c *Client) StartJob(ctx context.Context, in activities.JobIn) error {
	form := url.Values{ops.KeyVariable: {in.Key}}
	for name, value := range in.Parameters {
		form.Set(name, value)
	}
	_, err := c.post(ctx, pathOf(in.External.Job)+"/buildWithParameters", form, "job "+in.External.Job)
	return err
}

// Check asks whether the user and the token are accepted.
func (c *Client) Check(ctx context.Context) error {
	var who struct {
		Name      string `json:"name"`
		Anonymous bool   `json:"anonymous"`
	}
	if err := c.get(ctx, "/whoAmI/api/json", "", "who we are", &who); err != nil {
		return err
	}
	if who.Anonymous {
		return c.explain(ctx, &refusal{http.StatusUnauthorized, "anonymous"}, "who we are")
	}
	return nil
}
