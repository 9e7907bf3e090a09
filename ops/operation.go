package ops

import "time"

// Risk says how much an operation can break; policy and cards read it.
type Risk string

// The risks, from harmless to dangerous. An operation of risk Read changes nothing.
const (
	Read   Risk = "read"
	Low    Risk = "low"
	Medium Risk = "medium"
	High   Risk = "high"
)

// Text names the risk for people.
func (r Risk) Text() Text {
	switch r {
	case Read:
		return Text{En: "read only", Zh: "只读"}
	case Low:
		return Text{En: "low", Zh: "低"}
	case Medium:
		return Text{En: "medium", Zh: "中"}
	default:
		return Text{En: "high", Zh: "高"}
	}
}

// Operation is something a person may ask for, declared once; chat grammar, forms, command line, API, policy inputs and
// documents all come from this plain data.
type Operation struct {
	Name     string        `json:"name"`              // such as "scale" or "scale.fleet"
	Aliases  []string      `json:"aliases,omitempty"` // other names, such as 扩缩容
	Group    string        `json:"group"`             // the family it belongs to, such as "scale"
	Help     Text          `json:"help"`
	Example  string        `json:"example"` // a line that one could type
	Risk     Risk          `json:"risk"`
	Params   []Param       `json:"params"`
	Undoable bool          `json:"undoable"`          // an undo of a finished change exists
	Timeout  time.Duration `json:"timeout,omitempty"` // how long it may run, in nanoseconds; 0 is the default of an hour
}

// Reads says whether the operation changes nothing.
func (o Operation) Reads() bool { return o.Risk == Read }

// Param returns the parameter of that name.
func (o Operation) Param(name string) (Param, bool) {
	for _, p := range o.Params {
		if p.Name == name {
			return p, true
		}
	}
	return Param{}, false
}

// Check validates the values against the parameters and returns them in canonical form with defaults filled in. Every
// wrong value is reported as one Error with the parameter in Field; unknown names get a did-you-mean.
func (o Operation) Check(values map[string]string) (map[string]string, []*Error) {
	out := map[string]string{}
	var errs []*Error
	for name := range values {
		if _, ok := o.Param(name); !ok {
			errs = append(errs, unknownParam(o, name))
		}
	}
	for _, p := range o.Params {
		v, ok := values[p.Name]
		if !ok || v == "" {
			if p.Default != "" {
				out[p.Name] = p.Default
			} else if p.Required {
				errs = append(errs, Errorf(Invalid, "missing: %s", "缺少:%s", p.Help).At(p.Name))
			}
			continue
		}
		c, err := p.Canonical(v)
		if err != nil {
			errs = append(errs, AsError(err).At(p.Name))
			continue
		}
		out[p.Name] = c
	}
	sortErrors(errs)
	return out, errs
}

// Targets returns the targets and patterns that the values name.
func (o Operation) Targets(values map[string]string) []Target {
	var out []Target
	for _, p := range o.Params {
		if p.Kind != KindTarget && p.Kind != KindTargets {
			continue
		}
		if v, err := p.Parse(values[p.Name]); err == nil {
			switch v := v.(type) {
			case Target:
				out = append(out, v)
			case Targets:
				out = append(out, v...)
			}
		}
	}
	return out
}

func unknownParam(o Operation, name string) *Error {
	names := make([]string, len(o.Params))
	for i, p := range o.Params {
		names[i] = p.Name
	}
	return Errorf(Invalid, "%s has no parameter %q%s", "%s 没有参数 %q%s", o.Name, name, DidYouMean(name, names)).At(name)
}
