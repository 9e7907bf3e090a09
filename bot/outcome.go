package bot

import (
	"context"

	"orderly.example/ops"
)

// Speaker is a person and the place where they speak.
type Speaker struct {
	User   ops.User
	Origin ops.Origin
	// Announce shows a change that is about to start and returns where its message is; nil: nothing is shown before.
	Announce func(ctx context.Context, s ops.Status) (ref string)
	// Fresh says that nothing can have come of what is said now, so that its first message need not wait for the engine.
	Fresh bool
}

// Outcome is what a surface shows after a line of chat. Text always says it in words; the other fields are the same
// thing as data, for surfaces that draw cards and forms.
type Outcome struct {
	Text     ops.Text
	ChangeID string          // the change that was started or is spoken of
	Form     *Form           // values are missing or wrong: ask for them
	Page     *ops.Page       // a list
	Status   *ops.Status     // one change
	Reply    *ops.Reply      // the answer to an act
	Menu     []ops.Operation // what the person may ask for, with help on nothing in particular
}
