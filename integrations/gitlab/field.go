package gitlab

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"orderly.example/ops"
)

// field is where an image is written in a file, and which.
type field struct {
	raw   string
	where string // for people
	node  ast.Node
	whole bool   // the field holds the whole reference and not only the tag
	repo  string // of the image, where the field has only the tag
	image string
}

// findField finds the image in a file that may hold several documents.
func findField(raw string, g ops.GitPlace) (f *field, err error) {
	where := g.Field + " of " + g.File
	defer func() {
		if r := recover(); r != nil { // the parser over a strange document
			f, err = nil, ops.Errorf(ops.Invalid, "%s cannot be read as YAML; repair it in %s", "%s 无法作为 YAML 读取;请在 %s 中修复", g.File, g.Project)
		}
	}()
	path, err := parsePath(g.Field)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes([]byte(raw), parser.ParseComments)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%s cannot be read as YAML; repair it in %s", "%s 无法作为 YAML 读取;请在 %s 中修复", g.File, g.Project).Because(err)
	}
	for _, doc := range file.Docs {
		parent, at := ast.Node(nil), bare(doc.Body)
		for _, p := range path {
			if at == nil {
				break
			}
			parent, at = at, p.step(at)
		}
		if at == nil {
			continue
		}
		if f != nil {
			return nil, ops.Errorf(ops.Invalid, "%s is there in several documents of the file; give the service a file of its own", "%s 在该文件的多个文档中出现;请为该服务使用单独的文件", where)
		}
		f = &field{raw: raw, where: where, node: at, whole: path[len(path)-1].key == "image"}
		if err := f.read(parent, g); err != nil {
			return nil, err
		}
	}
	if f == nil {
		return nil, ops.Errorf(ops.NotFound, "%s has no field %s; check git.field in the inventory", "%s 中没有字段 %s;请检查资产清单中的 git.field", g.File, g.Field)
	}
	return f, nil
}

// read finds out which image is written.
func (f *field) read(parent ast.Node, g ops.GitPlace) error {
	value := text(f.node)
	if value == "" || f.node.GetToken().Position == nil {
		return ops.Errorf(ops.Invalid, "%s holds no version in one line; write one there by hand first", "%s 中没有单行的版本值;请先手工填写", f.where)
	}
	if f.whole {
		f.image = value
		return nil
	}
	if text(under(parent, "digest")) != "" {
		return ops.Errorf(ops.Invalid, "beside %s stands a digest, which holds instead of the tag; remove it there", "%s 旁的 digest 会优先于标签;请将其删除", f.where)
	}
	f.repo = cmp.Or(g.Image, text(under(parent, "repository")), text(under(parent, "newName")), text(under(parent, "name")))
	if r := text(under(parent, "registry")); r != "" && g.Image == "" {
		f.repo = r + "/" + f.repo
	}
	if f.repo == "" {
		return ops.Errorf(ops.Invalid, "%s holds only a tag, and no repository stands beside it; name it as git.image in the inventory", "%s 中只有标签,旁边没有镜像仓库;请在资产清单的 git.image 中填写", f.where)
	}
	f.image = f.repo + ":" + value
	return nil
}

// with is the file with another image, in which everything else is as it was.
func (f *field) with(image string, g ops.GitPlace) (string, error) {
	value := image
	if !f.whole {
		var ok bool
		if value, ok = strings.CutPrefix(image, f.repo+":"); !ok {
			return "", ops.Errorf(ops.Invalid, "%s holds only the tag of %s, and %s is another image; change the repository there by hand first", "%s 中只有 %s 的标签,而 %s 是另一镜像;请先手工修改其镜像仓库", f.where, f.repo, image)
		}
	}
	t := f.node.GetToken()
	was := written(t.Type, t.Value)
	lines := strings.Split(f.raw, "\n")
	line := []rune(lines[t.Position.Line-1])
	head, tail := string(line[:min(t.Position.Column-1, len(line))]), string(line[min(t.Position.Column-1, len(line)):])
	rest, ok := strings.CutPrefix(tail, was)
	if !ok {
		return "", ops.Errorf(ops.Invalid, "%s is written in a way that is not changed here; write it in one line without escapes", "%s 的写法无法在此修改;请改为单行且不含转义", f.where)
	}
	kind := t.Type
	if !plain.MatchString(value) || meaning[strings.ToLower(value)] {
		kind = cmp.Or(quoted(kind), token.DoubleQuoteType)
	}
	lines[t.Position.Line-1] = head + written(kind, value) + rest
	out := strings.Join(lines, "\n")
	if now, err := findField(out, g); err != nil || now.image != image {
		return "", ops.Errorf(ops.Invalid, "%s cannot be changed to %s without changing more; change it by hand", "%s 无法在不影响其他内容的情况下改为 %s;请手工修改", f.where, image).Because(err)
	}
	return out, nil
}

// plain needs no quotes in any kind of YAML: it is no number, no date and no word with a meaning.
var plain = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9._/:@-]*[A-Za-z0-9]|[0-9]+\.[0-9]+\.[0-9A-Za-z][A-Za-z0-9._@:-]*)$`)

var meaning = map[string]bool{"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "null": true}

// quoted is the kind of a value when it is one in quotes.
func quoted(kind token.Type) token.Type {
	if kind == token.SingleQuoteType || kind == token.DoubleQuoteType {
		return kind
	}
	return 0
}

// written is a value as it stands in a file, in the quotes that were there before.
func written(kind token.Type, value string) string {
	switch kind {
	case token.SingleQuoteType:
		return "'" + strings.ReplaceAll(value, "'", "''") + "'"
	case token.DoubleQuoteType:
		return `"` + value + `"`
	}
	return value
}
