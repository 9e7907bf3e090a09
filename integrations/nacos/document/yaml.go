package document

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// entry is one value in a YAML text. Its lines are counted from 0.
type entry struct {
	path   string
	node   ast.Node // the value
	key    *token.Token
	colon  *token.Token
	parent *entry
	flow   bool // somewhere inside of [ ] or { }
	list   bool // in a list
	all    []*entry
}

func (e *entry) mapping() bool {
	switch e.node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

// yamlTree is what a text holds; its error is about what cannot be worked with.
func yamlTree(text string) (*entry, error) {
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		return nil, err
	}
	root := &entry{}
	switch len(file.Docs) {
	case 0:
		return root, nil
	case 1:
		root.node = file.Docs[0].Body
	default:
		return nil, errors.New("the YAML holds several documents")
	}
	if root.node == nil || root.node.Type() == ast.NullType {
		return root, nil
	}
	if !root.mapping() {
		return nil, errors.New("the YAML is no mapping")
	}
	return root, root.fill()
}

// fill reads what is below an entry.
func (e *entry) fill() error {
	switch n := e.node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if err := e.member(v, e.flow || n.IsFlowStyle); err != nil {
				return err
			}
		}
	case *ast.MappingValueNode:
		return e.member(n, e.flow || n.IsFlowStyle)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			child := &entry{path: e.path + "[" + strconv.Itoa(i) + "]", node: v, parent: e, flow: e.flow || n.IsFlowStyle, list: true}
			e.all = append(e.all, child)
			if err := child.fill(); err != nil {
				return err
			}
		}
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode, *ast.LiteralNode, nil:
	default:
		return fmt.Errorf("the YAML holds a %s", e.node.Type())
	}
	return nil
}

func (e *entry) member(v *ast.MappingValueNode, flow bool) error {
	if v.Key.Type() == ast.MergeKeyType {
		return errors.New("the YAML holds a merge key")
	}
	key, err := scalar(v.Key)
	if err != nil {
		return err
	}
	child := &entry{path: joined(e.path, key), node: v.Value, key: v.Key.GetToken(), colon: v.Start, parent: e, flow: flow}
	e.all = append(e.all, child)
	return child.fill()
}

// scalar is the text of a value that holds no others.
func scalar(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.NullNode, nil:
		return "", nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, nil
	}
	return "", fmt.Errorf("the YAML holds a %s", n.Type())
}

func (e *entry) each(do func(*entry) error) error {
	if e.parent != nil {
		if err := do(e); err != nil {
			return err
		}
	}
	for _, c := range e.all {
		if err := c.each(do); err != nil {
			return err
		}
	}
	return nil
}

func yamlValues(text string) (map[string]string, error) {
	root, err := yamlTree(text)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	return out, root.each(func(e *entry) error {
		if len(e.all) > 0 {
			return nil
		}
		switch n := e.node.(type) {
		case *ast.MappingNode:
			out[e.path] = "{}"
		case *ast.SequenceNode:
			out[e.path] = "[]"
		default:
			said, err := scalar(n)
			out[e.path] = said
			return err
		}
		return nil
	})
}

func (e *entry) find(path string) *entry {
	var out *entry
	_ = e.each(func(c *entry) error { // what is done here cannot fail
		if c.path == path {
			out = c
		}
		return nil
	})
	return out
}

// yamlText writes a value: as it stands where it reads as itself, otherwise in quotes.
func yamlText(value string, quoted bool) string {
	if !quoted && value != "" && !strings.ContainsAny(value, "\n\r\t") {
		if got, err := yamlValues("k: " + value); err == nil && len(got) == 1 && got["k"] == value {
			return value
		}
	}
	return jsonText(value, true) // a string of JSON is one of YAML
}

func yamlSet(text, key, value string) (string, error) {
	root, err := yamlTree(text)
	if err != nil {
		return "", err
	}
	e := root.find(key)
	if e == nil {
		return yamlAdd(text, root, key, value)
	}
	if len(e.all) > 0 {
		return "", errNotHere
	}
	lines := strings.SplitAfter(text, "\n")
	at, quoted := e.node.GetToken(), false
	switch n := e.node.(type) {
	case *ast.StringNode:
		quoted = n.Token.Type == token.DoubleQuoteType || n.Token.Type == token.SingleQuoteType
	case *ast.NullNode:
		if e.colon != nil && (at.Value == "" || at.Position.Line != e.colon.Position.Line || at.Type != token.NullType) {
			return after(lines, e.colon, " "+yamlText(value, false)), nil
		}
	case *ast.LiteralNode, *ast.MappingNode, *ast.SequenceNode:
		return "", errNotHere
	}
	return instead(lines, at, quoted, yamlText(value, quoted))
}

