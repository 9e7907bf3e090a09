package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// EntryIn declares that a service has an entry in an inventory file of a repository, or that it has none.
type EntryIn struct {
	Project string `json:"project"`
	Branch  string `json:"branch,omitempty"` // empty: the default one
	File    string `json:"file"`
	Service string `json:"service"`
	Entry   string `json:"entry"`          // the item of the list services, in YAML lines without indentation
	Gone    bool   `json:"gone,omitempty"` // the entry shall not be there
	Change  string `json:"change"`
	Why     string `json:"why,omitempty"` // the change in a line
	DryRun  bool   `json:"dry_run,omitempty"`
}

// Object names the service.
func (in EntryIn) Object() string { return in.Service + " in " + in.Project + "/" + in.File }

// Registrant keeps entries of an inventory file through merge requests. PutEntry declares a wanted state: it takes back
// what the same change has proposed the other way, and proposes only what is not so already. Conflict when the service has
// another entry. LandEntry merges what people have agreed to.
type Registrant interface {
	PutEntry(ctx context.Context, in EntryIn) (Done, error)
	LandEntry(ctx context.Context, in EntryIn) (Landing, error)
}

// PutEntry proposes an entry, or that it goes.
var PutEntry = newStep("entry.put", write, Registrant.PutEntry)

// TryPutEntry has the provider check a PutEntry without doing it.
var TryPutEntry = newStep("entry.put.try", read, func(r Registrant, ctx context.Context, in EntryIn) (Done, error) {
	in.DryRun = true
	return r.PutEntry(ctx, in)
})

// LandEntryIn asks to merge what PutEntry has proposed.
type LandEntryIn struct {
	EntryIn
	Patience time.Duration `json:"patience"` // how long it is waited for
	Poll     time.Duration `json:"poll,omitempty"`
}

// LandEntry merges what was proposed as soon as that is allowed, and waits so long at most. What people have to agree to
// first is no failure, and stays open.
var LandEntry = newStep("entry.land", wait, func(r Registrant, ctx context.Context, in LandEntryIn) (Landing, error) {
	until := time.Now().Add(in.Patience)
	for {
		if err := ctx.Err(); err != nil {
			return Landing{}, err
		}
		whole, done := unbroken(ctx)
		now, err := r.LandEntry(whole, in.EntryIn)
		done()
		left := time.Until(until)
		switch {
		case err != nil && (!retried(ops.CodeOf(err)) || left <= 0):
			return now, err
		case err == nil && (now.Holds || now.People || left <= 0):
			return now, nil
		case err != nil:
			now.Waits = ops.TextOf(err)
		}
		Report(ctx, ops.Progress{Object: in.Object(), Text: now.Waits})
		if err := pause(ctx, min(left, orDefault(in.Poll, time.Second))); err != nil {
			return now, err
		}
	}
})
