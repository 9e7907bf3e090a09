package larktest

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// rule checks one value.
type rule func(k *checker, path string, v any)

type rules = map[string]rule

// shape says what an object looks like. Its tag is looked at elsewhere.
type shape struct {
	must   []string // fields
	fields rules    // nil checks nothing
	open   bool     // fields that are not named are allowed
}

func (k *checker) shape(path string, v any, sh shape) {
	o, ok := v.(object)
	if !ok {
		k.say(codeJSON, path, "must be an object")
		return
	}
	for _, m := range sh.must {
		if o[m] == nil {
			k.say(codeJSON, path, "%s is required", m)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		check, known := sh.fields[name]
		switch {
		case name == "tag" || o[name] == nil:
		case known && check != nil:
			check(k, path+"/"+name, o[name])
		case !known && !sh.open:
			k.say(codeJSON, path+"/"+name, "unknown property")
		}
	}
}

// with is a set of fields and more.
func with(sets ...rules) rules {
	all := rules{}
	for _, s := range sets {
		maps.Copy(all, s)
	}
	return all
}

func str(least, most int) rule {
	return func(k *checker, path string, v any) {
		s, ok := v.(string)
		n := utf8.RuneCountInString(s)
		switch {
		case !ok:
			k.say(codeJSON, path, "must be a string")
		case n < least || n > most:
			k.say(codeJSON, path, "must have %d to %d characters, and has %d", least, most, n)
		}
	}
}

// anyText is a string of any length.
func anyText(k *checker, path string, v any) { str(0, math.MaxInt)(k, path, v) }

func flag(k *checker, path string, v any) {
	if _, ok := v.(bool); !ok {
		k.say(codeJSON, path, "must be a boolean")
	}
}

func yes(k *checker, path string, v any) {
	if v != true {
		k.say(codeJSON, path, "must be true")
	}
}

// whole is a whole number within limits.
func whole(least, most float64) rule {
	return func(k *checker, path string, v any) {
		if n, ok := v.(float64); !ok || n < least || n > most || n != math.Trunc(n) {
			k.say(codeJSON, path, "must be a whole number from %v to %v", least, most)
		}
	}
}

func one(of ...string) rule {
	return func(k *checker, path string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(of, s) {
			k.say(codeJSON, path, "must be one of %s", strings.Join(of, ", "))
		}
	}
}

func list(least, most int, each rule) rule {
	return func(k *checker, path string, v any) {
		all, ok := v.([]any)
		switch {
		case !ok:
			k.say(codeJSON, path, "must be an array")
		case len(all) < least || len(all) > most:
			k.say(codeJSON, path, "must have %d to %d items, and has %d", least, most, len(all))
		}
		for i, e := range all {
			if each != nil {
				each(k, fmt.Sprintf("%s/%d", path, i), e)
			}
		}
	}
}

func like(sh shape) rule {
	return func(k *checker, path string, v any) { k.shape(path, v, sh) }
}

// tagged is an object with one of some tags.
func tagged(sh shape, tags ...string) rule {
	return func(k *checker, path string, v any) {
		if o, ok := v.(object); ok {
			one(tags...)(k, path+"/tag", o["tag"])
		}
		k.shape(path, v, sh)
	}
}

var idForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,19}$`)

// elementID must be unique in the card.
func elementID(k *checker, path string, v any) {
	id, _ := v.(string)
	if !idForm.MatchString(id) {
		k.say(codeJSON, path, "must begin with a letter and have at most 20 letters, digits and underscores")
	}
	if k.ids[id] {
		k.say(codeJSON, path, "element_id %q already exists", id)
	}
	k.ids[id] = true
}
