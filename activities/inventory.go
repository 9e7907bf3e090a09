package activities

import (
	"context"

	"orderly.example/ops"
)

// FindIn asks which places targets and patterns mean.
type FindIn struct {
	Targets []ops.Target `json:"targets"`
	Many    bool         `json:"many,omitempty"` // a target may stand for several places, as a question may ask for
}

// FindOut is what the inventory knows of them.
type FindOut struct {
	Places   []ops.Place   `json:"places"`   // sorted by target, each once
	Services []ops.Service `json:"services"` // of those places, without their own list of places
}

// Finder answers from the inventory. NotFound with a did-you-mean when a target means nothing; Invalid when it means
// several places and only one is asked for, naming them; Invalid when a pattern leaves out the environment.
type Finder interface {
	Find(ctx context.Context, in FindIn) (FindOut, error)
}

// Find asks the inventory.
var Find = newStep("find", read, Finder.Find)

// Inventory is the provider that answers Find.
const Inventory = "inventory"
