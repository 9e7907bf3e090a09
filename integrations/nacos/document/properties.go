package document

import (
	"fmt"
	"strconv"
	"strings"
)

// property is one logical line: [start, end) of the text, its value in [value, stop).
type property struct {
	key, text               string
	start, value, stop, end int
}

// properties are the logical lines of a text that hold a key. A line that ends in an odd number of backslashes goes on.
func properties(text string) ([]property, error) {
	var out []property
	for at := 0; at < len(text); {
		line := lineAt(text, at)
		begin := at + len(line) - len(strings.TrimLeft(line, " \t\f"))
		if body := strings.TrimSpace(line); body == "" || body[0] == '#' || body[0] == '!' {
			at += len(line)
			continue
		}
		end := at + len(line)
		for end < len(text) && goesOn(text[at:end]) {
			end += len(lineAt(text, end))
		}
		p, err := propertyIn(text, begin, end)
		if err != nil {
			return nil, err
		}
		p.start, p.end = at, end
		out = append(out, p)
		at = end
	}
	return out, nil
}

// lineAt is the line that begins at a place, with its end.
func lineAt(text string, at int) string {
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return text[at : at+i+1]
	}
	return text[at:]
}

func goesOn(line string) bool {
	body := strings.TrimRight(line, "\r\n")
	return (len(body)-len(strings.TrimRight(body, `\`)))%2 == 1
}

// propertyIn takes a logical line apart.
func propertyIn(text string, begin, end int) (property, error) {
	p := property{stop: begin + len(strings.TrimRight(text[begin:end], "\r\n"))}
	i := begin
	for i < p.stop && !strings.ContainsRune("=: \t\f", rune(text[i])) {
		if text[i] == '\\' {
			i++
		}
		i++
	}
	i = min(i, p.stop)
	key := text[begin:i]
	skip := func(signs string) {
		for i < p.stop && strings.IndexByte(signs, text[i]) >= 0 {
			i++
		}
	}
	skip(" \t\f")
	if i < p.stop && (text[i] == '=' || text[i] == ':') {
		i++
		skip(" \t\f")
	}
	p.value = i
	var err error
	if p.key, err = unescaped(key); err != nil {
		return p, err
	}
	p.text, err = unescaped(text[p.value:p.stop])
	return p, err
}

// unescaped reads the escapes of a key or value.
func unescaped(s string) (string, error) {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out.WriteByte(s[i])
			continue
		}
		i++
		if i == len(s) {
			break
		}
		switch s[i] {
		case 't':
			out.WriteByte('\t')
		case 'n':
			out.WriteByte('\n')
		case 'r':
			out.WriteByte('\r')
		case 'f':
			out.WriteByte('\f')
		case '\r', '\n': // the line goes on behind the indent
			if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			for i+1 < len(s) && strings.IndexByte(" \t\f", s[i+1]) >= 0 {
				i++
			}
		case 'u':
			if i+5 > len(s) {
				return "", fmt.Errorf("%q holds an escape that ends early", s)
			}
			n, err := strconv.ParseUint(s[i+1:i+5], 16, 16)
			if err != nil {
				return "", fmt.Errorf("an escape cannot be read: %w", err)
			}
			out.WriteRune(rune(n))
			i += 4
		default:
			out.WriteByte(s[i])
		}
	}
	return out.String(), nil
}

var (
	valueEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\f", `\f`)
	keyEscapes   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\f", `\f`, " ", `\ `, "=", `\=`, ":", `\:`, "#", `\#`, "!", `\!`)
)

func escapedValue(s string) string {
	if out := valueEscapes.Replace(s); strings.HasPrefix(out, " ") {
		return `\` + out
	}
	return valueEscapes.Replace(s)
}

func propertiesValues(text string) (map[string]string, error) {
	all, err := properties(text)
	out := map[string]string{}
	for _, p := range all {
		out[p.key] = p.text // the last one holds
	}
	return out, err
}

func propertiesSet(text, key, value string) (string, error) {
	all, err := properties(text)
	if err != nil {
		return "", err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if p := all[i]; p.key == key {
			between := ""
			if p.value == p.stop && !strings.ContainsAny(text[p.start:p.stop], "=:") {
				between = "=" // a key by itself
			}
			return text[:p.value] + between + escapedValue(value) + text[p.stop:], nil
		}
	}
	return appended(text, keyEscapes.Replace(key)+"="+escapedValue(value)), nil
}

func propertiesRemove(text, key string) (string, error) {
	all, err := properties(text)
	if err != nil {
		return "", err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if p := all[i]; p.key == key {
			text = text[:p.start] + text[p.end:]
		}
	}
	return text, nil
}
