package chat

import (
	"encoding/json"
	"slices"
	"time"
)

// ref is what a change keeps for us in its history: which messages there are, and what was said besides.
type ref struct {
	Main   Message   `json:"main,omitzero"`
	At     time.Time `json:"at,omitzero"` // when Main was posted
	Count  int       `json:"n,omitempty"` // how often it was posted anew
	Direct bool      `json:"direct,omitempty"`
	Unsure bool      `json:"unsure,omitempty"` // it was posted without an answer: it may be there
	Copies []copied  `json:"copies,omitempty"` // in the conversations of those who are asked
	Told   []string  `json:"told,omitempty"`   // names of the notes that were said
}

// copied is a copy of the card for one person.
type copied struct {
	Message Message `json:"m"`
	Person  string  `json:"p"`
	Lang    string  `json:"l,omitempty"`
}

// readRef reads what a change kept. What cannot be read is as if nothing had been said.
func readRef(s string) ref {
	var r ref
	if json.Unmarshal([]byte(s), &r) != nil {
		return ref{}
	}
	return r
}

func (r ref) String() string {
	raw, _ := json.Marshal(r) // of texts and times only
	return string(raw)
}

func (r ref) told(note string) bool { return slices.Contains(r.Told, note) }
