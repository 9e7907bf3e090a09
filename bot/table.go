package bot

import (
	"strings"
	"unicode"

	"orderly.example/ops"
)

const (
	maxRows = 50 // of a table in a message
	maxCell = 80 // columns on the screen
)

// table draws rows under their columns, aligned for a font in which a Chinese character is as wide as two letters.
func table(columns []ops.Text, rows [][]string, lang string) string {
	var all [][]string
	if len(columns) > 0 {
		head := make([]string, len(columns))
		for i, c := range columns {
			head[i] = neutral(c.In(lang))
		}
		all = append(all, head)
	}
	for _, r := range rows[:min(len(rows), maxRows)] {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = cut(neutral(c))
		}
		all = append(all, cells)
	}
	var widths []int
	for _, r := range all {
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Width(c))
		}
	}
	lines := make([]string, len(all))
	for i, r := range all {
		lines[i] = strings.TrimRight("  "+join(r, widths), " ")
	}
	if len(rows) > maxRows {
		lines = append(lines, ops.Textf("  … and %d more rows", "  …… 另有 %d 行", len(rows)-maxRows).In(lang))
	}
	return strings.Join(lines, "\n")
}

func join(cells []string, widths []int) string {
	var b strings.Builder
	for i, c := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(c + strings.Repeat(" ", widths[i]-Width(c)))
	}
	return b.String()
}

// cut shortens a cell that is too wide.
func cut(s string) string {
	if Width(s) <= maxCell {
		return s
	}
	w := 0
	for i, r := range s {
		if w += Width(string(r)); w > maxCell-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// wide are the characters that take two columns on a screen.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115F, Stride: 1},
		{Lo: 0x2E80, Hi: 0x303E, Stride: 1},
		{Lo: 0x3041, Hi: 0x33FF, Stride: 1},
		{Lo: 0x3400, Hi: 0x4DBF, Stride: 1},
		{Lo: 0x4E00, Hi: 0x9FFF, Stride: 1},
		{Lo: 0xA000, Hi: 0xA4CF, Stride: 1},
		{Lo: 0xAC00, Hi: 0xD7A3, Stride: 1},
		{Lo: 0xF900, Hi: 0xFAFF, Stride: 1},
		{Lo: 0xFE30, Hi: 0xFE6F, Stride: 1},
		{Lo: 0xFF00, Hi: 0xFF60, Stride: 1},
		{Lo: 0xFFE0, Hi: 0xFFE6, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x1F300, Hi: 0x1F64F, Stride: 1}, {Lo: 0x1F900, Hi: 0x1F9FF, Stride: 1}, {Lo: 0x20000, Hi: 0x3FFFD, Stride: 1}},
}

// Width is how many columns a text takes on a screen.
func Width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
		case unicode.Is(wide, r):
			n += 2
		default:
			n++
		}
	}
	return n
}
