package ops

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// The deployers outside of the runtime.
const (
	Jenkins   = "jenkins"
	Spinnaker = "spinnaker"
)

// External is who deploys a place from outside of its runtime: a job of Jenkins or a pipeline of Spinnaker, which is told
// the version. Its parameters may hold what stands for the place, such as ${version}, ${image} and ${env}.
type External struct {
	Provider    string            `json:"provider,omitempty" yaml:"provider"`       // jenkins or spinnaker
	Job         string            `json:"job,omitempty" yaml:"job"`                 // of Jenkins, with its folders: shop/cart-deploy
	Application string            `json:"application,omitempty" yaml:"application"` // of Spinnaker
	Pipeline    string            `json:"pipeline,omitempty" yaml:"pipeline"`       // of Spinnaker, its name
	Parameters  map[string]string `json:"parameters,omitempty" yaml:"parameters"`

	Timeout time.Duration `json:"timeout,omitempty" yaml:"timeout"` // how long a run may take, with what it waits for; 0: 8 hours
	Follow  time.Duration `json:"follow,omitempty" yaml:"follow"`   // how long the runtime may take to show the version then; 0: 10 minutes
}

// Name is what runs, for people.
func (e External) Name() string {
	if e.Provider == Spinnaker {
		return e.Provider + " " + e.Application + "/" + e.Pipeline
	}
	return e.Provider + " " + e.Job
}

// Wrong says what is wrong with it; zero when nothing is.
func (e External) Wrong() Text {
	switch {
	case e.Provider == "" && e.Job == "" && e.Application == "" && e.Pipeline == "" && len(e.Parameters) == 0 && e.Timeout == 0 && e.Follow == 0:
		return Text{}
	case e.Provider == Jenkins && e.Job == "":
		return Textf("external needs a job, with its folders, such as shop/cart-deploy", "external 需要 job,含文件夹,如 shop/cart-deploy")
	case e.Provider == Jenkins && slices.ContainsFunc(strings.Split(e.Job, "/"), func(p string) bool { return p == "" || p == "." || p == ".." || p == "job" }):
		return Textf("external.job is %q; write the folders and the name, such as shop/cart-deploy", "external.job 为 %q,请写文件夹与名称,如 shop/cart-deploy", e.Job)
	case e.Provider == Spinnaker && (e.Application == "" || e.Pipeline == ""):
		return Textf("external needs an application and a pipeline", "external 需要 application 与 pipeline")
	case e.Provider != Jenkins && e.Provider != Spinnaker:
		return Textf("external.provider is %q; write jenkins or spinnaker", "external.provider 为 %q,请写 jenkins 或 spinnaker", e.Provider)
	case e.Timeout < 0 || e.Follow < 0:
		return Textf("external.timeout or external.follow is negative", "external.timeout 或 external.follow 为负数")
	}
	return e.wrongParameters()
}

// wrongParameters refuses parameters that could not carry a version, or that belong to the program.
func (e External) wrongParameters() Text {
	said := false
	for name, value := range e.Parameters {
		if !variableName.MatchString(name) || name == KeyVariable {
			return Textf("external has a parameter %q; letters, digits and _ make a name, and %s is taken", "external 的参数名 %q 无效;只能由字母、数字和 _ 组成,且不能是 %s", name, KeyVariable)
		}
		said = said || strings.Contains(value, "${version}") || strings.Contains(value, "${image}")
	}
	if !said {
		return Textf("no parameter of external holds ${version} or ${image}, so it would not know what to deploy", "external 的参数均不含 ${version} 或 ${image},无法得知要部署的版本")
	}
	return Text{}
}

// Equal says whether two places are the same to the last field.
func (p Place) Equal(o Place) bool { return reflect.DeepEqual(p, o) }

// Outside says whether somebody outside of the runtime deploys the place.
func (p Place) Outside() bool { return p.External.Provider != "" }
