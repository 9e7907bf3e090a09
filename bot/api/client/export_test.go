package client

import (
	"context"
	"time"
)

// WithoutPauses makes a client try again at once, and give up a silent stream soon.
func (c *Client) WithoutPauses(idle time.Duration) *Client {
	c.pause = func(ctx context.Context, _ int) error { return ctx.Err() }
	c.idle = idle
	return c
}