// after puts something behind a token of one sign.
func after(lines []string, at *token.Token, what string) string {
	line := []rune(lines[at.Position.Line-1])
	i := min(at.Position.Column, len(line))
	lines[at.Position.Line-1] = string(line[:i]) + what + string(line[i:])
	return strings.Join(lines, "")
}

// instead puts something in the place of a value that stands in one line.
func instead(lines []string, at *token.Token, quoted bool, what string) (string, error) {
	line := []rune(lines[at.Position.Line-1])
	from := at.Position.Column - 1
	if from < 0 || from >= len(line) {
		return "", errNotHere
	}
	to := from + len([]rune(strings.TrimSpace(at.Value)))
	if quoted {
		to = closing(line, from) + 1
	}
	if to <= from || to > len(line) {
		return "", errNotHere
	}
	lines[at.Position.Line-1] = string(line[:from]) + what + string(line[to:])
	return strings.Join(lines, ""), nil
}

// closing is where the quotes that open at a place are closed; -1 when they are not in the line.
func closing(line []rune, from int) int {
	for i := from + 1; i < len(line); i++ {
		switch {
		case line[from] == '"' && line[i] == '\\':
			i++
		case line[i] != line[from]:
		case line[from] == '\'' && i+1 < len(line) && line[i+1] == '\'':
			i++
		default:
			return i
		}
	}
	return -1
}

// yamlAdd puts a new key behind the last one of the deepest mapping that it belongs to.
func yamlAdd(text string, root *entry, key, value string) (string, error) {
	home := root
	_ = root.each(func(e *entry) error {
		if e.mapping() && strings.HasPrefix(key, e.path+".") && len(e.path) >= len(home.path) {
			home = e
		}
		return nil
	})
	names := strings.Split(strings.TrimPrefix(strings.TrimPrefix(key, home.path), "."), ".")
	lines, indent, behind := strings.SplitAfter(text, "\n"), "", len(strings.SplitAfter(text, "\n"))
	if n := len(home.all); n > 0 {
		last := home.all[n-1]
		if last.flow || last.key == nil {
			return "", errNotHere
		}
		indent = strings.Repeat(" ", last.key.Position.Column-1)
		_, behind = extent(lines, last)
	} else if home != root {
		return "", errNotHere
	}
	nl := newline(text)
	var added strings.Builder
	for i, name := range names {
		added.WriteString(indent + strings.Repeat("  ", i) + yamlText(name, false) + ":")
		if i == len(names)-1 {
			added.WriteString(" " + yamlText(value, false))
		}
		added.WriteString(nl)
	}
	before := strings.Join(lines[:behind], "")
	if before != "" && !strings.HasSuffix(before, "\n") {
		return before + nl + strings.TrimSuffix(added.String(), nl), nil
	}
	return before + added.String() + strings.Join(lines[behind:], ""), nil
}

// extent is the lines of a member of a block mapping, [from, to), without the empty lines and comments behind it.
func extent(lines []string, e *entry) (from, to int) {
	from = e.key.Position.Line - 1
	column := e.key.Position.Column - 1
	to = from + 1
	for i := from + 1; i < len(lines); i++ {
		body := strings.TrimLeft(lines[i], " ")
		depth := len(lines[i]) - len(body)
		switch {
		case strings.TrimSpace(body) == "" || depth <= column && strings.HasPrefix(body, "#"):
		case depth > column || depth == column && (strings.HasPrefix(body, "- ") || strings.TrimSpace(body) == "-"):
			to = i + 1
		default:
			return from, to
		}
	}
	return from, to
}

func yamlRemove(text, key string) (string, error) {
	root, err := yamlTree(text)
	if err != nil {
		return "", err
	}
	e := root.find(key)
	for e != nil && e.parent.parent != nil && len(e.parent.all) == 1 {
		e = e.parent // a mapping that would be empty goes as well
	}
	if e == nil || e.flow || e.key == nil {
		return "", errNotHere
	}
	lines := strings.SplitAfter(text, "\n")
	from, to := extent(lines, e)
	return strings.Join(lines[:from], "") + strings.Join(lines[to:], ""), nil
}
