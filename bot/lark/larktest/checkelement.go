package larktest

import (
	"fmt"
	"math"
)

// kind is what is known of the elements with a tag.
type kind struct {
	shape
	interactive bool // people can do something with it
	container   bool
	rootOnly    bool
	more        func(k *checker, path string, o object) // rules about several fields
}

// elements checks the elements of a container or of the card.
func elements(k *checker, path string, v any) {
	list(0, math.MaxInt, func(k *checker, path string, v any) {
		if o, ok := v.(object); ok && o["tag"] == "column" {
			k.say(codeTag, path+"/tag", "a column may stand only in a column_set")
			return
		}
		element(k, path, v)
	})(k, path, v)
}

// columns checks the columns of a column_set.
func columns(k *checker, path string, v any) {
	list(0, math.MaxInt, func(k *checker, path string, v any) {
		if o, ok := v.(object); ok && o["tag"] != "column" {
			k.say(codeTag, path+"/tag", "must be column")
			return
		}
		element(k, path, v)
	})(k, path, v)
}

func element(k *checker, path string, v any) {
	o, ok := v.(object)
	if !ok {
		k.say(codeJSON, path, "must be an object")
		return
	}
	tag, _ := o["tag"].(string)
	e, known := kinds[tag]
	if !known {
		k.say(codeTag, path+"/tag", "cards of schema V2 do not support this capability; unsupported tag %s", tag)
		return
	}
	k.elements++
	if e.rootOnly && k.depth > 0 {
		k.say(codeJSON, path, "%s may stand only at the root of the card", tag)
	}
	if e.interactive {
		k.name(path, o)
	}
	if e.container {
		k.depth++
		if k.depth == maxNesting+1 {
			k.say(codeJSON, path, "containers may be nested %d times", maxNesting)
		}
		defer func() { k.depth-- }()
	}
	if tag == "form" {
		k.form = &form{}
		defer func() { k.form = nil }()
	}
	e.fields = with(placed, e.fields)
	k.shape(path, v, e.shape)
	if e.more != nil {
		e.more(k, path, o)
	}
}

// name checks the name of an interactive element: in a form there must be one, and no two in a card may be the same.
func (k *checker) name(path string, o object) {
	name, _ := o["name"].(string)
	switch {
	case name == "" && (k.form != nil || o["tag"] == "form"):
		k.say(codeName, path, "name is required and must not be empty in a form")
	case name != "" && k.names[name]:
		k.say(codeName, path+"/name", "name %q already exists", name)
	}
	k.names[name] = true
	if o["required"] == true && k.form == nil {
		k.say(codeJSON, path+"/required", "may stand only in a form")
	}
}

// formDone checks a form whose elements are known.
func formDone(k *checker, path string, _ object) {
	if n := k.form.submits; n != 1 {
		k.say(codeName, path, "a form must have one submit button, and has %d", n)
	}
}

// button checks what a button does in a form and outside of one.
func button(k *checker, path string, o object) {
	action, _ := o["form_action_type"].(string)
	switch {
	case action == "":
	case k.form == nil:
		k.say(codeJSON, path+"/form_action_type", "may stand only in a form")
	case action == "submit":
		k.form.submits++
	}
}

// table counts tables, and checks that cells belong to columns and are as their columns want them.
func table(k *checker, path string, o object) {
	k.tables++
	types := map[string]any{}
	for _, c := range objects(o["columns"]) {
		if name, ok := c["name"].(string); ok {
			types[name] = c["data_type"]
		}
	}
	for i, row := range objects(o["rows"]) {
		for name, cell := range row {
			at := fmt.Sprintf("%s/rows/%d/%s", path, i, name)
			kind, known := types[name]
			if !known {
				k.say(codeJSON, at, "there is no such column")
				continue
			}
			_, text := cell.(string)
			_, number := cell.(float64)
			if written := kind == "text" || kind == "lark_md" || kind == "markdown"; written && !text || kind == "number" && !number {
				k.say(codeJSON, at, "is no %s", kind)
			}
		}
	}
}

// objects are the objects of an array.
func objects(v any) []object {
	all, _ := v.([]any)
	var out []object
	for _, e := range all {
		if o, ok := e.(object); ok {
			out = append(out, o)
		}
	}
	return out
}
