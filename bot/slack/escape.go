package slack

import "strings"

// escaper takes from a text what Slack would obey: entities and mentions are written with <, > and &, a code block begins
// and ends with three backticks.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "```", "'''")

// escape makes a text safe to stand in mrkdwn.
func escape(s string) string { return escaper.Replace(s) }

// linked makes an address safe to stand in a link, whose label begins with a bar.
func linked(url string) string { return strings.ReplaceAll(escape(url), "|", "%7C") }

// fenced puts a text into a code block.
func fenced(s string) string { return "```\n" + escape(s) + "\n```" }
