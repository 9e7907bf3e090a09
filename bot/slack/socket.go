package slack

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/slack-go/slack/socketmode"
)

// envelope is what Socket Mode wraps around a delivery.
type envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
	Retry   int             `json:"retry_attempt"`
}

// ackTime is how long a delivery may take. Slack waits for three seconds.
const ackTime = 2500 * time.Millisecond

// Listen takes in deliveries over Socket Mode until the context ends.
func (d *Door) Listen(ctx context.Context) error {
	for delay := time.Second; ctx.Err() == nil; delay = min(2*delay, time.Minute) {
		began := time.Now()
		err := d.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		d.Logger.WarnContext(ctx, "the connection to Slack is lost", "error", err)
		if time.Since(began) > time.Minute {
			delay = time.Second
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
		}
	}
	return nil
}

// connect is one life of the library's client, which itself comes back after a lost connection.
func (d *Door) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := socketmode.New(d.Client.api)
	ended := make(chan error, 1)
	go func() { ended <- s.RunContext(ctx) }()
	for {
		select {
		case e := <-s.Events:
			if x, ok := received(e); ok {
				go d.deliver(ctx, s, x)
			}
		case err := <-ended:
			return err
		}
	}
}

// received is the envelope of an event of the library. It reports a kind that it does not know as an error, and
// acknowledges nothing then: Slack would deliver it again and again.
func received(e socketmode.Event) (envelope, bool) {
	var bad *socketmode.ErrorBadMessage
	switch data := e.Data.(type) {
	case *socketmode.ErrorBadMessage:
		bad = data
	case socketmode.ErrorBadMessage:
		bad = &data
	}
	if bad != nil {
		var x envelope
		err := json.Unmarshal(bad.Message, &x)
		return x, err == nil && x.ID != ""
	}
	if e.Request == nil || e.Request.EnvelopeID == "" {
		return envelope{}, false
	}
	return envelope{ID: e.Request.EnvelopeID, Type: e.Request.Type, Payload: e.Request.Payload, Retry: e.Request.RetryAttempt}, true
}

func (d *Door) deliver(ctx context.Context, s *socketmode.Client, x envelope) {
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	payload, err := d.take(ctx, x.Type, x.Payload, x.Retry > 0)
	if err != nil {
		d.Logger.WarnContext(ctx, "a delivery is not taken", "surface", Surface, "error", err)
		return
	}
	var body any
	if raw := encoded(payload); raw != nil {
		body = raw
	}
	if err := s.AckCtx(ctx, x.ID, body); err != nil && !errors.Is(err, context.Canceled) {
		d.Logger.WarnContext(ctx, "a delivery could not be acknowledged", "surface", Surface, "error", err)
	}
}
