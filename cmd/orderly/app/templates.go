package app

import (
	"context"

	"orderly.example/activities"
	"orderly.example/ops"
)

// templates are those of the configuration.
type templates struct{ of ops.ServiceTemplates }

var _ activities.Templater = templates{}

// Template finds one by its name; see activities.Templater.
func (t templates) Template(_ context.Context, in activities.TemplateIn) (ops.ServiceTemplate, error) {
	return t.of.Find(in.Name)
}
