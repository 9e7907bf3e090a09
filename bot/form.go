package bot

import "orderly.example/ops"

// Form is an operation on its way to a request: what is known and what is still to be asked. Any surface can draw it.
type Form struct {
	Operation ops.Operation `json:"operation"`
	Request   ops.Request   `json:"request"`      // everything known so far; reason, time and flags are kept
	Fields    []Field       `json:"fields"`       // one per parameter, in their order
	At        string        `json:"at,omitempty"` // when it should start, as it was typed; empty: as in Request
}

// Field is one parameter of a Form.
type Field struct {
	Param   ops.Param `json:"param"`
	Value   string    `json:"value,omitempty"`   // as typed so far; never shown for a secret
	Ask     bool      `json:"ask,omitempty"`     // it is missing or wrong, so that a person must fill it in
	Error   ops.Text  `json:"error,omitzero"`    // what is wrong with Value, and how to write it
	Options []string  `json:"options,omitempty"` // what one may choose from, when it is a choice
}

// Asked returns the fields that a person must still fill in.
func (f Form) Asked() []Field {
	var out []Field
	for _, x := range f.Fields {
		if x.Ask {
			out = append(out, x)
		}
	}
	return out
}

// Complete says whether nothing is left to ask.
func (f Form) Complete() bool { return len(f.Asked()) == 0 }
