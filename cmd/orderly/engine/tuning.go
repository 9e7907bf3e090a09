package engine

import (
	"time"

	"go.temporal.io/server/common/dynamicconfig"
)

// tuning is the dynamic configuration for one process with one shard and a SQLite file. The keys and their effect were
// measured; see package engine.
func tuning() dynamicconfig.Client {
	c := dynamicconfig.StaticClient{}
	for key, value := range map[string]any{
		// With one shard the defaults (20 polls a second) cost every hop 50 ms.
		"history.transferProcessorMaxPollRPS":   10_000,
		"history.timerProcessorMaxPollRPS":      10_000,
		"history.visibilityProcessorMaxPollRPS": 10_000,
		"history.outboundProcessorMaxPollRPS":   10_000,
		// A lost wake-up of a long poll is noticed after this time instead of 20 s.
		"history.longPollExpirationInterval": 2 * time.Second,
		// One partition is enough for one process, and keeps the order of a queue.
		"matching.numTaskqueueReadPartitions":  1,
		"matching.numTaskqueueWritePartitions": 1,
		// The engine keeps changes that are over for an hour, about 30 KB each, up to 128,000 of them; here so many are enough.
		"history.hostLevelCacheMaxSize": 500,
		// What is kept for other data centres of Temporal, of which there are none: 8 MB that fill up slowly.
		"history.xdcCacheMaxSizeBytes": 64 << 10,
		// The rate limits are meant to keep tenants apart; here there is one.
		"frontend.rps":                           20_000,
		"frontend.namespaceRPS":                  20_000,
		"frontend.namespaceRPS.visibility":       2_000,
		"frontend.globalNamespaceRPS":            20_000,
		"frontend.globalNamespaceRPS.visibility": 2_000,
		"frontend.namespaceCount":                10_000,
		"history.rps":                            50_000,
		"matching.rps":                           50_000,
		"history.persistenceMaxQPS":              50_000,
		"matching.persistenceMaxQPS":             50_000,
		"frontend.persistenceMaxQPS":             50_000,
		"frontend.enableUpdateWorkflowExecution": true,
		"system.enableEagerWorkflowStart":        true,
		"frontend.WorkflowPauseEnabled":          true,
	} {
		c[dynamicconfig.MakeKey(key)] = value
	}
	return c
}
