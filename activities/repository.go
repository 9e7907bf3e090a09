package activities

import (
	"context"
)

// RepositoryIn declares a repository that begins with the files of a template.
type RepositoryIn struct {
	Project    string            `json:"project"`              // such as shop/cart-api
	Template   string            `json:"template"`             // the project whose files it begins with
	Values     map[string]string `json:"values,omitempty"`     // what stands for ${name} in the files and in their names
	Visibility string            `json:"visibility,omitempty"` // private, internal or public; empty: private
	Change     string            `json:"change"`               // the change that makes it
	Why        string            `json:"why,omitempty"`        // the change in a line, for the repository's own record
	DryRun     bool              `json:"dry_run,omitempty"`
}

// Object names the project.
func (in RepositoryIn) Object() string { return in.Project }

// Repository is what is known of a repository.
type Repository struct {
	Mine   bool   `json:"mine"`             // the change that asks has made it
	Others int    `json:"others,omitempty"` // commits that are not its
	Files  int    `json:"files,omitempty"`  // with DryRun: how many it begins with
	Link   string `json:"link,omitempty"`
}

// RepositoryKeeper makes and removes repositories. MakeRepository declares a wanted state: what an earlier attempt left
// half made is finished. Conflict when one of that name is another's, NotFound when there is no such template or group.
// DropRepository changes nothing when it is gone or not the change's; Unsafe when it holds commits of others.
type RepositoryKeeper interface {
	LookRepository(ctx context.Context, in RepositoryIn) (Repository, error) // NotFound when there is none
	MakeRepository(ctx context.Context, in RepositoryIn) (Repository, error)
	DropRepository(ctx context.Context, in RepositoryIn) (Done, error)
}

// LookRepository reads a repository.
var LookRepository = newStep("repository", read, RepositoryKeeper.LookRepository)

// MakeRepository makes a repository.
var MakeRepository = newStep("repository.make", write, RepositoryKeeper.MakeRepository)

// TryMakeRepository has the provider check a MakeRepository without doing it.
var TryMakeRepository = newStep("repository.make.try", read, func(k RepositoryKeeper, ctx context.Context, in RepositoryIn) (Repository, error) {
	in.DryRun = true
	return k.MakeRepository(ctx, in)
})

// DropRepository removes a repository, if the change has made it and nobody else has worked in it.
var DropRepository = newStep("repository.drop", write, RepositoryKeeper.DropRepository)
