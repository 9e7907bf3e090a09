package activities

import (
	"context"

	"orderly.example/ops"
)

// BuildIn asks for a version where it is built.
type BuildIn struct {
	Project string `json:"project"`
	Version string `json:"version"` // a tag, latest for the newest one, or pipeline:12345 for the tag that this one built
}

// Object names the version.
func (in BuildIn) Object() string { return in.Project + " " + in.Version }

// Build is a version that was built.
type Build struct {
	Version  string `json:"version"` // its tag
	Commit   string `json:"commit"`
	Title    string `json:"title"`  // the first line of the commit's message
	Author   string `json:"author"` // of the commit
	Pipeline int64  `json:"pipeline"`
	Link     string `json:"link"` // of the pipeline, for people
}

// Builder knows versions and how their pipelines ended. NotFound with a did-you-mean of tags when there is no such
// version; Unsafe when its pipeline has not succeeded, or there is none.
type Builder interface {
	Build(ctx context.Context, in BuildIn) (Build, error)
}

// FindBuild looks a version up where it is built.
var FindBuild = newStep("build", read, Builder.Build)

// Places where builds have a form of their own.
const (
	LatestVersion   = "latest"
	PipelineVersion = "pipeline:" // and its number
)

// NotBuilt explains that a version cannot be released because of how its pipeline is.
func NotBuilt(version string, why ops.Text) error {
	return ops.Errorf(ops.Unsafe, "%s is not released: %s", "%s 不能发布:%s", version, why)
}
