package larktest

import (
	"fmt"
	"html"
	"regexp"
	"strings"
)

var (
	atTag     = regexp.MustCompile(`<at (?:user_id|id|email)=["']?([A-Za-z0-9_@.-]+)["']?\s*>[^<]*</at>`)
	otherTag  = regexp.MustCompile(`</?[a-z_]+[^<>]*>`)
	linked    = regexp.MustCompile(`\[([^\]]*)\]\(([^)]*)\)`)
	backslash = regexp.MustCompile(`\\([^A-Za-z0-9\s])`)
)

// readable writes a text as people read it: mentions as names, tags as what is in them.
func (s *Server) readable(text string) string {
	text = atTag.ReplaceAllStringFunc(text, func(tag string) string {
		id := atTag.FindStringSubmatch(tag)[1]
		if p := s.person(id); p != nil {
			return "@" + p.name
		}
		return "@" + id
	})
	return html.UnescapeString(otherTag.ReplaceAllString(text, ""))
}

// readableMarkdown writes markdown as people read it: links as their text and address, and nothing escaped.
func (s *Server) readableMarkdown(text string) string {
	return backslash.ReplaceAllString(s.readable(linked.ReplaceAllString(text, "$1 ($2)")), "$1")
}

// text writes a text object, or a bare string.
func (s *Server) text(v any) string {
	o, ok := v.(object)
	if !ok {
		t, _ := v.(string)
		return t
	}
	t, _ := o["content"].(string)
	if o["tag"] == "lark_md" {
		return s.readableMarkdown(t)
	}
	return t
}

func (s *Server) drawCard(card object) []string {
	var out []string
	if h, ok := card["header"].(object); ok {
		out = append(out, "# "+s.text(h["title"]))
		if sub := s.text(h["subtitle"]); sub != "" {
			out = append(out, sub)
		}
	}
	body, _ := card["body"].(object)
	return append(out, s.drawElements(body["elements"])...)
}

func (s *Server) drawElements(v any) []string {
	var out []string
	for _, e := range objects(v) {
		out = append(out, s.drawElement(e)...)
	}
	return out
}

// drawElement draws a button as [Label], a field as what stands in it or what is asked for, columns side by side when
// each is one line.
func (s *Server) drawElement(e object) []string {
	switch e["tag"] {
	case "markdown":
		text, _ := e["content"].(string)
		return strings.Split(s.readableMarkdown(text), "\n")
	case "div":
		return strings.Split(s.text(e["text"]), "\n")
	case "hr":
		return []string{"---"}
	case "column_set":
		return s.drawColumns(e)
	case "table":
		return s.drawTable(e)
	case "form":
		return append([]string{"form:"}, indent(s.drawElements(e["elements"]))...)
	case "interactive_container":
		return append([]string{"[area]:"}, indent(s.drawElements(e["elements"]))...)
	case "collapsible_panel":
		head, _ := e["header"].(object)
		return append([]string{"> " + s.text(head["title"])}, indent(s.drawElements(e["elements"]))...)
	}
	return []string{s.drawField(e)}
}

func (s *Server) drawColumns(e object) []string {
	var all []string
	flat := true
	var flatLines []string
	for _, c := range objects(e["columns"]) {
		lines := s.drawElements(c["elements"])
		all = append(all, lines...)
		flat = flat && len(lines) <= 1
		flatLines = append(flatLines, strings.Join(lines, ""))
	}
	if flat {
		return []string{strings.Join(flatLines, " ")}
	}
	return all
}

func (s *Server) drawTable(e object) []string {
	var names, titles []string
	for _, c := range objects(e["columns"]) {
		name, _ := c["name"].(string)
		title, _ := c["display_name"].(string)
		names, titles = append(names, name), append(titles, title)
	}
	out := []string{"| " + strings.Join(titles, " | ") + " |"}
	for _, r := range objects(e["rows"]) {
		cells := make([]string, len(names))
		for i, name := range names {
			if r[name] != nil {
				cells[i] = fmt.Sprint(r[name])
			}
		}
		out = append(out, "| "+strings.Join(cells, " | ")+" |")
	}
	return out
}
