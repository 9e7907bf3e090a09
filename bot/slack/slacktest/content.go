package slacktest

import (
	"encoding/json"
	"unicode/utf8"
)

// Limits of the text of a message, in characters.
const (
	maxPosted   = 40000 // more is cut off
	maxUpdated  = 4000
	maxMarkdown = 12000
)

// content is what a message says.
type content struct {
	text        string
	blocks      []object
	attachments []any
	metadata    object
	given       map[string]bool // which of the arguments were there
}

// contentOf reads the content out of the arguments of a call.
func (s *Server) contentOf(args map[string]string) (content, *refusal) {
	c := content{text: args["text"], given: map[string]bool{}}
	for _, name := range []string{"text", "blocks", "attachments", "metadata"} {
		_, c.given[name] = args[name]
	}
	if md := args["markdown_text"]; md != "" {
		if c.text != "" || c.given["blocks"] {
			return c, refuse("markdown_text_conflict")
		}
		if utf8.RuneCountInString(md) > maxMarkdown {
			return c, refuse("msg_too_long")
		}
		c.text, c.given["text"] = md, true
	}
	if r := c.readBlocks(args); r != nil {
		return c, r
	}
	if c.given["metadata"] {
		if r := c.readMetadata(args["metadata"]); r != nil {
			return c, r
		}
	}
	for _, b := range c.blocks {
		if b["block_id"] == nil || b["block_id"] == "" {
			b["block_id"] = s.id("b")
		}
	}
	return c, nil
}

func (c *content) readBlocks(args map[string]string) *refusal {
	message := map[string]json.RawMessage{}
	for _, name := range []string{"blocks", "attachments"} {
		if c.given[name] {
			message[name] = json.RawMessage(args[name])
		}
	}
	raw, err := json.Marshal(message)
	if err != nil {
		return refuse("invalid_blocks_format")
	}
	if r := refusedFor(CheckMessage(raw)); r != nil {
		return r
	}
	for name, to := range map[string]any{"blocks": &c.blocks, "attachments": &c.attachments} {
		if c.given[name] && json.Unmarshal(message[name], to) != nil {
			return refuse("invalid_" + name)
		}
	}
	return nil
}

func (c *content) readMetadata(raw string) *refusal {
	if json.Unmarshal([]byte(raw), &c.metadata) != nil {
		return refuse("invalid_metadata_format")
	}
	if len(c.metadata) == 0 {
		return nil // it removes what was there
	}
	kind, _ := c.metadata["event_type"].(string)
	if kind == "" && c.metadata["event_payload"] == nil {
		c.given["metadata"] = false // slack-go writes empty metadata into everything that it sends to a response URL
		return nil
	}
	_, payload := c.metadata["event_payload"].(object)
	if kind == "" || !payload {
		return refuse("invalid_metadata_schema")
	}
	return nil
}

func (c *content) empty() bool { return c.text == "" && len(c.blocks) == 0 && len(c.attachments) == 0 }
