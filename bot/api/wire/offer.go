package wire

import "orderly.example/ops"

// Offer is an operation as one person sees it.
type Offer struct {
	Operation ops.Operation  `json:"operation"`
	Allowed   bool           `json:"allowed" doc:"False when the policy denies it to this person whatever the values are"`
	Why       ops.Text       `json:"why,omitzero" doc:"The policy's reason"`
	Schema    map[string]any `json:"schema" doc:"JSON Schema (2020-12) of the parameters"`
}

// Offers is the catalogue.
type Offers struct {
	Operations []Offer `json:"operations"`
}

// Me says who asks and whom they ask.
type Me struct {
	Person  ops.User `json:"person"`
	Version string   `json:"version"`
	Demo    bool     `json:"demo,omitempty" doc:"The cloud is simulated: nothing real is touched"`
}

// Targets are places that one could name.
type Targets struct {
	Targets []string `json:"targets"`
}
