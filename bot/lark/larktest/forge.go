package larktest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Forgery is how a request differs from one that Lark sends.
type Forgery int

// What may be wrong with a request that does not come from Lark, or not for this app.
const (
	Genuine        Forgery = iota // nothing: to see that the others are refused for what they are
	WrongSignature                // encrypted well, signed with another key
	Unsigned                      // encrypted well, without a signature
	OldTimestamp                  // a request of an hour ago that somebody has kept
	WrongToken                    // with another verification token
	OtherTenant                   // of another tenant
	Unencrypted                   // plain JSON, with the right token and a signature that somebody without the key can make
)

// Forges posts a message to the app that the person never wrote, and says with which status it is answered. It needs
// DeliverTo.
func (p *Person) Forges(f Forgery, ch *Chat, text string) int {
	s := p.s
	s.t.Helper()
	s.mu.Lock()
	post := s.posting
	m := &message{content: content{kind: kindText}, chat: ch, from: p, id: s.id("om_forged"), at: s.now()}
	m.raw, m.mentions = s.typed(text)
	d := s.newDelivery(Event, messageReceived, m.event())
	s.mu.Unlock()
	if post == nil {
		s.t.Fatalf("nothing can be forged: the app does not listen over HTTP")
	}
	body, headers := s.forged(f, d.Payload)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	status, _, err := post.do(ctx, body, headers)
	if err != nil {
		s.t.Fatalf("the forged request was not answered: %v", err)
	}
	return status
}

// forged is the request for a payload.
func (s *Server) forged(f Forgery, payload json.RawMessage) ([]byte, map[string]string) {
	switch f {
	case WrongToken:
		payload = replaced(payload, s.VerificationToken, "another-token")
	case OtherTenant:
		payload = replaced(payload, TenantKey, "tenant_other")
	}
	at := s.Now()
	if f == OldTimestamp {
		at = at.Add(-time.Hour)
	}
	body := s.sealed(payload)
	if f == Unencrypted {
		body = payload
	}
	headers := s.signed(at, body)
	switch f {
	case Unsigned:
		headers = nil
	case WrongSignature, Unencrypted:
		thief := &Server{EncryptKey: "another-key"}
		headers = thief.signed(at, body)
	}
	return body, headers
}

// replaced replaces a string value wherever it stands.
func replaced(payload json.RawMessage, from, to string) json.RawMessage {
	return json.RawMessage(strings.ReplaceAll(string(payload), fmt.Sprintf(":%q", from), fmt.Sprintf(":%q", to)))
}
