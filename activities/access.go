package activities

import (
	"context"
	"time"
)

// GrantIn declares that somebody may work in a namespace until a time.
type GrantIn struct {
	Room
	Who    string    `json:"who"`  // user:ann or group:sre, as the cluster knows them
	Role   string    `json:"role"` // view or edit
	Until  time.Time `json:"until"`
	Change string    `json:"change"`         // the change that grants and takes it back
	Over   string    `json:"over,omitempty"` // the change whose shorter grant it takes over
	DryRun bool      `json:"dry_run,omitempty"`
}

// Object names the grant.
func (in GrantIn) Object() string { return in.Room.Object() + " " + in.Who + " " + in.Role }

// Granted is one grant that Orderly has given.
type Granted struct {
	Who    string    `json:"who"`
	Role   string    `json:"role"`
	Until  time.Time `json:"until"`
	Change string    `json:"change"`
}

// Granter lets people work in namespaces. Grant declares a wanted state, so a repeat changes nothing; Conflict when the
// same is granted already by another change than Over, or by hand. Revoke takes back only what its own change granted.
type Granter interface {
	Grants(ctx context.Context, in Room) ([]Granted, error)
	Grant(ctx context.Context, in GrantIn) (Done, error)
	Revoke(ctx context.Context, in GrantIn) (Done, error)
}

// Grants reads what is granted in a namespace.
var Grants = newStep("access", read, Granter.Grants)

// Grant lets somebody work in a namespace.
var Grant = newStep("access.grant", write, Granter.Grant)

// TryGrant has the provider check a Grant without doing it.
var TryGrant = newStep("access.grant.try", read, func(g Granter, ctx context.Context, in GrantIn) (Done, error) {
	in.DryRun = true
	return g.Grant(ctx, in)
})

// Revoke takes a grant back.
var Revoke = newStep("access.revoke", write, Granter.Revoke)
