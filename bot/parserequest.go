package bot

import (
	"slices"
	"strings"
	"time"

	"orderly.example/ops"
)

// requestParser fills a request of one operation from tokens.
type requestParser struct {
	op    ops.Operation
	out   Command
	loose []token // values without a name
	errs  []*ops.Error
}

// parseRequest reads what follows the name of an operation.
func parseRequest(op ops.Operation, rest []token) (Command, error) {
	p := &requestParser{op: op, out: Command{
		Kind: CommandRequest, Operation: op, Request: ops.Request{Operation: op.Name, Params: map[string]string{}},
	}}
	for i := 0; i < len(rest); {
		t := rest[i]
		if !t.flag && !t.keyed {
			p.loose = append(p.loose, t)
			i++
			continue
		}
		i += p.named(t, rest[i+1:])
	}
	p.positional()
	if p.out.Kind == CommandHelp {
		return Command{Kind: CommandHelp, Operation: op}, nil
	}
	for _, q := range op.Params {
		if q.Required && p.out.Request.Params[q.Name] == "" {
			p.out.Kind = CommandForm
		}
	}
	return p.out, together(p.errs)
}

// named takes a token with a key and says how many tokens it used.
func (p *requestParser) named(t token, next []token) int {
	if q, ok := p.param(t.key); ok {
		v, used := valueOf(t, next, q.Kind == ops.KindBool)
		if used == 0 {
			p.fail(needsValue(q.Name))
			return 1
		}
		p.set(q, v)
		return used
	}
	name, alone, ok := commonFlag(t.key)
	if !ok && t.keyed && !t.flag && p.pair(t) {
		return 1
	}
	if !ok {
		p.fail(p.unknown(t))
		return 1
	}
	if name == flagAt && !t.keyed && len(next) > 1 && isDay(next[0], next[1]) {
		p.common(name, next[0].value+" "+next[1].value)
		return 3
	}
	v, used := valueOf(t, next, alone)
	if used == 0 {
		p.fail(needsValue(string(name)))
		return 1
	}
	p.common(name, v.value)
	return used
}

// pair gives key=value to the parameter that takes pairs, if there is one.
func (p *requestParser) pair(t token) bool {
	i := slices.IndexFunc(p.op.Params, func(q ops.Param) bool { return q.Pairs })
	if i < 0 {
		return false
	}
	name := p.op.Params[i].Name
	p.out.Request.Params[name] = strings.TrimSpace(p.out.Request.Params[name] + " " + ops.Pair{Key: t.key, Value: t.value}.String())
	return true
}

// valueOf finds the value of a named token: its own, or the next token. A switch means true and takes the next token
// only when that can be nothing else than its value. 0 tokens used: there is no value.
func valueOf(t token, next []token, alone bool) (token, int) {
	switch {
	case t.keyed:
		return t, 1
	case alone && (len(next) == 0 || !isBool(next[0])):
		return token{value: "true"}, 1
	case len(next) == 0 || next[0].flag:
		return t, 0
	}
	v := next[0]
	if v.keyed { // --reason a=b: the value only looks like a key
		v.value, v.keyed = v.raw, false
	}
	return v, 2
}

func isBool(t token) bool {
	return t.word() && slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "是", "否"}, strings.ToLower(t.value))
}

// isDay recognises "tomorrow 09:30" and "09:30 tomorrow" after --at.
func isDay(a, b token) bool {
	if !a.word() || !b.word() {
		return false
	}
	_, clock, named := dayOf([]string{strings.ToLower(narrow(a.value)), strings.ToLower(narrow(b.value))})
	return named && clockLook.MatchString(clock)
}

