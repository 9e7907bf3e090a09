package bot

import (
	"cmp"
	"context"
	"slices"

	"orderly.example/ops"
)

const (
	maxHome       = 10 // changes of one sort
	maxFavourites = 5
	homeLook      = 100 // changes that are looked through
)

// Home is what concerns a person: what waits for their answer, their open changes, and what they ask for most.
func (d *Desk) Home(ctx context.Context, u ops.User) (Card, error) {
	waiting, err := d.waitingFor(ctx, u)
	if err != nil {
		return Card{}, err
	}
	open, err := d.List(ctx, ops.Filter{Requester: u.ID, Open: true, Limit: maxHome})
	if err != nil {
		return Card{}, err
	}
	mine, err := d.List(ctx, ops.Filter{Requester: u.ID, Limit: homeLook})
	if err != nil {
		return Card{}, err
	}
	return HomeCard(u, waiting, open.Changes, d.favourites(mine.Changes)), nil
}

// HomeCard shows a person what waits for their answer, what they have open, and how to ask for something new.
func HomeCard(u ops.User, waiting, open []ops.Summary, favourites []ops.Operation) Card {
	c := Card{Title: say("what concerns you, %s", "%s,与您有关的变更", whom(u)), Tone: ToneCalm}
	if len(waiting) > 0 {
		c.Tone = ToneAsks
	}
	c.Sections = []Section{
		homeSection(say("waits for your answer:", "等待您审批:"), waiting),
		homeSection(say("your open changes:", "您进行中的变更:"), open),
	}
	for _, s := range append(slices.Clone(waiting), open...) {
		if !slices.ContainsFunc(c.Actions, func(a Action) bool { return a.Say == "show "+s.ID }) {
			c.Actions = append(c.Actions, Action{Say: "show " + s.ID, Label: say("show %s", "查看 %s", s.ID), Line: "show " + s.ID})
		}
	}
	for _, op := range favourites {
		c.Actions = append(c.Actions, Action{Say: "form " + op.Name, Label: say("new: %s", "新建:%s", op.Name), Line: "form " + op.Name})
	}
	return c
}

func homeSection(head ops.Text, changes []ops.Summary) Section {
	out := Section{Part: PartRequest, Head: head}
	for _, c := range changes {
		out.add("%s %s: %s (%s)", "%s %s:%s(%s)", c.ID, c.State.Text(), c.Text, c.Requester)
	}
	if len(changes) == 0 {
		out.add("nothing", "无")
	}
	return out
}

// waitingFor are the changes that wait for an answer which the person may give and has not given.
func (d *Desk) waitingFor(ctx context.Context, u ops.User) ([]ops.Summary, error) {
	page, err := d.List(ctx, ops.Filter{State: ops.WaitingApproval, Limit: homeLook})
	if err != nil {
		return nil, err
	}
	var out []ops.Summary
	for _, c := range page.Changes {
		if c.Requester == u.ID || len(out) == maxHome {
			continue
		}
		s, err := d.Status(ctx, c.ID)
		if err != nil {
			continue // it ended meanwhile, or will be there at the next look
		}
		voted := slices.ContainsFunc(s.Approvals, func(a ops.Approval) bool { return a.By.ID == u.ID })
		if s.State == ops.WaitingApproval && !voted && s.Decision.Need.Accepts(u) {
			out = append(out, c)
		}
	}
	return out, nil
}

// favourites are the operations that a person asks for most, or before they have asked for any the first of the catalogue.
func (d *Desk) favourites(mine []ops.Summary) []ops.Operation {
	count := map[string]int{}
	for _, c := range mine {
		count[c.Operation]++
	}
	all := slices.DeleteFunc(slices.Clone(d.Operations), func(op ops.Operation) bool { return len(count) > 0 && count[op.Name] == 0 })
	slices.SortStableFunc(all, func(a, b ops.Operation) int { return cmp.Compare(count[b.Name], count[a.Name]) })
	return all[:min(len(all), maxFavourites)]
}
