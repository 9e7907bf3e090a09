package activities

import (
	"context"

	"orderly.example/ops"
)

// Templates is the provider of the templates of new services.
const Templates = "templates"

// TemplateIn asks for a template by its name.
type TemplateIn struct {
	Name string `json:"name"` // empty: the only one
}

// Object names the template.
func (in TemplateIn) Object() string { return in.Name }

// Templater knows what new services are made from. NotFound with a did-you-mean when there is no such template.
type Templater interface {
	Template(ctx context.Context, in TemplateIn) (ops.ServiceTemplate, error)
}

// FindTemplate reads a template.
var FindTemplate = newStep("template", read, Templater.Template)