// common sets one of the values that every request has.
func (p *requestParser) common(name flagName, v string) {
	r := &p.out.Request
	switch name {
	case flagReason:
		r.Reason = v
	case flagCron:
		r.Cron = strings.Join(strings.Fields(narrow(v)), " ")
	case flagTZ:
		r.TimeZone = narrow(v)
	case flagBreak:
		r.BreakGlass = v
	case flagAt:
		p.at(v)
	case flagHelp:
		p.out.Kind = CommandHelp
	case flagPlan, flagHold:
		on, err := ops.Param{Name: string(name), Kind: ops.KindBool}.Parse(v)
		if err != nil {
			p.fail(ops.AsError(err))
			return
		}
		if name == flagPlan {
			r.DryRun = on.(bool)
		} else {
			r.Hold = on.(bool)
		}
	}
}

// at sets a start time; one that depends on the clock is left for the desk, which has one.
func (p *requestParser) at(v string) {
	v = strings.TrimSpace(narrow(v))
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		p.out.Request.At, p.out.At = t, ""
		return
	}
	if _, err := readStart(v); err != nil {
		p.fail(ops.AsError(err))
		return
	}
	p.out.At = v
}

// positional gives the values without a name to the parameters that have none yet, in their order. One that does not
// fit a parameter which need not be given is not meant for it.
func (p *requestParser) positional() {
	free := slices.DeleteFunc(slices.Clone(p.op.Params), func(q ops.Param) bool {
		_, taken := p.out.Request.Params[q.Name]
		return taken
	})
	for i, t := range p.loose {
		if i == len(free) || !free[i].Required && !fits(free[i], t) {
			p.fail(ops.Errorf(ops.Invalid, "I do not know what %q is for: %s takes %s; put words of explanation into --reason \"...\"",
				"无法识别 %q:%s 的参数为 %s;说明文字请写在 --reason \"...\" 中", excerpt(raw(p.loose[i:])), p.op.Name, paramNames(p.op)))
			return
		}
		p.set(free[i], t)
	}
}

func fits(q ops.Param, t token) bool {
	_, err := q.Parse(narrow(t.value))
	return err == nil
}

func (p *requestParser) set(q ops.Param, t token) {
	v := t.value
	if narrows(q, t.quoted) {
		v = narrow(v)
	}
	if old, taken := p.out.Request.Params[q.Name]; taken && old != v {
		p.fail(ops.Errorf(ops.Invalid, "it is given twice: %q and %q; give it once", "重复填写:%q 和 %q,请只填一次", shown(q, old), shown(q, v)).At(q.Name))
		return
	}
	p.out.Request.Params[q.Name] = v
}

// narrows says whether full-width characters of a value are slips of the keyboard. In free text they are punctuation.
func narrows(q ops.Param, quoted bool) bool {
	switch q.Kind {
	case ops.KindString:
		return q.Pattern != "" && !quoted
	case ops.KindSecret, ops.KindEnum:
		return !quoted
	}
	return true
}

func (p *requestParser) param(key string) (ops.Param, bool) {
	for _, q := range p.op.Params {
		if paramKey(q.Name) == paramKey(key) {
			return q, true
		}
	}
	return ops.Param{}, false
}

func (p *requestParser) unknown(t token) *ops.Error {
	names := paramNamesOf(p.op)
	for _, f := range commonFlags {
		names = append(names, string(f.name))
	}
	return ops.Errorf(ops.Invalid, "%s has no parameter or flag %q%s; a value that holds = is written in quotes", "%s 没有参数 %q%s;包含 = 的值请加引号",
		p.op.Name, excerpt(t.key), ops.DidYouMean(paramKey(t.key), names))
}

func (p *requestParser) fail(e *ops.Error) { p.errs = append(p.errs, e) }

func paramNamesOf(op ops.Operation) []string {
	out := make([]string, len(op.Params))
	for i, q := range op.Params {
		out[i] = q.Name
	}
	return out
}

func paramNames(op ops.Operation) ops.Text {
	if len(op.Params) == 0 {
		return ops.Text{En: "no values", Zh: "无"}
	}
	return ops.Plain(strings.Join(paramNamesOf(op), ", "))
}
