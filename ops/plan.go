package ops

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// Plan is what will change, found out before anything does. Approvals bind to its Hash.
type Plan struct {
	Summary Text            `json:"summary"`
	Diffs   []Diff          `json:"diffs,omitempty"`
	Blast   Blast           `json:"blast,omitzero"`
	Notes   []Text          `json:"notes,omitempty"` // what one should know before saying yes
	Undo    Text            `json:"undo,omitzero"`   // how it would be taken back
	Targets []Target        `json:"targets,omitempty"`
	Work    json.RawMessage `json:"work,omitempty"` // what the run function will do, exactly
	Hash    string          `json:"hash"`           // SHA-256 over all the rest, in hexadecimal
}

// Diff is one field of one object that changes.
type Diff struct {
	Object string `json:"object"`
	Field  string `json:"field"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// Blast is how far a plan reaches, in words and in numbers that policy may compare.
type Blast struct {
	Text      Text     `json:"text"`
	Targets   int      `json:"targets"`
	Instances int      `json:"instances"` // instances touched
	Delta     int      `json:"delta"`     // instances added (or, negative, taken away)
	Percent   int      `json:"percent"`   // the largest share of one target's instances that is touched, in percent
	Envs      []string `json:"envs,omitempty"`
	Clusters  []string `json:"clusters,omitempty"`
}

// Seal puts the plan into its normal form and computes the hash: lists of places sorted, work compacted.
func (p Plan) Seal() (Plan, error) {
	p.Hash = ""
	slices.Sort(p.Blast.Envs)
	slices.Sort(p.Blast.Clusters)
	slices.SortFunc(p.Targets, func(a, b Target) int { return bytes.Compare([]byte(a.String()), []byte(b.String())) })
	if len(p.Work) > 0 {
		work, err := normalJSON(p.Work)
		if err != nil {
			return p, Errorf(Internal, "the plan cannot be written down", "预案无法序列化").Because(err)
		}
		p.Work = work
	}
	b, err := json.Marshal(p)
	if err != nil {
		return p, Errorf(Internal, "the plan cannot be written down", "预案无法序列化").Because(err)
	}
	sum := sha256.Sum256(b)
	p.Hash = hex.EncodeToString(sum[:])
	return p, nil
}

// Empty says whether the plan changes nothing.
func (p Plan) Empty() bool { return len(p.Diffs) == 0 }

// normalJSON rewrites JSON with sorted keys, without spaces, numbers kept as written.
func normalJSON(raw json.RawMessage) (json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return json.Marshal(v)
}
