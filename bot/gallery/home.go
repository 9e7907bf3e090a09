package gallery

import "orderly.example/ops"

// Ann is who asks for the changes of the gallery.
func Ann() ops.User { return ann }

// Waiting is a change that waits for somebody's answer, as lists show it.
func Waiting() []ops.Summary {
	return []ops.Summary{summary("restart-zzzzzzzzzzzz", "restart", "chen", ops.WaitingApproval)}
}

// Open is a change that runs, as lists show it.
func Open() []ops.Summary { return []ops.Summary{summary(ID, "scale", "ann", ops.Running)} }

func summary(id, operation, by string, state ops.State) ops.Summary {
	return ops.Summary{
		ID: id, Operation: operation, Requester: by, State: state, CreatedAt: Noon,
		Text: ops.Text{En: operation + " shop.cart.api@idc1/c1:prod", Zh: operation + " shop.cart.api@idc1/c1:prod"},
	}
}
