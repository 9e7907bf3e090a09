package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"orderly.example/bot/api/apitest"
)

type document struct {
	OpenAPI    string
	Info       struct{ Title, Version string }
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]json.RawMessage }
}

type operation struct {
	OperationID string
	Summary     string
	Responses   map[string]struct {
		Description string
		Content     map[string]struct{ Schema json.RawMessage }
	}
}

func TestTheDocumentIsWhole(t *testing.T) {
	w := apitest.New(t, nil)
	x := call(t, w, "GET", "/openapi.json", "", "X-Orderly-As", "") // it is for everybody
	d := as[document](t, x, http.StatusOK)
	if !strings.HasPrefix(d.OpenAPI, "3.1") || d.Info.Version != "v1.2.3" {
		t.Errorf("openapi %s, info %+v", d.OpenAPI, d.Info)
	}
	var lines []string
	ids := map[string]bool{}
	for path, methods := range d.Paths {
		for method, o := range methods {
			var statuses []string
			for status, r := range o.Responses {
				statuses = append(statuses, status)
				if r.Description == "" {
					t.Errorf("%s %s: answer %s is not described", method, path, status)
				}
				if len(r.Content) == 0 {
					t.Errorf("%s %s: answer %s has no schema", method, path, status)
				}
			}
			slices.Sort(statuses)
			if o.OperationID == "" || o.Summary == "" || ids[o.OperationID] {
				t.Errorf("%s %s: id %q, summary %q", method, path, o.OperationID, o.Summary)
			}
			ids[o.OperationID] = true
			lines = append(lines, fmt.Sprintf("%-55s %-4s %-10s %s", path, strings.ToUpper(method), o.OperationID, strings.Join(statuses, " ")))
		}
	}
	slices.Sort(lines)
	apitest.Golden(t, "paths.txt", strings.Join(lines, "\n")+"\n")
	var whole any
	if err := json.Unmarshal(x.text, &whole); err != nil {
		t.Fatal(err)
	}
	references(whole, func(ref string) {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		if _, ok := d.Components.Schemas[name]; !ok {
			t.Errorf("%s leads nowhere", ref)
		}
	})
	for _, name := range []string{"Status", "Event", "Plan", "Submission", "Failure", "Page", "RoomMessage"} {
		if len(d.Components.Schemas[name]) == 0 {
			t.Errorf("no schema of %s", name)
		}
	}
}

func TestTheDocumentExistsInYAML(t *testing.T) {
	x := call(t, apitest.New(t, nil), "GET", "/openapi.yaml", "")
	if x.StatusCode != http.StatusOK || !strings.Contains(string(x.text), "openapi: 3.1") {
		t.Errorf("%d %.200s", x.StatusCode, x.text)
	}
}

// references finds every $ref.
func references(v any, found func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if ref, ok := x.(string); ok && k == "$ref" {
				found(ref)
			}
			references(x, found)
		}
	case []any:
		for _, x := range v {
			references(x, found)
		}
	}
}
