package ops

import (
	"cmp"
	"strings"
	"time"
)

// GitLab is the provider of repositories and pipelines where nobody says otherwise.
const GitLab = "gitlab"

// GitPlace is where in a repository it is written which version a place shall run. An agent in the cluster brings about
// what is written there.
type GitPlace struct {
	Provider string `json:"provider,omitempty" yaml:"provider"` // empty: gitlab
	Project  string `json:"project,omitempty" yaml:"project"`   // group/name
	Branch   string `json:"branch,omitempty" yaml:"branch"`     // that the agent follows; empty: the project's default
	File     string `json:"file,omitempty" yaml:"file"`         // path in the repository
	Field    string `json:"field,omitempty" yaml:"field"`       // in the file, such as image.tag or images[name=cart].newTag
	Image    string `json:"image,omitempty" yaml:"image"`       // repository of the image, where the file has only its tag

	Follow time.Duration `json:"follow,omitempty" yaml:"follow"` // how long the agent may take; 0: 10 minutes
}

// Wrong says what is wrong with it; zero when nothing is.
func (g GitPlace) Wrong() Text {
	switch {
	case g == (GitPlace{}):
		return Text{}
	case g.Project == "" || g.File == "" || g.Field == "":
		return Textf("git needs a project, a file and a field, such as image.tag", "git 需要 project、file 与 field(如 image.tag)")
	case g.Follow < 0:
		return Textf("git.follow is negative", "git.follow 为负数")
	case strings.HasPrefix(g.File, "/") || strings.Contains(g.File, ".."):
		return Textf("git.file is %q; write the path in the repository, such as apps/cart/values.yaml", "git.file 为 %q,请写仓库内的路径,如 apps/cart/values.yaml", g.File)
	}
	return Text{}
}

// InGit says whether the version of the place is written in a repository.
func (p Place) InGit() bool { return p.Git != (GitPlace{}) }

// Deployer is the provider that changes the version of the place.
func (p Place) Deployer() string {
	switch {
	case p.InGit():
		return cmp.Or(p.Git.Provider, GitLab)
	case p.Outside():
		return p.External.Provider
	}
	return p.Provider
}

// Versioner is the provider that knows which version the place shall run: who has it written, else its runtime.
func (p Place) Versioner() string {
	if p.InGit() {
		return p.Deployer()
	}
	return p.Provider
}
