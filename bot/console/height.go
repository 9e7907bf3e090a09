package console

import (
	"strings"

	"orderly.example/bot"
)

// Height is how many lines a text takes on a screen of so many columns; 0 columns: nothing wraps.
func Height(text string, columns int) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		if columns > 0 {
			n += max(0, bot.Width(line)-1) / columns
		}
	}
	return n
}

// size is how large the screen is, 0 and 40 lines when that is not known: terminals are rarely higher.
func (r *Room) size() (columns, rows int) {
	if r.Size != nil {
		if columns, rows = r.Size(); rows > 0 {
			return columns, rows
		}
	}
	return 0, 40
}

// height is how many lines the entries take.
func height(entries []entry, columns int) int {
	n := 0
	for _, e := range entries {
		n += Height(e.text, columns)
	}
	return n
}
