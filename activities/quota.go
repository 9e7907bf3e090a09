package activities

import "context"

// Quota limits what a namespace may use.
type Quota struct {
	Name string            `json:"name"`
	Hard map[string]string `json:"hard"` // by resource
	Used map[string]string `json:"used"`
}

// QuotaIn declares limits of one quota.
type QuotaIn struct {
	Room
	Quota  string            `json:"quota"`  // its name
	Hard   map[string]string `json:"hard"`   // the limits that are set; an empty one is taken away; others stay
	From   map[string]string `json:"from"`   // what they were when the plan was made; empty: not limited
	Change string            `json:"change"` // who sets them
	DryRun bool              `json:"dry_run,omitempty"`
}

// Object names the quota.
func (in QuotaIn) Object() string { return in.Room.Object() + "/" + in.Quota }

// Quoter changes quotas. The call declares a wanted state, so a repeat changes nothing. Unsafe when less is wanted than is
// used; Conflict when a limit is neither From nor Hard: somebody else has changed it.
type Quoter interface {
	Quotas(ctx context.Context, in Room) ([]Quota, error)
	SetQuota(ctx context.Context, in QuotaIn) (Done, error)
}

// Quotas reads the quotas of a namespace.
var Quotas = newStep("quota", read, Quoter.Quotas)

// SetQuota sets limits of a quota.
var SetQuota = newStep("quota.set", write, Quoter.SetQuota)

// TrySetQuota has the provider check a SetQuota without doing it.
var TrySetQuota = newStep("quota.set.try", read, func(q Quoter, ctx context.Context, in QuotaIn) (Done, error) {
	in.DryRun = true
	return q.SetQuota(ctx, in)
})
