package policy

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"orderly.example/ops"
)

// reader takes a YAML document apart, strictly. It goes on after a mistake, so that a person sees all of them at once.
type reader struct {
	name     string
	lines    []string // of the text, for the columns of conditions
	problems []ops.Text
}

// maxProblems bounds how many mistakes are reported.
const maxProblems = 20

// wrong records a mistake at a node.
func (r *reader) wrong(n ast.Node, why ops.Text) {
	p := n.GetToken().Position
	r.at(p.Line, p.Column, why)
}

func (r *reader) at(line, column int, why ops.Text) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, ops.Textf("%s:%d:%d: %s", "%s:%d:%d:%s", r.name, line, column, why))
	}
}

// err makes one error of all mistakes.
func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return ops.Errorf(ops.Invalid, "%s", "%s", ops.JoinTexts(r.problems, ops.Plain("\n")))
}

// mapping returns the values of a mapping by key. Unknown and repeated keys are mistakes.
func (r *reader) mapping(n ast.Node, keys ...string) map[string]ast.Node {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.wrong(n, ops.Textf("here must be a mapping with the keys %s", "此处应为包含 %s 的映射", strings.Join(keys, ", ")))
		return nil
	}
	out := map[string]ast.Node{}
	for _, v := range m.Values {
		key := v.Key.GetToken().Value
		if !slices.Contains(keys, key) {
			r.wrong(v.Key, ops.Textf("unknown key %q%s; the keys here are %s", "未知的键 %q%s;此处可用的键为 %s", key, ops.DidYouMean(key, keys), strings.Join(keys, ", ")))
			continue
		}
		if _, twice := out[key]; twice {
			r.wrong(v.Key, ops.Textf("the key %q is there twice", "键 %q 重复", key))
		}
		out[key] = v.Value
	}
	return out
}

// list returns the items of a list; a missing list is empty.
func (r *reader) list(n ast.Node) []ast.Node {
	if n == nil || n.Type() == ast.NullType {
		return nil
	}
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.wrong(n, ops.Textf("here must be a list", "此处应为列表"))
		return nil
	}
	return s.Values
}

// text returns a scalar as it was written; a missing one is empty.
func (r *reader) text(n ast.Node) string {
	switch v := n.(type) {
	case nil:
		return ""
	case *ast.NullNode:
		return ""
	case *ast.StringNode:
		return v.Value
	case *ast.LiteralNode:
		return v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return v.GetToken().Value
	}
	if s, ok := glued(n); ok {
		return s
	}
	r.wrong(n, ops.Textf("here must be a text", "此处应为文本"))
	return ""
}

// glued reads group:sre, which the parser takes for a mapping where it stands in a list inside of braces.
func glued(n ast.Node) (string, bool) {
	var v *ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingValueNode:
		v = m
	case *ast.MappingNode:
		if len(m.Values) != 1 {
			return "", false
		}
		v = m.Values[0]
	default:
		return "", false
	}
	key, value := v.Key.GetToken(), v.Value.GetToken()
	near := key.Position.Line == value.Position.Line && value.Position.Column == key.Position.Column+len([]rune(key.Value))+1
	return key.Value + ":" + value.Value, near
}

// required is a text that must be there.
func (r *reader) required(in ast.Node, m map[string]ast.Node, key string) string {
	s := r.text(m[key])
	if s == "" && m != nil {
		r.wrong(in, ops.Textf("%s is missing", "缺少 %s", key))
	}
	return s
}

// texts returns a list of scalars; one scalar alone is a list of one.
func (r *reader) texts(n ast.Node) []string {
	if _, ok := n.(*ast.SequenceNode); !ok && n != nil {
		if s := r.text(n); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for _, v := range r.list(n) {
		out = append(out, r.text(v))
	}
	return out
}

// bilingual returns a text in both languages; both are needed, because half of the readers know only one.
func (r *reader) bilingual(n ast.Node) ops.Text {
	m := r.mapping(n, "en", "zh")
	return ops.Text{En: r.required(n, m, "en"), Zh: r.required(n, m, "zh")}
}

// duration returns a positive duration; a missing one is 0.
func (r *reader) duration(n ast.Node) time.Duration {
	s := r.text(n)
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		r.wrong(n, ops.Textf("%q is not a duration; write it like 30m or 4h", "%q 不是时长,请写成 30m 或 4h", s))
	}
	return d
}

// number returns a whole number; a missing one is 0.
func (r *reader) number(n ast.Node) int {
	s := r.text(n)
	if s == "" {
		return 0
	}
	i, err := strconv.Atoi(s)
	if err != nil {
		r.wrong(n, ops.Textf("%q is not a whole number", "%q 不是整数", s))
	}
	return i
}

// flag returns true or false; a missing one is false.
func (r *reader) flag(n ast.Node) bool {
	s := r.text(n)
	if s != "" && s != "true" && s != "false" {
		r.wrong(n, ops.Textf("%q is neither true nor false", "%q 应为 true 或 false", s))
	}
	return s == "true"
}

// moment returns a time with its zone.
func (r *reader) moment(n ast.Node) time.Time {
	s := r.text(n)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		r.wrong(n, ops.Textf("%q is not a time; write it like 2026-11-24T09:30:00+08:00", "%q 不是时间,请写成 2026-11-24T09:30:00+08:00", s))
	}
	return t
}
