package slacktest

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	entity   = regexp.MustCompile(`<([@#!]?)([^<>|]*)(\|([^<>]*))?>`)
	unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// readableText writes markup as people read it: mentions as names, links as their text and address.
func (s *Server) readableText(markup string) string {
	return unescape.Replace(entity.ReplaceAllStringFunc(markup, func(e string) string {
		m := entity.FindStringSubmatch(e)
		kind, what, label := m[1], m[2], m[4]
		switch kind {
		case "@":
			return "@" + s.nameOf(what)
		case "#":
			if ch := s.channel(what); ch != nil {
				return "#" + ch.name
			}
			return "#" + what
		case "!":
			return "@" + what
		}
		if label == "" {
			return what
		}
		return fmt.Sprintf("%s (%s)", label, what)
	}))
}

// text writes a text object, or a bare string.
func (s *Server) text(v any) string {
	o, ok := v.(object)
	if !ok {
		t, _ := v.(string)
		return t
	}
	t, _ := o["text"].(string)
	if o["type"] == "mrkdwn" {
		return s.readableText(t)
	}
	return t
}

func (s *Server) drawBlocks(blocks []object) []string {
	var out []string
	for _, b := range blocks {
		out = append(out, strings.Split(s.drawBlock(b), "\n")...)
	}
	return out
}

func (s *Server) drawBlock(b object) string {
	switch b["type"] {
	case "divider":
		return "---"
	case "header":
		return "# " + s.text(b["text"])
	case "section":
		return strings.Join(s.sectionLines(b), "\n")
	case "context":
		return "(" + s.join(objects(b["elements"]), " · ") + ")"
	case "actions":
		return s.join(objects(b["elements"]), " ")
	case "input":
		e, _ := b["element"].(object)
		label := s.text(b["label"])
		if b["optional"] == true {
			label += " (optional)"
		}
		return label + ": " + s.drawElement(e)
	case "image", "markdown":
		return s.drawElement(b)
	}
	return fmt.Sprintf("(%v) %s", b["type"], strings.Join(s.allText(b), " "))
}

func (s *Server) sectionLines(b object) []string {
	var out []string
	if b["text"] != nil {
		out = append(out, s.text(b["text"]))
	}
	for _, f := range objects(b["fields"]) {
		out = append(out, s.text(f))
	}
	if a, ok := b["accessory"].(object); ok && len(out) > 0 {
		out[0] += "  " + s.drawElement(a)
	}
	return out
}

func (s *Server) join(elements []object, by string) string {
	all := make([]string, len(elements))
	for i, e := range elements {
		all[i] = s.drawElement(e)
	}
	return strings.Join(all, by)
}

// drawElement draws a button as [Label], a field as what stands in it, or what is asked for.
func (s *Server) drawElement(e object) string {
	switch kind, _ := e["type"].(string); kind {
	case "mrkdwn", "plain_text":
		return s.text(e)
	case "markdown":
		return s.text(e["text"])
	case "button":
		return "[" + s.text(e["text"]) + "]"
	case "overflow":
		return "[...]"
	case "image":
		return "(" + s.text(e["alt_text"]) + ")"
	case "checkboxes", "radio_buttons":
		return "[" + strings.Join(s.optionTexts(e), " | ") + "]"
	default:
		stands := s.text(e["initial_value"])
		if o, ok := e["initial_option"].(object); ok {
			stands = s.text(o["text"])
		}
		if stands == "" {
			stands = s.text(e["placeholder"])
		}
		return "[" + stands + "]"
	}
}

func (s *Server) optionTexts(e object) []string {
	var out []string
	for _, o := range objects(e["options"]) {
		out = append(out, s.text(o["text"]))
	}
	return out
}

// allText is every text within a block whose kind is not drawn in particular.
func (s *Server) allText(v any) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			out = append(out, s.allText(e)...)
		}
	case object:
		if t, ok := v["text"].(string); ok {
			return []string{t}
		}
		for _, name := range []string{"title", "subtitle", "caption", "body", "text", "elements", "rows", "child_blocks", "tasks", "details"} {
			out = append(out, s.allText(v[name])...)
		}
	}
	return out
}
