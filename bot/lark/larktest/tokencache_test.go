package larktest_test

import (
	"context"
	"sync"
	"time"

	"orderly.example/bot/lark/larktest"
)

// clockCache keeps the tokens of the client by the clock of the fake. The client's own cache is one for the process and
// goes by the real clock.
type clockCache struct {
	s  *larktest.Server
	mu sync.Mutex
	m  map[string]cached
}

type cached struct {
	value string
	ends  time.Time
}

func (c *clockCache) Set(_ context.Context, key, value string, life time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[key] = cached{value, c.s.Now().Add(life)}
	return nil
}

func (c *clockCache) Get(_ context.Context, key string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.m[key]; ok && c.s.Now().Before(v.ends) {
		return v.value, nil
	}
	return "", nil
}

func (c *clockCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.m)
}
