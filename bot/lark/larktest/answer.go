package larktest

import (
	"encoding/json"
	"fmt"
)

// Codes that the person sees when a click fails.
const (
	codeNotSet  = 200340 // the app does not listen
	codeTimeout = 200341
	codeNotOK   = 200671
	codeBody    = 200672
	codeCard    = 200673
)

// Answer is how the app answered a delivery, and what the person saw of it.
type Answer struct {
	Acked   bool
	Trouble string // what went wrong in the eyes of Lark; empty when all is well
	Code    int    // the one that Lark tells the person who clicked, such as 200341; 0 when all is well
	Toast   Toast  // what flashed up
	Card    bool   // the card was replaced
	Body    json.RawMessage
}

// Toast is a short text that flashes up for a person.
type Toast struct{ Type, Text string }

func notOK(code int) outcome {
	return outcome{failed: fmt.Sprint("answered with ", code), code: codeNotOK}
}

func trouble(code int, format string, args ...any) Answer {
	return Answer{Trouble: fmt.Sprintf(format, args...), Code: code}
}

// reply is what the app may answer a click with.
type reply struct {
	Toast *struct {
		Type    string            `json:"type"`
		Content string            `json:"content"`
		I18n    map[string]string `json:"i18n"`
	} `json:"toast"`
	Card *struct {
		Type string          `json:"type"`
		Data json.RawMessage `json:"data"`
	} `json:"card"`
}

// clicked does what the answer to a click asks for.
func (s *Server) clicked(p *Person, m *message, body json.RawMessage) Answer {
	if len(body) == 0 || string(body) == "null" {
		return Answer{}
	}
	var r reply
	if json.Unmarshal(body, &r) != nil {
		return trouble(codeBody, "the answer is not as it should be: %s", body)
	}
	var a Answer
	if r.Toast != nil {
		switch r.Toast.Type {
		case "":
			r.Toast.Type = "info"
		case "info", "success", "error", "warning":
		default:
			return trouble(codeBody, "there is no toast %q", r.Toast.Type)
		}
		a.Toast = Toast{r.Toast.Type, r.Toast.Content}
		if text := r.Toast.I18n[p.lang]; text != "" {
			a.Toast.Text = text
		}
		if a.Toast.Text == "" {
			return trouble(codeBody, "a toast says nothing")
		}
		p.toasts = append(p.toasts, a.Toast)
	}
	if r.Card == nil {
		return a
	}
	if r.Card.Type != "raw" {
		return trouble(codeCard, "the fake knows no cards of type %q", r.Card.Type)
	}
	next, refused := s.contentOf(kindCard, string(r.Card.Data))
	if refused != nil {
		return trouble(codeCard, "%s", refused.msg)
	}
	s.change(m, next)
	a.Card = true
	return a
}

// unanswered shows the person that a click has failed.
func (p *Person) unanswered(a Answer) Answer {
	a.Toast = Toast{"error", fmt.Sprintf("Something went wrong, code: %d", a.Code)}
	p.toasts = append(p.toasts, a.Toast)
	return a
}

// Toasts are the short texts that flashed up for the person so far.
func (p *Person) Toasts() []Toast {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return append([]Toast{}, p.toasts...)
}
