package activities

import (
	"context"
	"time"
)

// MeasureIn asks for the present values of a query.
type MeasureIn struct {
	Query string    `json:"query"`
	At    time.Time `json:"at,omitzero"` // zero: now
}

// Object names the query.
func (in MeasureIn) Object() string { return in.Query }

// Sample is one value of a query's result.
type Sample struct {
	Labels string `json:"labels,omitempty"` // in words, such as {pod="a"}
	Value  string `json:"value"`            // as the provider writes it, so that NaN and infinities have a form
}

// Measured is a query's result; no samples mean that nothing is known.
type Measured struct {
	Samples []Sample `json:"samples,omitempty"`
	Link    string   `json:"link,omitempty"` // where a person sees it
}

// Meter answers queries about what was measured. Invalid when the query is wrong; Unavailable while there is no answer.
type Meter interface {
	Measure(ctx context.Context, in MeasureIn) (Measured, error)
}

// Measure asks for the values of a query.
var Measure = newStep("measure", read, Meter.Measure)
