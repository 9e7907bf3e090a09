package slacktest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// rule checks one value.
type rule func(k *checker, path string, v any)

// shape says what an object looks like. Its type is looked at elsewhere.
type shape struct {
	must   []string        // fields; "a|b" wants one of two
	fields map[string]rule // nil checks nothing
	open   bool            // fields that are not named are allowed
	places int             // where a block may stand; 0 is everywhere
}

func (k *checker) shape(path string, v any, sh shape) {
	o, ok := v.(object)
	if !ok {
		k.say(path, "must provide an object")
		return
	}
	for _, m := range sh.must {
		if !slices.ContainsFunc(strings.Split(m, "|"), func(f string) bool { return o[f] != nil }) {
			k.say(path, "missing required field: %s", strings.ReplaceAll(m, "|", " or "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		check, known := sh.fields[name]
		switch {
		case name == "type" || o[name] == nil:
		case known && check != nil:
			check(k, path+"/"+name, o[name])
		case !known && !sh.open:
			k.say(path, "invalid additional property: %s", name)
		}
	}
}

// with is a set of fields and more.
func with(sets ...map[string]rule) map[string]rule {
	all := map[string]rule{}
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
			k.say(path, "must be a string")
		case n < least:
			k.say(path, "must be more than %d characters", least-1)
		case n > most:
			k.say(path, "must be less than %d characters, and has %d", most+1, n)
		}
	}
}

func flag(k *checker, path string, v any) {
	if _, ok := v.(bool); !ok {
		k.say(path, "must be a boolean")
	}
}

func number(least, most float64) rule {
	return func(k *checker, path string, v any) {
		if n, ok := v.(float64); !ok || n < least || n > most {
			k.say(path, "must be a number from %v to %v", least, most)
		}
	}
}

// digits is a text that is a number.
func digits(k *checker, path string, v any) {
	if s, ok := v.(string); !ok || s != "" && !isNumber(s) {
		k.say(path, "must be a number as a string")
	}
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func one(of ...string) rule {
	return func(k *checker, path string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(of, s) {
			k.say(path, "must be one of %s", strings.Join(of, ", "))
		}
	}
}

func list(least, most int, each rule) rule {
	return func(k *checker, path string, v any) {
		all, ok := v.([]any)
		switch {
		case !ok:
			k.say(path, "must be an array")
		case len(all) < least:
			k.say(path, "no fewer than %d items allowed", least)
		case len(all) > most:
			k.say(path, "no more than %d items allowed, and there are %d", most, len(all))
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

// text is a text object, of either type or only of plain text.
func text(most int, types ...string) rule {
	return func(k *checker, path string, v any) {
		o, _ := v.(object)
		one(types...)(k, path+"/type", o["type"])
		fields := map[string]rule{"text": str(1, most), "emoji": flag}
		if o["type"] == "mrkdwn" {
			fields = map[string]rule{"text": str(1, most), "verbatim": flag}
		}
		k.shape(path, v, shape{must: []string{"text"}, fields: fields})
	}
}

func plainText(most int) rule { return text(most, "plain_text") }

func anyText(most int) rule { return text(most, "plain_text", "mrkdwn") }
