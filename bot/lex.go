package bot

import (
	"strings"
	"unicode"

	"orderly.example/ops"
)

// token is one word of a line: a bare or quoted value, key=value, or a --flag with or without a value.
type token struct {
	raw    string // as typed
	key    string // before the first = or after the dashes
	value  string
	flag   bool // it starts with dashes
	keyed  bool // it has a key, and with it a value
	quoted bool // the value stood in quotes and is meant literally
}

// word says whether the token is a plain unquoted word, which may be part of a name.
func (t token) word() bool { return !t.flag && !t.keyed && !t.quoted }

// quotes are the characters that open a quotation, and those which may close it: phones and Chinese keyboards replace
// one by another as they like.
var quotes = []struct{ open, shut string }{
	{`"“”„`, `"“”`}, {`'‘’`, `'‘’`}, {`「`, `」`}, {`『`, `』`},
}

const (
	dashes  = "-\u2013\u2014\u2015\u2212\uff0d" // a phone writes — for --
	equals  = "=\uff1d"
	escape  = '\\'
	maxDash = 3
)

// lexer reads tokens out of a line.
type lexer struct {
	in []rune
	at int
}

// lex splits a line into tokens.
func lex(line string) ([]token, error) {
	l := &lexer{in: []rune(neutral(line))}
	var out []token
	for {
		for l.at < len(l.in) && unicode.IsSpace(l.in[l.at]) {
			l.at++
		}
		if l.at == len(l.in) {
			return out, nil
		}
		t, err := l.token()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
}

func (l *lexer) token() (token, error) {
	start := l.at
	t := token{flag: l.dashes()}
	from := l.at
	behind := 0 // the position behind the = of a key
	for l.at < len(l.in) && !unicode.IsSpace(l.in[l.at]) {
		opens := (l.at == from || t.keyed && l.at == behind) && !(t.flag && !t.keyed)
		if shut := closers(l.in[l.at]); opens && shut != "" {
			v, err := l.quotation(shut)
			if err != nil {
				return t, err
			}
			t.value, t.quoted, t.raw = v, true, string(l.in[start:l.at])
			return t, nil
		}
		if !t.keyed && strings.ContainsRune(equals, l.in[l.at]) && isKey(l.in[from:l.at]) {
			t.keyed, t.key, behind = true, string(l.in[from:l.at]), l.at+1
		}
		l.at++
	}
	t.raw = string(l.in[start:l.at])
	switch {
	case t.keyed:
		t.value = string(l.in[behind:l.at])
	case t.flag:
		t.key = string(l.in[from:l.at])
	default:
		t.value = t.raw
	}
	return t, nil
}

// dashes skips the dashes of a flag. A dash before a digit is a minus.
func (l *lexer) dashes() bool {
	i := l.at
	for i < len(l.in) && i-l.at < maxDash && strings.ContainsRune(dashes, l.in[i]) {
		i++
	}
	if i == l.at || i == len(l.in) || !unicode.IsLetter(l.in[i]) {
		return false
	}
	l.at = i
	return true
}

// quotation reads a quoted text. Its closing quote is followed by a space or the end, so that an apostrophe inside needs no care.
func (l *lexer) quotation(shut string) (string, error) {
	start := l.at
	var b strings.Builder
	for l.at++; l.at < len(l.in); l.at++ {
		r := l.in[l.at]
		next := rune(0)
		if l.at+1 < len(l.in) {
			next = l.in[l.at+1]
		}
		switch {
		case r == escape && (next == escape || strings.ContainsRune(shut, next)) && next != 0:
			b.WriteRune(next)
			l.at++
		case strings.ContainsRune(shut, r) && (next == 0 || unicode.IsSpace(next)):
			l.at++
			return b.String(), nil
		default:
			b.WriteRune(r)
		}
	}
	return "", ops.Errorf(ops.Invalid, "the quote that opens at %q is not closed; close it with %s", "引号从 %q 处开始但没有结束,请用 %s 结束",
		excerpt(string(l.in[start:])), string([]rune(shut)[0]))
}

func closers(r rune) string {
	for _, q := range quotes {
		if strings.ContainsRune(q.open, r) {
			return q.shut
		}
	}
	return ""
}

// isKey says whether the runes can be the name of a parameter.
func isKey(rs []rune) bool {
	for i, r := range rs {
		if !unicode.IsLetter(r) && r != '_' && (i == 0 || !unicode.IsDigit(r) && r != '-' && r != '.') {
			return false
		}
	}
	return len(rs) > 0
}

// narrow turns full-width letters, digits and signs into their ordinary forms.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\uff01' && r <= '\uff5e':
			return r - 0xFEE0
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
}

func excerpt(s string) string {
	const most = 30
	if rs := []rune(s); len(rs) > most {
		return string(rs[:most]) + "…"
	}
	return s
}
