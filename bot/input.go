package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"orderly.example/ops"
)

// Input is one thing that a form asks for, without how it is drawn.
type Input struct {
	Name     string // of the parameter, or of a flag: FieldReason, FieldAt, FieldPlan
	Label    ops.Text
	Hint     ops.Text // how a value is written
	Kind     InputKind
	Options  []string // of a choice
	Value    string   // what is known so far
	Required bool
	Error    ops.Text // what is wrong with Value
}

// InputKind says how an input is best drawn.
type InputKind string

// The kinds of inputs.
const (
	InputText   InputKind = "text"
	InputLong   InputKind = "long"   // text of several lines
	InputNumber InputKind = "number" // a whole number
	InputChoice InputKind = "choice" // one of Options
	InputSearch InputKind = "search" // a choice whose options depend on the other values: ask Desk.Suggest
)

// Names of the inputs that every form has beside its parameters.
const (
	FieldReason = "flag_reason"
	FieldAt     = "flag_at"
	FieldPlan   = "flag_plan"
)

// Inputs are what the form asks for, in order.
func (f Form) Inputs() []Input {
	out := make([]Input, 0, len(f.Fields)+3)
	for _, x := range f.Fields {
		out = append(out, x.input())
	}
	plan := ""
	if f.Request.DryRun {
		plan = "yes"
	}
	return append(out,
		Input{Name: FieldReason, Label: say("reason", "原因"), Hint: say("why it is done; it stays in the record", "变更原因,会留在记录中"), Kind: InputLong, Value: f.Request.Reason},
		Input{Name: FieldAt, Label: say("start at", "开始时间"), Hint: say("such as 20:00 or +30m; empty: now", "例如 20:00 或 +30m;留空表示立即"), Kind: InputText, Value: cmp.Or(f.At, at(f.Request.At))},
		Input{Name: FieldPlan, Label: say("only plan", "仅生成预案"), Hint: say("yes: only show what would happen", "yes:只展示将要发生的变化"), Kind: InputChoice, Options: []string{"yes", "no"}, Value: plan},
	)
}

func (x Field) input() Input {
	in := Input{Name: x.Param.Name, Label: x.Param.Help, Hint: hint(x.Param), Kind: InputText, Options: x.Options, Value: x.Value, Required: x.Param.Required && x.Param.Default == "", Error: x.Error}
	if x.Param.Secret() {
		in.Value = "" // it is typed again, and not its mask sent back
	}
	if in.Value == "" {
		in.Value = x.Param.Default
	}
	switch {
	case x.Param.OptionsFrom != "" || x.Param.Kind == ops.KindUser || targets(x.Param):
		in.Kind = InputSearch
	case len(x.Options) > 0 || x.Param.Kind == ops.KindBool:
		in.Kind = InputChoice
		if len(in.Options) == 0 {
			in.Options = []string{"true", "false"}
		}
	case x.Param.Kind == ops.KindInt:
		in.Kind = InputNumber
	}
	return in
}

// targets says whether the parameter names places of the inventory.
func targets(p ops.Param) bool { return p.Kind == ops.KindTarget || p.Kind == ops.KindTargets }

// hint says what the parameter takes, without the brackets that stand around it in a help text.
func hint(p ops.Param) ops.Text {
	l := limits(p)
	return ops.Text{En: strings.Trim(l.En, " ()"), Zh: strings.Trim(l.Zh, " ()")}
}

// maxSuggestions bounds how many values are offered at once.
const maxSuggestions = 100

// Suggest offers the values that an input of a form could take, given the other values, by what was typed so far.
func (d *Desk) Suggest(ctx context.Context, operation, name, typed string, values map[string]string) ([]string, error) {
	op, err := d.Operation(operation)
	if err != nil {
		return nil, err
	}
	p, ok := op.Param(name)
	if !ok {
		return nil, ops.Errorf(ops.NotFound, "%s has no parameter %q", "%s 没有参数 %q", op.Name, neutral(name))
	}
	known, _ := d.checkParams(ctx, op, values)
	typed = strings.ToLower(narrow(tidy(typed)))
	var out []string
	if _, err := p.Canonical(typed); err == nil && targets(p) && strings.Contains(typed, ":") {
		out = append(out, typed) // one that leaves out its cluster, for example, or a pattern
	}
	for _, o := range d.choices(ctx, p, known) {
		if strings.Contains(strings.ToLower(o), typed) && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return front(b, typed) - front(a, typed) })
	return out[:min(len(out), maxSuggestions)], nil
}

// front is 1 for a value that begins with what was typed: it is offered first.
func front(option, typed string) int {
	if strings.HasPrefix(strings.ToLower(option), typed) {
		return 1
	}
	return 0
}

// Filled does what a filled-in form asks for. An error together with an Outcome.Form says what is wrong with the values.
func (d *Desk) Filled(ctx context.Context, who Speaker, operation string, values map[string]string, key string) (Outcome, error) {
	c, err := d.filled(operation, values)
	if err != nil {
		return Outcome{}, err
	}
	return d.sayRequest(ctx, who, c, key)
}

// CheckFilled says what is wrong with the values of a form before it is taken: by field, with the texts to show there.
// What the policy is sure to deny is said at the reason.
func (d *Desk) CheckFilled(ctx context.Context, who Speaker, operation string, values map[string]string) (map[string]ops.Text, error) {
	c, err := d.filled(operation, values)
	if err != nil {
		return nil, err
	}
	c.Request.By, c.Request.From, c.Request.Key = who.User, who.Origin, "form" // nothing is started with it
	form, err := d.Fill(ctx, c.Request)
	if err != nil {
		return nil, err
	}
	wrong := map[string]ops.Text{}
	for _, x := range form.Asked() {
		if wrong[x.Param.Name] = x.Error; x.Error.IsZero() {
			wrong[x.Param.Name] = say("fill this in", "请填写")
		}
	}
	if c.At != "" {
		if _, err := StartTime(c.At, d.now(), d.now().Location()); err != nil {
			wrong[FieldAt] = ops.TextOf(err)
		}
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	op, r, err := d.checked(ctx, c.Request)
	if err == nil {
		err = d.allowed(ctx, op, r)
	}
	if err != nil {
		wrong[FieldReason] = ops.TextOf(err)
	}
	return wrong, nil
}

// Refill is a form as somebody has filled it in, to be drawn once more beside what is wrong with it.
func (d *Desk) Refill(ctx context.Context, operation string, values map[string]string) (Form, error) {
	c, err := d.filled(operation, values)
	if err != nil {
		return Form{}, err
	}
	form, err := d.Fill(ctx, c.Request)
	if err != nil {
		return Form{}, err
	}
	form.At = c.At
	for i, x := range form.Fields {
		form.Fields[i].Options = d.choices(ctx, x.Param, c.Request.Params)
	}
	return form, nil
}

// filled is the command that the values of a form mean.
func (d *Desk) filled(operation string, values map[string]string) (Command, error) {
	op, err := d.Operation(operation)
	if err != nil {
		return Command{}, err
	}
	c := Command{Kind: CommandRequest, Operation: op, Request: ops.Request{Operation: op.Name, Params: map[string]string{}}}
	for name, v := range values {
		switch v = strings.TrimSpace(v); {
		case v == "":
		case name == FieldReason:
			c.Request.Reason = v
		case name == FieldAt:
			c.At = v
		case name == FieldPlan:
			c.Request.DryRun = v == "yes"
		default:
			c.Request.Params[name] = v
		}
	}
	return c, nil
}
