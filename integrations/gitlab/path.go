package gitlab

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"orderly.example/ops"
)

// part is one part of a path into a document: a key, and which item of the list under it.
type part struct {
	key   string
	item  int    // -1: no list
	name  string // not empty: the item whose name is value
	value string
}

// parsePath reads a path such as images[name=registry.example/cart].newTag.
func parsePath(s string) ([]part, error) {
	wrong := ops.Errorf(ops.Invalid, "%q is no field of a document; write it like image.tag, images[name=cart].newTag or spec.template.spec.containers[0].image", "%q 不是文档字段;请写成 image.tag、images[name=cart].newTag 或 spec.template.spec.containers[0].image", s)
	var out []part
	for rest := s; ; {
		p := part{item: -1}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		p.key, rest = rest[:end], rest[end:]
		if strings.HasPrefix(rest, "[") {
			inside, after, ok := strings.Cut(rest[1:], "]")
			name, value, named := strings.Cut(inside, "=")
			n, err := strconv.Atoi(inside)
			switch {
			case !ok || named && (name == "" || value == "") || !named && (err != nil || n < 0):
				return nil, wrong
			case named:
				p.name, p.value = name, value
			default:
				p.item = n
			}
			rest = after
		}
		if p.key == "" {
			return nil, wrong
		}
		out = append(out, p)
		if rest == "" {
			return out, nil
		}
		if !strings.HasPrefix(rest, ".") {
			return nil, wrong
		}
		rest = rest[1:]
	}
}

// step goes one part into a document; nil when it is not there.
func (p part) step(n ast.Node) ast.Node {
	out := under(n, p.key)
	if p.item < 0 && p.name == "" {
		return out
	}
	list, ok := out.(*ast.SequenceNode)
	if !ok {
		return nil
	}
	for i, item := range list.Values {
		if i == p.item || p.name != "" && text(under(item, p.name)) == p.value {
			return bare(item)
		}
	}
	return nil
}

// under is what stands under a key of a mapping; nil when there is none.
func under(n ast.Node, key string) ast.Node {
	m, ok := bare(n).(ast.MapNode)
	if !ok {
		return nil
	}
	for i := m.MapRange(); i.Next(); {
		if k := i.Key().GetToken(); k != nil && k.Value == key {
			return bare(i.Value())
		}
	}
	return nil
}

// bare is a node without its anchor or tag.
func bare(n ast.Node) ast.Node {
	for {
		switch v := n.(type) {
		case *ast.AnchorNode:
			n = v.Value
		case *ast.TagNode:
			n = v.Value
		default:
			return n
		}
	}
}

// text is a scalar as it is written, without quotes; empty for everything else.
func text(n ast.Node) string {
	switch n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	return ""
}
