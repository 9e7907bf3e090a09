package bot

import (
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// Every text that a person sees exists in both languages: each literal of ops.Text, ops.Textf, ops.Errorf and
// Section.add in this package.
func TestEveryTextHasBothLanguages(t *testing.T) {
	files := gotoken.NewFileSet()
	packages, err := goparser.ParseDir(files, ".", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		for name, f := range p.Files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				en, zh, found := texts(n)
				if found && !bilingual(en, zh) {
					t.Errorf("%s: %q and %q", files.Position(n.Pos()), en, zh)
				}
				return true
			})
		}
	}
}

// texts finds the two languages in a call of Textf or Errorf, or in a literal with the keys En and Zh.
func texts(n ast.Node) (en, zh string, found bool) {
	switch x := n.(type) {
	case *ast.CallExpr:
		if i, isIdent := x.Fun.(*ast.Ident); isIdent && i.Name == "say" && len(x.Args) >= 2 {
			_, handedOn := x.Args[0].(*ast.Ident)
			return literal(x.Args[0]), literal(x.Args[1]), !handedOn
		}
		s, ok := x.Fun.(*ast.SelectorExpr)
		if !ok || len(x.Args) < 2 {
			return "", "", false
		}
		args, of := x.Args, ""
		if i, isIdent := s.X.(*ast.Ident); isIdent {
			of = i.Name
		}
		switch of + "." + s.Sel.Name {
		case "ops.Errorf":
			args = args[1:]
		case "ops.Textf", "out.add":
		default:
			return "", "", false
		}
		if _, isIdent := args[0].(*ast.Ident); isIdent {
			return "", "", false // handed on; checked where it is written
		}
		return literal(args[0]), literal(args[1]), true
	case *ast.CompositeLit:
		if s, ok := x.Type.(*ast.SelectorExpr); !ok || s.Sel.Name != "Text" || len(x.Elts) == 0 {
			return "", "", false
		}
		for _, e := range x.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				return "", "", true
			}
			lit, isLit := kv.Value.(*ast.BasicLit)
			if !isLit {
				return "", "", false
			}
			if kv.Key.(*ast.Ident).Name == "En" {
				en = literal(lit)
			} else {
				zh = literal(lit)
			}
		}
		return en, zh, true
	}
	return "", "", false
}

func literal(e ast.Expr) string {
	if l, ok := e.(*ast.BasicLit); ok {
		s, _ := strconv.Unquote(l.Value)
		return s
	}
	return ""
}

// bilingual says whether both are there, and the second is Chinese where the first has words.
func bilingual(en, zh string) bool {
	words := strings.ContainsFunc(strings.NewReplacer("%s", "", "%q", "", "%d", "", "%v", "").Replace(en), unicode.IsLetter)
	return en != "" && zh != "" && (!words || strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }))
}
