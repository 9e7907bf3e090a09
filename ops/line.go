package ops

import (
	"slices"
	"strings"
)

// Line says a request in short, such as "scale replicas=6 target=shop.cart.api@idc1:prod", for lists and summaries. It
// holds no reason and no person.
func Line(r Request) string {
	keys := make([]string, 0, len(r.Params))
	for k := range r.Params {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	b.WriteString(r.Operation)
	for _, k := range keys {
		b.WriteString(" " + k + "=" + r.Params[k])
	}
	return b.String()
}
