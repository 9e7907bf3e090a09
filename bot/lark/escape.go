package lark

import "strings"

// escaper writes what Lark's markdown would obey as entities: tags such as <at>, emphasis, links and code.
var escaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "*", "&#42;", "~", "&#126;", "`", "&#96;", "[", "&#91;", "]", "&#93;", "!", "&#33;", "#", "&#35;",
)

// escape makes a text safe to stand in markdown.
func escape(s string) string { return escaper.Replace(s) }

// linked makes an address safe to stand in a link, which ends with a bracket.
func linked(url string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E").Replace(url)
}
