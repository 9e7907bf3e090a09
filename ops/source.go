package ops

import (
	"regexp"
	"time"
)

// Source is where the versions of a service are built.
type Source struct {
	Provider string `json:"provider,omitempty" yaml:"provider"` // empty: gitlab
	Project  string `json:"project,omitempty" yaml:"project"`   // group/name
}

// Wrong says what is wrong with a source; zero when nothing is.
func (s Source) Wrong() Text {
	if s.Provider != "" && s.Project == "" {
		return Textf("source needs a project, such as shop/cart-api", "source 需要 project,如 shop/cart-api")
	}
	return Text{}
}

// Pipeline is the pipeline of a gate. In its ref and variables ${service}, ${version}, ${env} and the like are filled in.
type Pipeline struct {
	Project   string            `json:"project,omitempty" yaml:"project"`     // group/name
	Ref       string            `json:"ref,omitempty" yaml:"ref"`             // branch or tag that it runs for
	Variables map[string]string `json:"variables,omitempty" yaml:"variables"` // everybody who sees the pipeline sees them: no secrets
	Job       string            `json:"job,omitempty" yaml:"job"`             // only this job counts, and it is started when it waits for a person
	Timeout   time.Duration     `json:"timeout,omitempty" yaml:"timeout"`     // it has to end within; 0: an hour
}

// KeyVariable is the variable by which a pipeline is known again.
const KeyVariable = "ORDERLY_KEY"

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,254}$`)

func (p Pipeline) wrong(gate string) Text {
	switch {
	case p.Project == "" || p.Ref == "":
		return Textf("gate %s needs pipeline.project and pipeline.ref", "门禁 %s 需要 pipeline.project 与 pipeline.ref", gate)
	case p.Timeout < 0:
		return Textf("gate %s has a negative timeout", "门禁 %s 的 timeout 为负数", gate)
	}
	for name := range p.Variables {
		if !variableName.MatchString(name) || name == KeyVariable {
			return Textf("gate %s has a variable %q; letters, digits and _ make a name, and %s is taken", "门禁 %s 的变量名 %q 无效;只能由字母、数字和 _ 组成,且不能是 %s", gate, name, KeyVariable)
		}
	}
	return Text{}
}
