package ops

import "time"

// AccountLink says that an account of a surface belongs to a person, because the person said so after signing in.
type AccountLink struct {
	Surface string    `json:"surface"`
	Account string    `json:"account"`
	Person  string    `json:"person"`
	At      time.Time `json:"at"`
}
