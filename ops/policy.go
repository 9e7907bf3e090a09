package ops

import (
	"slices"
	"time"
)

// Truth is the answer of a condition: yes, no, or that it depends on a plan which does not exist yet.
type Truth int

// The three answers.
const (
	No Truth = iota
	Yes
	Unknown
)

// Facts are everything a decision may look at.
type Facts struct {
	Operation Operation `json:"operation"`
	Request   Request   `json:"request"`
	Targets   []Target  `json:"targets,omitempty"` // the plan's targets, or before there is a plan the targets as asked for
	Owners    []string  `json:"owners,omitempty"`  // owner groups of the targets' services
	OnCall    []string  `json:"on_call,omitempty"` // ids of the people on call for them
	Plan      *Plan     `json:"plan,omitempty"`
	Changes   int       `json:"changes,omitempty"` // differences in the plan, which travels without them
	Now       time.Time `json:"now"`
}

// Condition is the `when` of a rule. Holds is pure.
type Condition interface {
	Holds(f Facts) (Truth, error)
}

// Rule allows or denies; the first rule that holds decides, except that a denying rule anywhere wins.
type Rule struct {
	Name      string
	When      Condition // nil always holds
	Deny      Text      // not empty: the rule denies, with this reason
	Approvals *Need     // whose approval is needed; nil: none
	RunExpiry time.Duration
}

// Freeze is a time in which changes wait or are refused.
type Freeze struct {
	Name       string
	Why        Text
	Window     Window
	When       Condition // which changes it stops; nil: all that change something
	Refuse     bool      // refuse instead of waiting
	BreakGlass []string  // selectors of those who may go ahead, with a reason
}

// Window says when a freeze is on.
type Window interface {
	// Until returns the end of the window that holds now, and false when none does.
	Until(now time.Time) (time.Time, bool)
}

// Policy is the one list of rules that every surface obeys. What no rule allows is denied.
type Policy struct {
	Version string // a hash of the text it was made from
	Rules   []Rule
	Freezes []Freeze
}

// Decision is the answer of the policy, and why.
type Decision struct {
	Allow     bool          `json:"allow"`
	Sure      bool          `json:"sure"` // false: without a plan the answer could still change
	Rule      string        `json:"rule"` // the rule that decided; empty: none did
	Why       Text          `json:"why"`
	Need      *Need         `json:"need,omitempty"`
	RunExpiry time.Duration `json:"run_expiry,omitempty"` // how long the run may take; 0: the operation's own limit
	Freeze    *FreezeHit    `json:"freeze,omitempty"`
	Version   string        `json:"version"` // of the policy
}

// FreezeHit says which freeze stops a change and until when.
type FreezeHit struct {
	Name   string    `json:"name"`
	Why    Text      `json:"why"`
	Until  time.Time `json:"until"`
	Refuse bool      `json:"refuse,omitempty"`
	Broken bool      `json:"broken,omitempty"` // the glass was broken: go ahead, a review is owed
	Glass  []string  `json:"glass,omitempty"`  // who may break it
}

// Decide asks the rules. It is pure: the same facts always give the same decision. An error means that a condition
// could not be evaluated; nothing is allowed then.
func (p Policy) Decide(f Facts) (Decision, error) {
	d, err := p.rules(f)
	d.Version = p.Version
	if err != nil || !d.Allow || f.Operation.Reads() {
		return d, err
	}
	var sure bool
	d.Freeze, sure, err = p.frozen(f)
	d.Sure = d.Sure && sure
	return d, err
}

func (p Policy) rules(f Facts) (Decision, error) {
	sure := true
	var first *Rule
	for i := range p.Rules {
		r := &p.Rules[i]
		t, err := holds(r.When, f)
		if err != nil {
			return Decision{Rule: r.Name, Sure: true, Why: TextOf(err)}, err
		}
		switch {
		case t == Yes && !r.Deny.IsZero():
			return Decision{Rule: r.Name, Sure: true, Why: r.Deny}, nil
		case t == Unknown && first == nil, t == Unknown && !r.Deny.IsZero():
			sure = false
			if first == nil && r.Deny.IsZero() {
				first = r
			}
		case t == Yes && first == nil:
			first = r
		}
	}
	if first == nil {
		return Decision{Sure: true, Why: Textf("no rule of the policy allows %s for you here", "没有策略规则允许您在此执行 %s", f.Operation.Name)}, nil
	}
	need := first.Approvals.resolve(f)
	if need != nil && f.Plan != nil {
		if need = need.possible(); need == nil {
			return Decision{Rule: first.Name, Sure: true, Why: Textf("rule %q wants an approval by %s, and there is nobody: give the service an owner or an on-call in the inventory, or ask for another rule",
				"规则 %q 要求由 %s 审批,但没有对应人员:请在资产清单中补充服务的负责组或值班人,或调整规则", first.Name, first.Approvals.Text())}, nil
		}
	}
	return Decision{
		Allow: true, Sure: sure, Rule: first.Name, Need: need, RunExpiry: first.RunExpiry,
		Why: Textf("rule %q allows it", "规则 %q 允许", first.Name),
	}, nil
}

// frozen returns the freeze that stops the change for the longest time, or nil, and whether a plan could bring another.
func (p Policy) frozen(f Facts) (*FreezeHit, bool, error) {
	sure := true
	var worst *FreezeHit
	for _, z := range p.Freezes {
		until, on := z.Window.Until(f.Now)
		if !on {
			continue
		}
		t, err := holds(z.When, f)
		if err != nil {
			return nil, false, err
		}
		sure = sure && t != Unknown
		if t != Yes {
			continue
		}
		broken := f.Request.BreakGlass != "" && slices.ContainsFunc(z.BreakGlass, f.Request.By.Is)
		n := &FreezeHit{Name: z.Name, Why: z.Why, Until: until, Refuse: z.Refuse, Broken: broken, Glass: z.BreakGlass}
		if worst == nil || n.stronger(worst) {
			worst = n
		}
	}
	return worst, sure, nil
}

func (z *FreezeHit) stronger(o *FreezeHit) bool {
	if z.Broken != o.Broken {
		return o.Broken
	}
	if z.Refuse != o.Refuse {
		return z.Refuse
	}
	return z.Until.After(o.Until)
}

func holds(c Condition, f Facts) (Truth, error) {
	if c == nil {
		return Yes, nil
	}
	return c.Holds(f)
}

// resolve replaces the selectors owner and oncall by the groups and people they stand for.
func (n *Need) resolve(f Facts) *Need {
	if n == nil {
		return nil
	}
	out := *n
	out.From = nil
	for _, s := range n.From {
		switch s {
		case "owner":
			for _, g := range f.Owners {
				if g != Nobody {
					out.From = append(out.From, "group:"+g)
				}
			}
		case "oncall":
			for _, id := range f.OnCall {
				out.From = append(out.From, "person:"+id)
			}
		default:
			out.From = append(out.From, s)
		}
	}
	out.Or = nil
	for _, o := range n.Or {
		out.Or = append(out.Or, *o.resolve(f))
	}
	return &out
}
