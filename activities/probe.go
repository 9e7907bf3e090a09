package activities

import (
	"context"

	"orderly.example/ops"
)

// ProbeIn asks an address.
type ProbeIn struct {
	URL string `json:"url"`
}

// Object names the address.
func (in ProbeIn) Object() string { return in.URL }

// Probed is what the address answered.
type Probed struct {
	Status  int      `json:"status"`           // of HTTP; 0: there was no answer
	Trouble ops.Text `json:"trouble,omitzero"` // why there was none
}

// Prober asks addresses. That nobody answers is a result and no error.
type Prober interface {
	Probe(ctx context.Context, in ProbeIn) (Probed, error)
}

// Probe asks an address.
var Probe = newStep("probe", read, Prober.Probe)
