package activities

import (
	"context"
	"time"
)

// DatabaseLookIn asks what an account has in a database, and what a role would give.
type DatabaseLookIn struct {
	Database string `json:"database"` // as the configuration names it
	Account  string `json:"account,omitempty"`
	Role     string `json:"role,omitempty"` // as the configuration names it
}

// DatabaseLook is what a database says.
type DatabaseLook struct {
	IDC     string            `json:"idc,omitempty"`
	Env     string            `json:"env,omitempty"`
	Account string            `json:"account,omitempty"` // in full, as the server knows it
	Powers  []string          `json:"powers,omitempty"`  // what the role gives: privileges, or roles of the server
	Held    []string          `json:"held,omitempty"`    // those of them that the account has by another hand, and keeps
	Grants  []DatabaseGranted `json:"grants,omitempty"`  // all that Orderly has given in the database
}

// DatabaseGranted is one grant that Orderly has given.
type DatabaseGranted struct {
	Account string    `json:"account"`
	Role    string    `json:"role"`
	Until   time.Time `json:"until"`
	Change  string    `json:"change"`
}

// DatabaseGrantIn declares that an account has a role in a database until a time.
type DatabaseGrantIn struct {
	Database string    `json:"database"`
	Account  string    `json:"account"` // in full
	Role     string    `json:"role"`
	Until    time.Time `json:"until"`          // in whole seconds
	Change   string    `json:"change"`         // the change that grants and takes it back
	Over     string    `json:"over,omitempty"` // the change whose shorter grant it takes over
	DryRun   bool      `json:"dry_run,omitempty"`
}

// Object names the grant.
func (in DatabaseGrantIn) Object() string { return in.Database + " " + in.Account + " " + in.Role }

// DatabaseGranter gives accounts roles in databases for a time. Grant declares a wanted state, so a repeat changes nothing;
// Conflict when another change than Over has granted the same, or when another hand has given all of it. Revoke takes back
// what its own change has given, unless another grant of the account needs it, and ends the open sessions of the account,
// in which it would go on. What another hand has given stays.
type DatabaseGranter interface {
	DatabaseLook(ctx context.Context, in DatabaseLookIn) (DatabaseLook, error)
	DatabaseGrant(ctx context.Context, in DatabaseGrantIn) (Done, error)
	DatabaseRevoke(ctx context.Context, in DatabaseGrantIn) (Done, error)
}

// LookAtDatabase reads what an account has in a database.
var LookAtDatabase = newStep("database", read, DatabaseGranter.DatabaseLook)

// GrantDatabase gives an account a role in a database.
var GrantDatabase = newStep("database.grant", write, DatabaseGranter.DatabaseGrant)

// TryGrantDatabase has the database check a GrantDatabase without doing it.
var TryGrantDatabase = newStep("database.grant.try", read, func(g DatabaseGranter, ctx context.Context, in DatabaseGrantIn) (Done, error) {
	in.DryRun = true
	return g.DatabaseGrant(ctx, in)
})

// RevokeDatabase takes a role back.
var RevokeDatabase = newStep("database.revoke", write, DatabaseGranter.DatabaseRevoke)
