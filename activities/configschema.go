package activities

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"orderly.example/ops"
)

// conforms says what of the values a JSON Schema forbids. The values are one object; a text that reads as the type that
// the schema wants of its key (a number, true, a list) counts as that.
func conforms(at ops.ConfigAt, schema string, values map[string]string) error {
	if schema == "" {
		return nil
	}
	compiled, err := compile(schema)
	if err != nil {
		return ops.Errorf(ops.Invalid, "the JSON Schema of %s cannot be used; correct it in the inventory", "%s 的 JSON Schema 无法使用;请在资产清单中更正", at).Because(err)
	}
	object := make(map[string]any, len(values))
	for k, v := range values {
		object[k] = typed(compiled.Properties[k], v)
	}
	err = compiled.Validate(object)
	var wrong *jsonschema.ValidationError
	if errors.As(err, &wrong) {
		return ops.Errorf(ops.Invalid, "%s would not satisfy its schema: %s", "%s 不符合其 schema:%s", at, strings.Join(complaints(wrong), "; "))
	}
	return err
}

func compile(schema string) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(jsonschema.SchemeURLLoader{}) // no schema is fetched from anywhere
	if err := c.AddResource("config.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("config.json")
}

// typed is a value as the type that its schema wants, where it can be read so.
func typed(s *jsonschema.Schema, value string) any {
	if s == nil || s.Types == nil || slices.Contains(s.Types.ToStrings(), "string") {
		return value
	}
	d := json.NewDecoder(strings.NewReader(value))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		return value
	}
	return v
}

// complaints are what is wrong, key by key; the values of secrets are not repeated.
func complaints(e *jsonschema.ValidationError) []string {
	if len(e.Causes) > 0 {
		var out []string
		for _, c := range e.Causes {
			out = append(out, complaints(c)...)
		}
		return out
	}
	at := strings.Join(e.InstanceLocation, ".")
	if len(e.InstanceLocation) > 0 && ops.SecretKey(e.InstanceLocation[0]) {
		return []string{at + ": its value is not allowed"}
	}
	text := e.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	if at == "" {
		return []string{text}
	}
	return []string{at + ": " + text}
}
