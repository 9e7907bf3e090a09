package slacktest

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Budget of all blocks of a message together. Slack does not document it: 9,597 characters in 15,561 bytes were taken,
// 11,341 in 17,694 were refused.
const (
	maxBlockText = 9500  // characters; markdown blocks, which have a limit of their own, left out
	maxBlockJSON = 15360 // bytes
)

// Problem is one thing that Slack refuses.
type Problem struct {
	Path string // JSON pointer
	Code string // the error that Slack answers with
	Text string
}

func (p Problem) String() string { return fmt.Sprintf("[ERROR] %s [json-pointer:%s]", p.Text, p.Path) }

// Places where blocks may stand.
const (
	inMessage = 1 << iota
	inModal
	inHome
	everywhere = inMessage | inModal | inHome
)

// checker collects the problems of one message or view.
type checker struct {
	place    int
	code     string
	problems []Problem
	focused  string // path of the element that gets the focus
}

func (k *checker) say(path, format string, args ...any) {
	k.problems = append(k.problems, Problem{Path: path, Code: k.code, Text: fmt.Sprintf(format, args...)})
}

// CheckMessage says what Slack refuses in a message: an object with text, blocks and attachments. A text that is too long
// for chat.update counts as well.
func CheckMessage(raw []byte) []Problem {
	k := &checker{place: inMessage, code: "invalid_blocks"}
	var m struct {
		Text        string          `json:"text"`
		Blocks      json.RawMessage `json:"blocks"`
		Attachments []struct {
			Blocks json.RawMessage `json:"blocks"`
		} `json:"attachments"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		k.code = "invalid_blocks_format"
		k.say("", "must be a message: %v", err)
		return k.problems
	}
	if utf8.RuneCountInString(m.Text) > maxUpdated {
		k.problems = append(k.problems, Problem{"/text", "msg_too_long", fmt.Sprintf("must be at most %d characters", maxUpdated)})
	}
	if n := len(m.Attachments); n > 100 {
		k.problems = append(k.problems, Problem{"/attachments", "too_many_attachments", "must be at most 100"})
	}
	k.message("/blocks", m.Blocks)
	for i, a := range m.Attachments {
		k.message(fmt.Sprintf("/attachments/%d/blocks", i), a.Blocks)
	}
	return k.problems
}

// message checks the blocks of a message one by one and all together.
func (k *checker) message(path string, raw json.RawMessage) {
	if len(raw) == 0 {
		return
	}
	var blocks any
	if err := json.Unmarshal(raw, &blocks); err != nil {
		k.say(path, "is no JSON: %v", err)
		return
	}
	if blocks == nil {
		return
	}
	k.blocks(path, blocks, 50)
	text, markdown := lengths(blocks)
	if markdown > maxMarkdown {
		k.problems = append(k.problems, Problem{path, "msg_too_long", fmt.Sprintf("all markdown blocks together have %d characters", markdown)})
	}
	if compact, err := json.Marshal(blocks); err == nil && (text > maxBlockText || len(compact) > maxBlockJSON && markdown == 0) {
		k.problems = append(k.problems, Problem{path, "msg_blocks_too_long", fmt.Sprintf("%d characters in %d bytes", text, len(compact))})
	}
}

// lengths counts the characters of all texts, and of those in markdown blocks.
func lengths(v any) (text, markdown int) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			t, m := lengths(e)
			text, markdown = text+t, markdown+m
		}
	case object:
		if s, ok := v["text"].(string); ok && v["type"] == "markdown" {
			return 0, utf8.RuneCountInString(s)
		} else if ok {
			text = utf8.RuneCountInString(s)
		}
		for _, e := range v {
			t, m := lengths(e)
			text, markdown = text+t, markdown+m
		}
	}
	return text, markdown
}
