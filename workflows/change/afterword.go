package change

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// AfterwordName is the workflow that records what was said about a change after its end.
const AfterwordName = "Afterword"

// AfterwordPrefix starts the workflow IDs of the afterwords of a change.
func AfterwordPrefix(id string) string { return id + "/afterword-" }

// Afterword is one line of the record of a change that is over: a vote that came too late, or the review that a broken
// freeze owes. A closed history takes no more events, so each line is a workflow that is over at once.
func Afterword(ctx workflow.Context, a ops.Act, refused ops.Text) (ops.Event, error) {
	e := ops.Event{At: workflow.Now(ctx), By: a.By.ID, Kind: ops.EventRefused}
	if refused.IsZero() {
		e.Kind = ops.EventAct
		e.Text = ops.Textf("reviewed by %s on %s: %s", "%s 在 %s 复核:%s", name(a.By), a.Surface, orDash(a.Note))
		return e, nil
	}
	e.Text = ops.Textf("%s by %s on %s was refused: %s", "%[2]s 在 %[3]s 的 %[1]s 被拒绝:%[4]s", a.Kind, name(a.By), a.Surface, refused)
	return e, nil
}
