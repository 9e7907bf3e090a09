package ops

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"time"
)

// Request is one filled-in operation by one person; every surface makes one and does nothing else.
type Request struct {
	Operation  string            `json:"operation"`
	Params     map[string]string `json:"params,omitempty"` // canonical texts, see Param
	Reason     string            `json:"reason,omitempty"`
	By         User              `json:"by"`
	From       Origin            `json:"from"`
	Key        string            `json:"key"`                // the delivery key of the surface: the same for every repeat of one delivery
	DryRun     bool              `json:"dry_run,omitempty"`  // plan only
	At         time.Time         `json:"at,omitzero"`        // not before this time
	Cron       string            `json:"cron,omitempty"`     // run again and again: a cron line of five fields
	TimeZone   string            `json:"timezone,omitempty"` // of Cron, an IANA name; UTC when empty
	BreakGlass string            `json:"break_glass,omitempty"`
	Hold       bool              `json:"hold,omitempty"` // on a failed step wait for a person instead of undoing at once
	Schedule   string            `json:"schedule,omitempty"`
	Standing   []Approval        `json:"standing,omitempty"` // approvals given when the schedule was made; set by the program only
}

// User is a person as a surface knows them at the moment they speak.
type User struct {
	ID       string   `json:"id"`
	Name     string   `json:"name,omitempty"`
	Lang     string   `json:"lang,omitempty"`
	Groups   []string `json:"groups,omitempty"`
	LinkedBy string   `json:"linked_by,omitempty"` // how the account was linked to the person: file, oidc, email, dev
}

// In says whether the person is in the group.
func (u User) In(group string) bool { return slices.Contains(u.Groups, group) }

// Is says whether the person is meant by a selector: person:bob, group:sre, or * for everybody.
func (u User) Is(selector string) bool {
	kind, name, _ := strings.Cut(selector, ":")
	switch kind {
	case "person":
		return u.ID == name
	case "group":
		return u.In(name)
	}
	return selector == "*"
}

// Origin is where a request came from and where its one message is kept.
type Origin struct {
	Surface string `json:"surface"`           // slack, lark, cli, api, console ...
	Channel string `json:"channel,omitempty"` // the room or channel
	Thread  string `json:"thread,omitempty"`
	Ref     string `json:"ref,omitempty"` // the message that was shown before the change began, in the surface's own words
}

// maxKeyLetters is how much of the hash stands in a change ID: 12 letters of base32, 60 bits.
const maxKeyLetters = 12

// ChangeID is the workflow ID of the change of a request: the operation and a hash over surface and delivery key, so
// that the same delivery always means the same change. It holds nothing personal.
func ChangeID(r Request) string {
	return strings.ReplaceAll(r.Operation, ".", "-") + "-" + ShortHash(r.From.Surface, r.Key)
}

// ShortHash is 12 letters of base32 over the parts.
func ShortHash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:maxKeyLetters]
}
