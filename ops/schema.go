package ops

import "strconv"

// Schema returns the JSON Schema (draft 2020-12) of the operation's parameters, with titles in the language.
func (o Operation) Schema(lang string) map[string]any {
	properties := map[string]any{}
	required := []string{}
	for _, p := range o.Params {
		properties[p.Name] = p.schema(lang)
		if p.Required {
			required = append(required, p.Name)
		}
	}
	return map[string]any{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                o.Name,
		"description":          o.Help.In(lang),
		"type":                 "object",
		"properties":           properties,
		"required":             required,
		"additionalProperties": false,
	}
}

func (p Param) schema(lang string) map[string]any {
	s := map[string]any{"title": p.Name, "description": p.Help.In(lang), "type": "string", "x-orderly-kind": string(p.Kind)}
	switch p.Kind {
	case KindInt:
		s["type"] = "integer"
		bound(s, "minimum", p.Min)
		bound(s, "maximum", p.Max)
	case KindBool:
		s["type"] = "boolean"
	case KindEnum:
		s["enum"] = p.Options
	case KindTime:
		s["format"] = "date-time"
	case KindDuration:
		s["pattern"] = `^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$`
	case KindSecret:
		s["pattern"] = "^(env|file):.+$"
		s["writeOnly"] = true
	case KindTarget, KindTargets, KindUser, KindString:
		if p.Pattern != "" {
			s["pattern"] = "^(?:" + p.Pattern + ")$"
		}
	}
	if p.Default != "" {
		s["default"] = p.schemaDefault()
	}
	if p.OptionsFrom != "" {
		s["x-orderly-options-from"] = p.OptionsFrom
	}
	return s
}

// schemaDefault is the default as JSON wants it: numbers and booleans typed, everything else as text.
func (p Param) schemaDefault() any {
	v, err := p.Parse(p.Default)
	if err != nil {
		return p.Default
	}
	switch v.(type) {
	case int64, bool:
		return v
	}
	return p.Default
}

func bound(s map[string]any, key, value string) {
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		s[key] = n
	}
}
