package bot

import (
	"strings"
	"unicode"
)

// Limits of what a person may type, in bytes.
const (
	maxLine   = 8000 // one line of chat
	maxReason = 4000 // a reason or a note
	maxKey    = 500  // a delivery key
)

// neutral takes from a text of a person everything that could act instead of being read: control characters (a terminal
// obeys some), invisible ones and those that turn the direction of writing. Line breaks and tabs become spaces.
func neutral(s string) string {
	s = strings.ToValidUTF8(s, "")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\r', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		}
		return r
	}, s)
}

// tidy is neutral without spaces at the ends.
func tidy(s string) string { return strings.TrimSpace(neutral(s)) }
