package larktest

import (
	"encoding/json"
	"regexp"
)

// Kinds of messages that are served.
const (
	kindText = "text"
	kindPost = "post"
	kindCard = "interactive"
)

// Sizes of the content of messages in bytes.
const (
	maxText = 150 * 1024
	maxCard = 30 * 1024 // of posts as well
)

// content is what a message says.
type content struct {
	kind string
	raw  string // JSON
}

// contentOf reads and checks the content of a call.
func (s *Server) contentOf(kind, raw string) (content, *refusal) {
	most := maxCard
	if kind == kindText {
		most = maxText
	}
	var o object
	switch {
	case kind != kindText && kind != kindPost && kind != kindCard:
		return content{}, invalid("invalid msg_type %q: the fake serves text, post and interactive", kind)
	case len(raw) > most:
		return content{}, refuse(230025, "The length of the message content reaches its limit.")
	case kind == kindCard:
		return content{kind, raw}, s.checkCard(raw)
	case json.Unmarshal([]byte(raw), &o) != nil:
		return content{}, invalid("content is not a string in json format")
	}
	if text, _ := o["text"].(string); kind == kindText && text == "" {
		return content{}, invalid("text is empty")
	}
	if len(o) == 0 {
		return content{}, invalid("content is empty")
	}
	for _, id := range s.strangers(o) {
		return content{}, invalid("there is an invalid user resource (at) in your message: %s", id)
	}
	return content{kind, raw}, nil
}

var mentioned = regexp.MustCompile(`<at (?:user_id|id)=["']?([A-Za-z0-9_@.-]+)`)

// strangers are those who are mentioned anywhere in a value and do not exist.
func (s *Server) strangers(v any) []string {
	var out []string
	switch v := v.(type) {
	case string:
		for _, m := range mentioned.FindAllStringSubmatch(v, -1) {
			if m[1] != "all" && m[1] != BotOpenID && s.person(m[1]) == nil {
				out = append(out, m[1])
			}
		}
	case []any:
		for _, e := range v {
			out = append(out, s.strangers(e)...)
		}
	case object:
		for _, e := range v {
			out = append(out, s.strangers(e)...)
		}
	}
	return out
}

// checkCard refuses a card that Lark refuses.
func (s *Server) checkCard(raw string) *refusal {
	if problems := CheckCard([]byte(raw)); len(problems) > 0 {
		return problems[0].refusal()
	}
	var card any
	if json.Unmarshal([]byte(raw), &card) == nil {
		for _, id := range s.strangers(card) {
			return Problem{Code: 100290, Text: "There is an invalid user resource(at/person) in your card: " + id}.refusal()
		}
	}
	return nil
}
