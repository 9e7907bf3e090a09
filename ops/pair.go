package ops

import (
	"strconv"
	"strings"
	"unicode"
)

// Pair is a key with its value, written key=value or key="a value with spaces".
type Pair struct {
	Key   string
	Value string
}

// String gives the written form.
func (p Pair) String() string {
	if p.Value == "" || strings.ContainsFunc(p.Value, unquotable) {
		return p.Key + "=" + strconv.Quote(p.Value)
	}
	return p.Key + "=" + p.Value
}

// unquotable says whether a value with the character has to stand in quotes.
func unquotable(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '"' || r == '\\' || r == unicode.ReplacementChar
}

// FormatPairs writes pairs in their order.
func FormatPairs(pairs []Pair) string {
	out := make([]string, len(pairs))
	for i, p := range pairs {
		out[i] = p.String()
	}
	return strings.Join(out, " ")
}

// ParsePairs reads pairs that are separated by spaces. A value in quotes is read as a Go string.
func ParsePairs(s string) ([]Pair, error) {
	var out []Pair
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		key, rest, ok := strings.Cut(s, "=")
		if why := wrongKey(key); !ok || !why.IsZero() {
			return nil, Errorf(Invalid, "%q does not begin with key=value; write it like timeout=30 or greeting=\"good day\"%s", "%q 不是 键=值 的形式;请写成 timeout=30 或 greeting=\"good day\"%s", start(s), why)
		}
		p := Pair{Key: key}
		if strings.HasPrefix(rest, `"`) {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, Errorf(Invalid, "the quotes around the value of %s do not close", "%s 的值引号不完整", key)
			}
			if p.Value, err = strconv.Unquote(quoted); err != nil {
				return nil, Errorf(Invalid, "the value of %s in quotes is not readable", "%s 的带引号的值无法识别", key)
			}
			rest = rest[len(quoted):]
			if r := []rune(rest); len(r) > 0 && !unicode.IsSpace(r[0]) {
				return nil, Errorf(Invalid, "there must be a space behind the value of %s", "%s 的值之后应有空格", key)
			}
		} else {
			end := strings.IndexFunc(rest, unicode.IsSpace)
			if end < 0 {
				end = len(rest)
			}
			p.Value, rest = rest[:end], rest[end:]
		}
		for _, o := range out {
			if o.Key == key {
				return nil, Errorf(Invalid, "%s is given twice; give it once", "%s 重复填写,请只填一次", key)
			}
		}
		out, s = append(out, p), rest
	}
	return out, nil
}

// maxKey bounds the length of a key, in characters.
const maxKey = 128

// wrongKey says what is wrong with a key; zero when nothing is.
func wrongKey(key string) Text {
	switch {
	case key == "" || strings.ContainsFunc(key, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '"' }):
		return Textf("; a key holds neither spaces nor quotes", ";键中不能有空格或引号")
	case len([]rune(key)) > maxKey:
		return Textf("; a key has at most %d characters", ";键最长 %d 个字符", maxKey)
	}
	return Text{}
}

// start is the beginning of a text, up to its first = so that no value shows.
func start(s string) string {
	s, _, _ = strings.Cut(s, "=")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
