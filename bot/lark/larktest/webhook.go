package larktest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// posting delivers over HTTP.
type posting struct {
	s    *Server
	to   string
	http *http.Client
}

// DeliverTo makes Lark deliver over HTTP, and no more over long connections. Like Lark it first asks the address whether
// it belongs to the app, and takes none that does not answer with the challenge within a second. That question is
// encrypted like everything else, and not signed.
func (s *Server) DeliverTo(url string) error {
	p := &posting{s: s, to: url, http: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if err := p.verify(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posting = p
	return nil
}

func (p *posting) verify() error {
	p.s.mu.Lock()
	challenge := p.s.id("challenge")
	p.s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	body := p.s.sealed(encode(object{"challenge": challenge, "token": p.s.VerificationToken, "type": "url_verification"}))
	o := p.post(ctx, body, nil)
	var answer struct {
		Challenge string `json:"challenge"`
	}
	if o.failed == "" && json.Unmarshal(o.body, &answer) == nil && answer.Challenge == challenge {
		return nil
	}
	return fmt.Errorf("lark: the address did not return the challenge: %s %s", o.failed, o.body)
}

// send posts a payload.
func (p *posting) send(payload json.RawMessage) *sending {
	body := p.s.sealed(payload)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan outcome, 1)
	go func() {
		defer cancel()
		done <- p.post(ctx, body, p.s.signed(p.s.Now(), body))
	}()
	return &sending{done, cancel}
}

func (p *posting) post(ctx context.Context, body []byte, headers map[string]string) outcome {
	status, said, err := p.do(ctx, body, headers)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return outcome{failed: "timeout", code: codeTimeout}
	case err != nil:
		return outcome{failed: "connection failed", code: codeNotOK}
	case status != http.StatusOK:
		return notOK(status)
	}
	return outcome{body: said}
}

func (p *posting) do(ctx context.Context, body []byte, headers map[string]string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.to, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	answer, err := p.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	return answer.StatusCode, said, err
}
