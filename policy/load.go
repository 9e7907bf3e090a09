package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"orderly.example/ops"
)

// File is a policy file that was read without a mistake.
type File struct {
	Name     string
	Policy   ops.Policy
	Examples []Example
}

// Bounds of a policy file.
const (
	maxText  = 1 << 20 // bytes
	maxRules = 1000
)

// Load reads a policy. Every mistake is reported with file, line and column. When the operations are given, names of
// operations and parameters in conditions are checked against them too.
func Load(text []byte, name string, operations ...ops.Operation) (*File, error) {
	r := &reader{name: name, lines: strings.Split(string(text), "\n")}
	body := r.body(text)
	if body == nil {
		return nil, r.err()
	}
	m := r.mapping(body, "rules", "freezes", "examples")
	f := &File{Name: name}
	l := &loader{reader: r, operations: operations, names: map[string]bool{}}
	for _, n := range r.list(m["rules"]) {
		f.Policy.Rules = append(f.Policy.Rules, l.rule(n))
	}
	for _, n := range r.list(m["freezes"]) {
		f.Policy.Freezes = append(f.Policy.Freezes, l.freeze(n))
	}
	for _, n := range r.list(m["examples"]) {
		f.Examples = append(f.Examples, l.example(n))
	}
	if len(f.Policy.Rules) == 0 || len(f.Policy.Rules) > maxRules {
		r.wrong(body, ops.Textf("rules must hold between 1 and %d rules; without a rule nothing is allowed", "rules 应有 1 到 %d 条规则;没有规则时一切操作均被拒绝", maxRules))
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	f.Policy.Version = hex.EncodeToString(sum[:6])
	return f, nil
}

// body parses the YAML; nil when there is nothing to go on with.
func (r *reader) body(text []byte) ast.Node {
	if len(text) > maxText {
		r.at(1, 1, ops.Textf("the file is larger than %d bytes", "文件超过 %d 字节", maxText))
		return nil
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		line, column, message := 1, 1, err.Error()
		var y yaml.Error
		if errors.As(err, &y) {
			message = y.GetMessage()
			if t := y.GetToken(); t != nil {
				line, column = t.Position.Line, t.Position.Column
			}
		}
		r.at(line, column, ops.Textf("it is not YAML: %s", "YAML 语法有误:%s", message))
		return nil
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		r.at(1, 1, ops.Textf("the file must hold one document with the key rules", "文件应包含一个带有 rules 的文档"))
		return nil
	}
	return file.Docs[0].Body
}

// loader turns nodes into rules, freezes and examples.
type loader struct {
	*reader
	operations []ops.Operation
	names      map[string]bool // what was named so far, with its sort before it
}

// named reads a name, which must be there once among its sort.
func (l *loader) named(in ast.Node, m map[string]ast.Node, sort string) string {
	name := l.required(in, m, "name")
	if key := sort + "/" + name; name != "" {
		if l.names[key] {
			l.wrong(m["name"], ops.Textf("the name %q is there twice; an audit must tell them apart", "名称 %q 重复;审计需要能够区分", name))
		}
		l.names[key] = true
	}
	return name
}
