package policy

import (
	"regexp"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/ext"

	"orderly.example/ops"
)

// What a condition may speak of. The names are those of the tags.
type (
	requestVars struct {
		Operation  string         `cel:"operation"`
		Params     map[string]any `cel:"params"`
		Reason     string         `cel:"reason"`
		DryRun     bool           `cel:"dry_run"`
		Surface    string         `cel:"surface"`
		Scheduled  bool           `cel:"scheduled"`
		BreakGlass bool           `cel:"break_glass"`
	}
	operationVars struct {
		Name  string `cel:"name"`
		Group string `cel:"group"`
		Risk  string `cel:"risk"`
		Reads bool   `cel:"reads"`
	}
	planVars struct {
		Targets   int64    `cel:"targets"`
		Instances int64    `cel:"instances"`
		Delta     int64    `cel:"delta"`
		Percent   int64    `cel:"percent"`
		Envs      []string `cel:"envs"`
		Clusters  []string `cel:"clusters"`
		Empty     bool     `cel:"empty"`
	}
	personVars struct {
		ID       string   `cel:"id"`
		Groups   []string `cel:"groups"`
		LinkedBy string   `cel:"linked_by"`
		Lang     string   `cel:"lang"`
		Owns     bool     `cel:"owns"`
	}
	targetVars struct {
		Service string `cel:"service"`
		Product string `cel:"product"`
		IDC     string `cel:"idc"`
		Cluster string `cel:"cluster"`
		Env     string `cel:"env"`
	}
)

// vocabulary are the names that did-you-mean chooses from.
var vocabulary = []string{
	"request", "operation", "plan", "person", "target", "targets", "owners", "now",
	"params", "reason", "dry_run", "surface", "scheduled", "break_glass", "name", "group", "risk", "reads",
	"instances", "delta", "percent", "envs", "clusters", "empty", "id", "groups", "linked_by", "lang", "owns",
	"service", "product", "idc", "cluster", "env",
}

// environment is the one CEL environment of all conditions.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	return cel.NewEnv(
		ext.NativeTypes(ext.ParseStructTags(true), cel.NativeTypeFor[requestVars](), cel.NativeTypeFor[operationVars](),
			cel.NativeTypeFor[planVars](), cel.NativeTypeFor[personVars](), cel.NativeTypeFor[targetVars]()),
		ext.Strings(), ext.Sets(), ext.Math(),
		cel.Variable("request", cel.ObjectType("policy.requestVars")),
		cel.Variable("operation", cel.ObjectType("policy.operationVars")),
		cel.Variable("plan", cel.ObjectType("policy.planVars")),
		cel.Variable("person", cel.ObjectType("policy.personVars")),
		cel.Variable("target", cel.ObjectType("policy.targetVars")),
		cel.Variable("targets", cel.ListType(cel.ObjectType("policy.targetVars"))),
		cel.Variable("owners", cel.ListType(cel.StringType)),
		cel.Variable("now", cel.TimestampType),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateDurationLiterals()),
		cel.ParserExpressionSizeLimit(maxExpression),
	)
})

const (
	maxExpression = 8000    // code points of one condition
	costLimit     = 1000000 // steps of one condition, estimated at load and counted when it runs
)

// sizes says how large the variables may become, for the estimate at load.
type sizes struct{}

var maxSizes = map[string]uint64{
	"targets": 2000, "owners": 200, "groups": 200, "envs": 50, "clusters": 200, "reason": 4096, "params": 50,
}

// EstimateSize bounds the size of a variable or a field.
func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	path := n.Path()
	if len(path) == 0 {
		return nil
	}
	if most, ok := maxSizes[path[len(path)-1]]; ok && n.Type().Kind() != types.IntKind {
		return &cost.SizeEstimate{Max: most}
	}
	if n.Type().Kind() == types.DynKind {
		return &cost.SizeEstimate{Max: 4096}
	}
	return &cost.SizeEstimate{Max: 200}
}

// EstimateCallCost leaves functions to the library.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']+)'`)
	undefined  = regexp.MustCompile(`^undefined field '([^']+)'`)
)

// explainIssue says a message of the compiler in both languages, with a did-you-mean where a name is wrong.
func explainIssue(message string) ops.Text {
	for _, look := range []*regexp.Regexp{undeclared, undefined} {
		if m := look.FindStringSubmatch(message); m != nil {
			return ops.Textf("there is no %q%s", "没有 %q%s", m[1], ops.DidYouMean(m[1], vocabulary))
		}
	}
	return ops.Textf("the condition is wrong: %s", "条件有误:%s", message)
}
