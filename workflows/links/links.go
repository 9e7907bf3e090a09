package links

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// Names under which the workflow and its handlers are known to clients.
const (
	WorkflowName = "Links"
	ID           = "links"
	UpdateLink   = "link"
	QueryLinks   = "links"
)

// book is what was linked.
type book struct {
	links []ops.AccountLink
}

// Links keeps the links.
func Links(ctx workflow.Context, links []ops.AccountLink) error {
	b := &book{links: links}
	if err := workflow.SetQueryHandler(ctx, QueryLinks, func() ([]ops.AccountLink, error) { return b.links, nil }); err != nil {
		return err
	}
	if err := workflow.SetUpdateHandler(ctx, UpdateLink, b.link); err != nil {
		return err
	}
	full := func() bool {
		return workflow.GetInfo(ctx).GetContinueAsNewSuggested() && workflow.AllHandlersFinished(ctx)
	}
	if err := workflow.Await(ctx, full); err != nil {
		return err
	}
	return workflow.NewContinueAsNewError(ctx, WorkflowName, b.links)
}

// link notes a link and answers with the one that counts: the first of the account.
func (b *book) link(ctx workflow.Context, l ops.AccountLink) (ops.AccountLink, error) {
	i := slices.IndexFunc(b.links, func(o ops.AccountLink) bool { return o.Surface == l.Surface && o.Account == l.Account })
	if i >= 0 {
		return b.links[i], nil
	}
	l.At = workflow.Now(ctx).UTC()
	b.links = append(b.links, l)
	return l, nil
}
