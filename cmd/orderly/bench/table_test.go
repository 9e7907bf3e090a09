//go:build bench

package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// figure is one row of the table.
type figure struct {
	what        string
	ours, floor string
	ratio       float64 // 0: no floor
	aim         string
	reached     bool
}

func (f figure) String() string {
	ratio := ""
	if f.ratio > 0 {
		ratio = fmt.Sprintf("%.2fx", f.ratio)
	}
	mark := "reached"
	if !f.reached {
		mark = "NOT REACHED"
	}
	return fmt.Sprintf("%-46s %16s %16s %8s  %-18s %s", f.what, f.ours, f.floor, ratio, f.aim, mark)
}

func header() string {
	return fmt.Sprintf("%-46s %16s %16s %8s  %-18s\n%s", "figure", "orderly", "floor", "ratio", "aim", strings.Repeat("-", 118))
}

// percentile of the times, such as 50 or 99.
func percentile(times []time.Duration, p int) time.Duration {
	sorted := slices.Clone(times)
	slices.Sort(sorted)
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
