package slack

import "strings"

// escaper takes from a text what Slack would obey: entities and mentions are written with <, > and &, a code block begins
// and ends with three backticks.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "```", "'''")

// escape makes a text safe to stand in mrkdwn.
func escape(s string) string { return escaper.Replace(s) }

// fenced puts a text into a code block.
func fenced(s string) string { return "```\n" + escape(s) + "\n```" }
