package slacktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// URLs are where the app listens over HTTP. One may stand in several places.
type URLs struct{ Events, Commands, Interactions string }

// posting delivers over HTTP.
type posting struct {
	s    *Server
	to   URLs
	http *http.Client
}

// errRedirects ends a delivery that is sent on and on.
var errRedirects = errors.New("too many redirects")

// DeliverTo makes Slack deliver over HTTP, with signed requests, and no more over Socket Mode. Like Slack it first asks
// the URL for events whether it belongs to the app, and takes none that does not answer with the challenge.
func (s *Server) DeliverTo(to URLs) error {
	p := &posting{s: s, to: to, http: &http.Client{CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > 2 {
			return errRedirects
		}
		return nil
	}}}
	if err := p.verify(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posting, s.listening = p, true
	return nil
}

func (s *Server) overHTTP() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posting != nil
}

func (p *posting) verify() error {
	p.s.mu.Lock()
	challenge := p.s.id("challenge")
	p.s.mu.Unlock()
	raw, err := json.Marshal(object{"type": "url_verification", "token": "verification", "challenge": challenge})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	o := p.post(ctx, p.to.Events, "application/json", raw, nil)
	var answer struct {
		Challenge string `json:"challenge"`
	}
	if o.failed == "" && (string(o.body) == challenge || json.Unmarshal(o.body, &answer) == nil && answer.Challenge == challenge) {
		return nil
	}
	return fmt.Errorf("slack: your URL did not respond with the value of the challenge parameter: %s %s", o.failed, o.body)
}

// send posts a delivery as its kind wants it.
func (p *posting) send(d *Delivery, retry int, reason string) *sending {
	to, kind, body, headers := p.to.Events, "application/json", []byte(d.Payload), map[string]string{}
	switch d.Kind {
	case Event:
		if retry > 0 {
			headers["X-Slack-Retry-Num"], headers["X-Slack-Retry-Reason"] = strconv.Itoa(retry), reason
		}
	case Command:
		to, kind, body = p.to.Commands, "application/x-www-form-urlencoded", []byte(form(d.Payload))
	case Interaction:
		to, kind = p.to.Interactions, "application/x-www-form-urlencoded"
		body = []byte(url.Values{"payload": {string(d.Payload)}}.Encode())
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan outcome, 1)
	go func() {
		defer cancel()
		done <- p.post(ctx, to, kind, body, headers)
	}()
	return &sending{done, cancel}
}

// form writes a flat JSON object as a form.
func form(payload json.RawMessage) string {
	var fields map[string]string
	if err := json.Unmarshal(payload, &fields); err != nil {
		panic(err) // commands are flat
	}
	values := url.Values{}
	for k, v := range fields {
		values.Set(k, v)
	}
	return values.Encode()
}

func (p *posting) post(ctx context.Context, to, kind string, body []byte, headers map[string]string) outcome {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return outcome{failed: "unknown_error"}
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	p.s.sign(r.Header, body)
	answer, err := p.http.Do(r)
	switch {
	case errors.Is(err, errRedirects):
		return outcome{failed: "too_many_redirects"}
	case err != nil:
		return outcome{failed: "connection_failed"}
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return outcome{failed: "connection_failed"}
	}
	o := outcome{body: said, last: answer.Header.Get("X-Slack-No-Retry") == "1"}
	if answer.StatusCode >= 300 {
		o.failed = "http_error"
	}
	return o
}

// sign signs a request as of the server's clock.
func (s *Server) sign(h http.Header, body []byte) {
	at := strconv.FormatInt(s.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", at, body)
	h.Set("X-Slack-Request-Timestamp", at)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}
