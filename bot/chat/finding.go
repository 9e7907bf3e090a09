package chat

import "orderly.example/ops"

// Finding is one thing that a platform has to grant, and why it is not there.
type Finding struct {
	What ops.Text
	Err  error // nil: it is there
}
