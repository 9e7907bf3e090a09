package gitlab

import (
	"cmp"
	"context"
	"net/http"

	"orderly.example/activities"
	"orderly.example/ops"
)

// entryBranch is the branch of a change on which a service has an entry, or has none.
func entryBranch(in activities.EntryIn) string {
	return "orderly/" + in.Change + "/" + ops.ShortHash(in.Project, in.File, in.Service, map[bool]string{true: "gone", false: "there"}[in.Gone])
}

// book opens the inventory file.
func (c *Client) book(ctx context.Context, in activities.EntryIn) (*file, *book, error) {
	project, err := c.project(ctx, in.Project)
	if err != nil {
		return nil, nil, err
	}
	f := &file{git: ops.GitPlace{Project: in.Project, File: in.File, Branch: cmp.Or(in.Branch, project.DefaultBranch)}, project: project}
	raw, commit, err := c.read(ctx, in.Project, in.File, f.git.Branch)
	if err != nil {
		return nil, nil, err
	}
	f.commit = commit
	b, err := readBook(raw, in)
	return f, b, err
}

// entry is the wish that a service has its entry, or none.
func (c *Client) entry(b *book, in activities.EntryIn) wish {
	title := in.Service + ": new in the inventory"
	if in.Gone {
		title = in.Service + ": no more in the inventory"
	}
	f := &file{git: ops.GitPlace{Project: in.Project}}
	return wish{
		branch: entryBranch(in), title: title, why: in.Why, content: b.changed,
		holds: func(raw string) error {
			there, err := readBook(raw, in)
			if err == nil && there.done() {
				return nil
			}
			return f.strange(entryBranch(in)).Because(err)
		},
		granted: func(ctx context.Context) (string, error) {
			f, now, err := c.book(ctx, in)
			if err != nil || !now.done() {
				return "", err
			}
			return f.link(), nil
		},
	}
}

// PutEntry proposes an entry, or that it goes; see activities.Registrant.
func (c *Client) PutEntry(ctx context.Context, in activities.EntryIn) (activities.Done, error) {
	f, b, err := c.book(ctx, in)
	if err != nil {
		return activities.Done{}, err
	}
	opposite := in
	opposite.Gone = !in.Gone
	if in.DryRun {
		return c.tryEntry(ctx, f, b, entryBranch(opposite))
	}
	withdrawn, err := c.withdraw(ctx, f, entryBranch(opposite))
	if err != nil {
		return activities.Done{}, err
	}
	if withdrawn { // in the same moment a person may have merged it
		if f, b, err = c.book(ctx, in); err != nil {
			return activities.Done{}, err
		}
	}
	switch {
	case b.done():
		return activities.Done{Changed: withdrawn}, nil
	case !in.Gone && b.at >= 0:
		return activities.Done{}, b.other()
	}
	return activities.Done{Changed: true}, c.propose(ctx, f, c.entry(b, in))
}

// tryEntry says what PutEntry would do.
func (c *Client) tryEntry(ctx context.Context, f *file, b *book, opposite string) (activities.Done, error) {
	switch {
	case !b.in.Gone && b.at >= 0:
		return activities.Done{}, b.other()
	case b.in.Gone && b.at < 0:
		_, _, err := c.read(ctx, b.in.Project, b.in.File, opposite)
		if status(err) == http.StatusNotFound {
			return activities.Done{}, nil
		}
		return activities.Done{Changed: err == nil}, err
	}
	if _, err := b.changed(); err != nil {
		return activities.Done{}, err
	}
	return activities.Done{Changed: true}, writable(f.project, b.in.Project)
}

// LandEntry merges what PutEntry has proposed, as soon as that is allowed; see activities.Registrant.
func (c *Client) LandEntry(ctx context.Context, in activities.EntryIn) (activities.Landing, error) {
	f, b, err := c.book(ctx, in)
	switch {
	case err != nil:
		return activities.Landing{}, err
	case b.done():
		return activities.Landing{Holds: true, Link: f.link()}, nil
	}
	return c.land(ctx, f, c.entry(b, in))
}
