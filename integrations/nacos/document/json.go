package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// member is a value in a JSON text: [start, end), with its key beginning at key when it is a member of an object.
type member struct {
	path            string
	key, start, end int
	object          bool
	members         []*member
	leaf, text      string // what kind of leaf it is, and what it says
	whole           *member
}

func (m *member) isLeaf() bool { return m.leaf != "" }

// jsonReader reads a text once, noting where everything stands.
type jsonReader struct {
	text string
	d    *json.Decoder
}

func jsonTree(text string) (*member, error) {
	if strings.TrimSpace(text) == "" {
		text = "{}"
	}
	r := &jsonReader{text: text, d: json.NewDecoder(strings.NewReader(text))}
	r.d.UseNumber()
	root := &member{}
	if err := r.value(root); err != nil {
		return nil, err
	}
	if _, err := r.d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more follows after the JSON value")
	}
	if !root.object {
		return nil, errors.New("the JSON is no object")
	}
	return root, nil
}

// next is where the next token begins.
func (r *jsonReader) next() int {
	i := int(r.d.InputOffset())
	for i < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[i]) >= 0 {
		i++
	}
	return i
}

func (r *jsonReader) value(m *member) error {
	m.start = r.next()
	token, err := r.d.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		err = r.inside(m, t)
	case string:
		m.leaf, m.text = "string", t
	case nil:
		m.leaf = "null"
	default:
		m.leaf, m.text = "plain", r.text[m.start:r.d.InputOffset()]
	}
	m.end = int(r.d.InputOffset())
	return err
}

// inside reads the members of an object or list up to its end.
func (r *jsonReader) inside(m *member, open json.Delim) error {
	m.object = open == '{'
	for i := 0; r.d.More(); i++ {
		child := &member{whole: m, path: m.path + "[" + strconv.Itoa(i) + "]"}
		if m.object {
			child.key = r.next()
			name, err := r.d.Token()
			if err != nil {
				return err
			}
			child.path = joined(m.path, fmt.Sprint(name))
			if slices.ContainsFunc(m.members, func(o *member) bool { return o.path == child.path }) {
				return fmt.Errorf("the JSON holds the key %s twice", child.path)
			}
		}
		if err := r.value(child); err != nil {
			return err
		}
		m.members = append(m.members, child)
	}
	_, err := r.d.Token()
	if len(m.members) == 0 && m.path != "" {
		m.leaf, m.text = "empty", map[bool]string{true: "{}", false: "[]"}[m.object]
	}
	return err
}

func joined(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (m *member) each(do func(*member)) {
	do(m)
	for _, c := range m.members {
		c.each(do)
	}
}

// find is the last value of that path.
func (m *member) find(path string) *member {
	var out *member
	m.each(func(c *member) {
		if c.path == path && c.whole != nil {
			out = c
		}
	})
	return out
}

func jsonValues(text string) (map[string]string, error) {
	root, err := jsonTree(text)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	root.each(func(m *member) {
		if m.isLeaf() {
			out[m.path] = m.text
		}
	})
	return out, nil
}

// jsonText writes a value as what it reads as, or as a string.
func jsonText(value string, asString bool) string {
	if !asString && json.Valid([]byte(value)) && value != "null" && strings.TrimSpace(value) == value && !strings.ContainsAny(value, "[{\"") {
		return value
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // a string cannot fail
	return strings.TrimSuffix(out.String(), "\n")
}

func jsonSet(text, key, value string) (string, error) {
	root, err := jsonTree(text)
	if err != nil {
		return "", err
	}
	if m := root.find(key); m != nil {
		if !m.isLeaf() {
			return "", errNotHere
		}
		return text[:m.start] + jsonText(value, m.leaf == "string") + text[m.end:], nil
	}
	if strings.TrimSpace(text) == "" {
		text = "{}"
	}
	home := root
	root.each(func(m *member) {
		if m.object && (m.path == "" || strings.HasPrefix(key, m.path+".")) && len(m.path) >= len(home.path) {
			home = m
		}
	})
	names := strings.Split(strings.TrimPrefix(strings.TrimPrefix(key, home.path), "."), ".")
	added := jsonText(value, false)
	for i := len(names) - 1; i >= 0; i-- {
		added = jsonText(names[i], true) + ": " + added
		if i > 0 {
			added = "{" + added + "}"
		}
	}
	if len(home.members) == 0 {
		return text[:home.start] + "{" + added + "}" + text[home.end:], nil
	}
	last, gap := home.members[len(home.members)-1], text[home.start+1:home.members[0].key]
	if gap == "" {
		gap = " "
	}
	return text[:last.end] + "," + gap + added + text[last.end:], nil
}

func jsonRemove(text, key string) (string, error) {
	root, err := jsonTree(text)
	if err != nil {
		return "", err
	}
	m := root.find(key)
	for m != nil && m.whole != nil && m.whole.whole != nil && len(m.whole.members) == 1 {
		m = m.whole // an object that would be empty goes as well
	}
	if m == nil || !m.whole.object {
		return "", errNotHere
	}
	all := m.whole.members
	for i, c := range all {
		switch {
		case c != m:
		case i > 0:
			return text[:all[i-1].end] + text[m.end:], nil
		case len(all) > 1:
			return text[:m.key] + text[all[1].key:], nil
		}
	}
	return text[:m.key] + strings.TrimLeft(text[m.end:], " \t\r\n"), nil
}
