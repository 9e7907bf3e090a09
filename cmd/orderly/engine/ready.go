package engine

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

// readyTimeout is how long a start may take before it counts as failed.
const readyTimeout = 30 * time.Second

// ready waits until the frontend answers.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	c, err := client.NewLazyClient(client.Options{HostPort: s.HostPort, Logger: sdklog.NewStructuredLogger(orDefault(nil))})
	if err != nil {
		return fmt.Errorf("reach the embedded Temporal server: %w", err)
	}
	defer c.Close()
	for {
		_, err := c.CheckHealth(ctx, &client.CheckHealthRequest{})
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the embedded Temporal server did not get ready: %w", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
