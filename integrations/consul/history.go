package consul

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/consul/api"

	"orderly.example/activities"
	"orderly.example/ops"
)

// releases is the prefix of the former releases of a namespace: one key each, numbered.
func (c *Client) releases(at ops.ConfigAt) string { return filled(c.history, at) }

// past is the history of a namespace, the oldest first.
type past []chapter

type chapter struct {
	activities.ConfigRelease
	key   string
	index uint64
}

// past reads the history of a namespace. What cannot be read is left out, and goes when its time has come.
func (c *Client) past(ctx context.Context, at ops.ConfigAt) (past, error) {
	entries, err := c.entries(ctx, at, c.releases(at))
	if err != nil {
		return nil, err
	}
	var out past
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		ch := chapter{key: key, index: entries[key].index}
		if _, err := strconv.Atoi(key); err != nil {
			continue // not one of ours
		}
		_ = activities.Unpack([]byte(entries[key].value), &ch.ConfigRelease)
		out = append(out, ch)
	}
	return out, nil
}

func (p past) journal() activities.ConfigJournal {
	var out activities.ConfigJournal
	for _, ch := range slices.Backward(p) {
		if ch.ID != "" {
			out = append(out, ch.ConfigRelease)
		}
	}
	return out
}

// next adds releases behind the last one, and takes as many of the oldest away as there are too many. Somebody who adds
// one at the same time gets the same number, and one of the two looks again.
func (p past) next(prefix string, added []activities.ConfigRelease) (api.TxnOps, error) {
	var out api.TxnOps
	number := 0
	if len(p) > 0 {
		number, _ = strconv.Atoi(p[len(p)-1].key) // past has seen that it is one
	}
	for i, r := range added {
		raw, err := activities.Pack(r)
		if err != nil {
			return nil, err
		}
		out = append(out, &api.TxnOp{KV: &api.KVTxnOp{Verb: api.KVCAS, Key: fmt.Sprintf("%s%08d", prefix, number+1+i), Value: raw}})
	}
	for i := range min(len(p)+len(added)-activities.KeptReleases, len(added), len(p)) {
		out = append(out, &api.TxnOp{KV: &api.KVTxnOp{Verb: api.KVDeleteCAS, Key: prefix + p[i].key, Index: p[i].index}})
	}
	return out, nil
}

// ConfigReleases are the last releases, the newest first; see activities.ConfigHistorian.
func (c *Client) ConfigReleases(ctx context.Context, at ops.ConfigAt, limit int) ([]activities.ConfigRelease, error) {
	now, err := c.ReadConfig(ctx, at)
	if err != nil {
		return nil, err
	}
	past, err := c.past(ctx, at)
	if err != nil {
		return nil, err
	}
	return past.journal().Releases(now, limit), nil
}
