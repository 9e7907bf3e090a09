package provision

import (
	"strings"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// pairs reads name=value,name=value; a value may be empty.
func pairs(written, param string) (map[string]string, error) {
	out := map[string]string{}
	for _, p := range strings.FieldsFunc(written, func(r rune) bool { return r == ',' || r == '，' || r == ' ' }) {
		name, value, ok := strings.Cut(p, "=")
		if _, twice := out[name]; !ok || name == "" || twice {
			return nil, ops.Errorf(ops.Invalid, "%q is not read as name=value, each name once", "%q 应写成 名称=取值,且每个名称只写一次", p).At(param)
		}
		out[name] = value
	}
	return out, nil
}

// inOrder are the names of a map, sorted: a workflow must not depend on chance.
func inOrder[V any](m map[string]V) []string { return workflow.DeterministicKeys(m) }
