package document

import (
	"errors"
	"maps"
	"strings"

	"orderly.example/activities"
)

// The formats.
const (
	Properties = "properties"
	YAML       = "yaml"
	JSON       = "json"
)

// errNotHere says that a key cannot be changed without touching its surroundings.
var errNotHere = errors.New("the key cannot be changed by itself")

// format reads and changes one kind of text.
type format struct {
	values func(text string) (map[string]string, error)
	set    func(text, key, value string) (string, error) // there already, or new
	remove func(text, key string) (string, error)
}

var formats = map[string]format{
	Properties: {propertiesValues, propertiesSet, propertiesRemove},
	YAML:       {yamlValues, yamlSet, yamlRemove},
	JSON:       {jsonValues, jsonSet, jsonRemove},
}

// Known says whether texts of a format can be worked with.
func Known(kind string) bool { _, ok := formats[kind]; return ok }

// KindOf is the format of a text: what its centre says, or else what the end of its name says; empty when neither helps.
func KindOf(said, name string) string {
	if Known(said) {
		return said
	}
	end := name[strings.LastIndex(name, ".")+1:]
	switch {
	case end == "yml":
		return YAML
	case Known(end) && (said == "" || said == "text"):
		return end
	}
	return ""
}

// Values are the keys of a text, flattened.
func Values(kind, text string) (map[string]string, error) { return formats[kind].values(text) }

// Edit changes keys of a text. Its error says that the text, or one of the keys, cannot be worked with.
func Edit(kind, text string, changes []activities.ConfigChange) (string, error) {
	f := formats[kind]
	wanted, err := f.values(text)
	if err != nil {
		return "", err
	}
	out := text
	for _, c := range changes {
		if c.Remove {
			delete(wanted, c.Key)
			out, err = f.remove(out, c.Key)
		} else {
			wanted[c.Key] = c.To
			out, err = f.set(out, c.Key, c.To)
		}
		if err != nil {
			return "", err
		}
	}
	got, err := f.values(out)
	if err != nil {
		return "", err
	}
	if !maps.Equal(got, wanted) {
		return "", errNotHere
	}
	return out, nil
}

// newline is how the lines of a text end.
func newline(text string) string {
	if strings.Contains(text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// appended is a text with a line more, ending as it ended before.
func appended(text, line string) string {
	switch nl := newline(text); {
	case text == "":
		return line + nl
	case strings.HasSuffix(text, "\n"):
		return text + line + nl
	default:
		return text + nl + line
	}
}
