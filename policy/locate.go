package policy

import (
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// locate finds the place in the file of a place in a condition. Quoting, folding and indenting move characters about
// but keep their order, so the n-th visible character of the condition is the n-th visible one behind its start.
func (r *reader) locate(n ast.Node, condition string, line, column int) (int, int) {
	start := n.GetToken().Position
	atLine, atColumn := start.Line, start.Column
	if lit, ok := n.(*ast.LiteralNode); ok {
		atLine, atColumn = lit.Start.Position.Line+1, 1
	} else if t := n.GetToken().Type; t == token.DoubleQuoteType || t == token.SingleQuoteType {
		atColumn++
	}
	left := visible(upTo(condition, line, column))
	for i := atLine; i <= len(r.lines); i++ {
		runes := []rune(r.lines[i-1])
		for j := atColumn - 1; j < len(runes); j++ {
			if unicode.IsSpace(runes[j]) {
				continue
			}
			if left == 0 {
				return i, j + 1
			}
			left--
		}
		atColumn = 1
	}
	return start.Line, start.Column
}

// upTo is the text before a line (from 1) and column (from 0).
func upTo(text string, line, column int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	last := []rune(lines[line-1])
	return strings.Join(lines[:line-1], "") + string(last[:min(max(column, 0), len(last))])
}

func visible(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
