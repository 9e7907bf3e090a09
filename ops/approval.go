package ops

import (
	"slices"
	"strings"
	"time"
)

// Need says whose approval a change wants: Count different people out of From, or else any one of the alternatives.
type Need struct {
	Count  int           `json:"count"`
	From   []string      `json:"from"` // selectors: group:sre, person:bob
	Or     []Need        `json:"or,omitempty"`
	Expiry time.Duration `json:"expiry,omitempty"` // how long to wait for the answers; 0 is the default of 24 hours
	Via    []string      `json:"via,omitempty"`    // the surfaces that may approve; all when empty
}

// Approval is one human answer to one exact plan.
type Approval struct {
	By       User      `json:"by"`
	Surface  string    `json:"surface"`
	Approve  bool      `json:"approve"`
	Note     string    `json:"note,omitempty"`
	PlanHash string    `json:"plan_hash"`
	At       time.Time `json:"at"`
}

// possible is the need without the alternatives that ask nobody, such as owners of a service that has none; nil when
// nothing is left.
func (n Need) possible() *Need {
	left := slices.DeleteFunc(append([]Need{n}, n.Or...), func(o Need) bool { return len(o.From) == 0 })
	if len(left) == 0 {
		return nil
	}
	out := left[0]
	out.Or, out.Expiry, out.Via = left[1:], n.Expiry, n.Via
	for i := range out.Or {
		out.Or[i].Or = nil
	}
	return &out
}

// Accepts says whether the person is one of those who may answer.
func (n Need) Accepts(u User) bool {
	if slices.ContainsFunc(n.From, u.Is) {
		return true
	}
	return slices.ContainsFunc(n.Or, func(o Need) bool { return o.Accepts(u) })
}

// Met says whether the approvals fulfil the need: one vote per person, an approval counts for every rule it satisfies,
// one rejection ends it (see Rejected).
func (n Need) Met(votes []Approval) bool {
	people := map[string]bool{}
	for _, v := range votes {
		if v.Approve && slices.ContainsFunc(n.From, v.By.Is) {
			people[v.By.ID] = true
		}
	}
	if len(people) >= n.Count {
		return true
	}
	return slices.ContainsFunc(n.Or, func(o Need) bool { return o.Met(votes) })
}

// Rejected returns the first rejection by somebody who may answer.
func (n Need) Rejected(votes []Approval) (Approval, bool) {
	for _, v := range votes {
		if !v.Approve && n.Accepts(v.By) {
			return v, true
		}
	}
	return Approval{}, false
}

// Text says the need in words, such as "1 of group:sre, or 2 of group:dev".
func (n Need) Text() Text {
	texts := []Text{Textf("%d of %s", "%[2]s 中 %[1]d 人", n.Count, strings.Join(n.From, ", "))}
	for _, o := range n.Or {
		texts = append(texts, o.Text())
	}
	return JoinTexts(texts, Text{En: ", or ", Zh: ",或 "})
}
