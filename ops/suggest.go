package ops

import (
	"slices"
	"strings"
)

// DidYouMean returns "; did you mean X?" for the names closest to a mistyped one, and an empty text when none is near.
func DidYouMean(typed string, names []string) Text {
	near := Nearest(typed, names)
	if len(near) == 0 {
		return Text{}
	}
	return Textf("; did you mean %s?", ";您是不是想说 %s?", strings.Join(near, ", "))
}

// Nearest returns up to three of the names that one could have meant, the closest first.
func Nearest(typed string, names []string) []string {
	type candidate struct {
		name string
		d    int
	}
	low := strings.ToLower(typed)
	var found []candidate
	for _, n := range names {
		d := distance(low, strings.ToLower(n))
		limit := max(1, len([]rune(n))/3)
		if d <= limit || (len(low) >= 3 && strings.HasPrefix(strings.ToLower(n), low)) {
			found = append(found, candidate{n, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		if a.d != b.d {
			return a.d - b.d
		}
		return strings.Compare(a.name, b.name)
	})
	out := make([]string, 0, 3)
	for _, c := range found {
		if len(out) < 3 && !slices.Contains(out, c.name) {
			out = append(out, c.name)
		}
	}
	return out
}

// distance is the number of insertions, deletions, replacements and swaps of neighbours between two words
// (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}

func sortErrors(errs []*Error) {
	slices.SortStableFunc(errs, func(a, b *Error) int { return strings.Compare(a.Field, b.Field) })
}
