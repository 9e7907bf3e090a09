package harbor

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// undescribed complains about fields of an answer that the description does not have: the fake would give the client
// what no Harbor gives.
func undescribed(t *testing.T, operation string, media *openapi3.MediaType, raw []byte) {
	t.Helper()
	if media == nil || media.Schema == nil {
		return
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Errorf("%s: %v", operation, err)
		return
	}
	for _, name := range beyond(media.Schema.Value, v) {
		t.Errorf("%s answers with a field %s that is not described", operation, name)
	}
}

func beyond(s *openapi3.Schema, v any) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if s.Items != nil {
				out = append(out, beyond(s.Items.Value, e)...)
			}
		}
	case map[string]any:
		for name, e := range v {
			p, ok := s.Properties[name]
			switch {
			case ok:
				out = append(out, beyond(p.Value, e)...)
			case s.AdditionalProperties.Schema == nil:
				out = append(out, name)
			default:
				out = append(out, beyond(s.AdditionalProperties.Schema.Value, e)...)
			}
		}
	}
	return out
}
