package changetest

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

var _ activities.ConfigGrayer = (*Centre)(nil)

// GrayConfig says which gray release there is.
func (c *Centre) GrayConfig(context.Context, ops.ConfigAt) (activities.Gray, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if c.Gray == nil {
		return activities.Gray{}, nil
	}
	return *c.Gray, nil
}

// SetGray keeps one gray release.
func (c *Centre) SetGray(_ context.Context, in activities.GrayIn) (activities.Gray, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if err := c.w.fails("config.gray", ops.Target{}); err != nil {
		return activities.Gray{}, err
	}
	g := activities.Gray{Title: in.Title, Release: "gray", At: in.At, IPs: in.IPs, Changed: true}
	g.At.Cluster = "branch"
	c.Gray = &g
	c.w.Ledger = append(c.w.Ledger, "gray "+strings.Join(in.IPs, ","))
	return g, c.w.after("config.gray", ops.Target{})
}

// EndGray merges or abandons it.
func (c *Centre) EndGray(_ context.Context, in activities.EndGrayIn) (activities.PublishOut, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if in.Merge != "" && c.last().Title == in.Merge {
		return activities.PublishOut{Release: c.last().ID}, nil
	}
	if c.Gray == nil || c.Gray.Title != in.Title {
		return activities.PublishOut{}, nil
	}
	c.Gray = nil
	if in.Merge == "" {
		c.w.Ledger = append(c.w.Ledger, "abandon")
		return activities.PublishOut{Changed: true}, nil
	}
	if activities.ConfigContent(c.Values) != in.Content {
		return activities.PublishOut{}, ops.Errorf(ops.Conflict, "changed by another hand", "被他人修改")
	}
	values := maps.Clone(c.Values)
	for _, ch := range in.Changes {
		values[ch.Key] = ch.To
	}
	if activities.ConfigContent(values) != in.Then {
		return activities.PublishOut{}, ops.Errorf(ops.Internal, "the content after the merge was not foreseen", "合并结果与预期不符")
	}
	c.Values = values
	c.Release(in.Merge, values)
	c.w.Ledger = append(c.w.Ledger, "merge "+in.Merge)
	return activities.PublishOut{Changed: true, Release: c.last().ID}, c.w.after("config.gray.end", ops.Target{})
}

// podIP is the address of the n-th instance of a target.
func podIP(t ops.Target, n int) string {
	idc := strings.TrimPrefix(t.IDC, "idc")
	return fmt.Sprintf("10.0.%s.%d", idc, n+1)
}

// Move replaces the first n instances of every target: their addresses are gone.
func (w *World) Move(n int) { w.Behind(func() { w.Moved += n }) }

// Behind does something behind the program's back, with the World locked.
func (w *World) Behind(do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	do()
}
