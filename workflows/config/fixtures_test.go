package config_test

import (
	"encoding/json"
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows"
)

// config is an operation of the catalogue.
func config(t *testing.T, name string) ops.Operation {
	t.Helper()
	for _, d := range workflows.All() {
		if d.Name == name {
			return d.Operation
		}
	}
	t.Fatalf("there is no %s", name)
	return ops.Operation{}
}

// dump is a status with everything in it.
func dump(t *testing.T, s ops.Status) string {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
