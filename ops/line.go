package ops

import (
	"slices"
	"strings"
)

// Line says a request of the operation in short, such as "scale replicas=6 target=shop.cart.api@idc1:prod", for lists and
// summaries. It holds no reason, no person and no secret; of what the operation does not declare it holds nothing.
func Line(op Operation, r Request) string {
	keys := make([]string, 0, len(r.Params))
	for k := range r.Params {
		if p, declared := op.Param(k); declared && !p.Secret() {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	var b strings.Builder
	b.WriteString(r.Operation)
	for _, k := range keys {
		b.WriteString(" " + k + "=" + r.Params[k])
	}
	return b.String()
}
