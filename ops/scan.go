package ops

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Harbor is the provider of scans and of projects of images where nobody says otherwise.
const Harbor = "harbor"

var severities = []string{"critical", "high", "medium", "low", "negligible", "unknown"}

// Severities are what scanners call how bad something is, the worst first.
func Severities() []string { return slices.Clone(severities) }

// wrongScan says what is wrong with a gate that looks at a scan.
func (g Gate) wrongScan() Text {
	if len(g.Severities) == 0 || g.Wait < 0 {
		return Textf("gate %s needs severities, such as {critical: 0, high: 5}, and no negative wait", "门禁 %s 需要 severities,例如 {critical: 0, high: 5},且 wait 不可为负", g.Name)
	}
	for _, s := range slices.Sorted(maps.Keys(g.Severities)) {
		if !slices.Contains(severities, s) || g.Severities[s] < 0 {
			return Textf("gate %s has %q: %d; write how many there may be of %s", "门禁 %s 中的 %q: %d 无效;请为 %s 填写允许的数量", g.Name, s, g.Severities[s], strings.Join(severities, ", "))
		}
	}
	return Text{}
}

// SeverityLimits is what a gate that looks at a scan lets pass, in a line.
func (g Gate) SeverityLimits() string {
	var out []string
	for _, s := range severities {
		if n, ok := g.Severities[s]; ok {
			out = append(out, s+" ≤ "+strconv.Itoa(n))
		}
	}
	return strings.Join(out, ", ")
}
