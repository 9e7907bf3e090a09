package activities

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly.example/ops"
)

// ScanIn asks what is known to be wrong with an image.
type ScanIn struct {
	Ref string `json:"ref"` // such as registry.example/shop/cart-api:1.4.3, with or without its digest
}

// Object names the image.
func (in ScanIn) Object() string { return in.Ref }

// Scan is what a scanner has found in an image.
type Scan struct {
	State   ScanState      `json:"state"`
	Status  string         `json:"status,omitempty"` // in the provider's own word
	Counts  map[string]int `json:"counts,omitempty"` // vulnerabilities by severity in lower case; only of a scan that is done
	Fixable int            `json:"fixable,omitempty"`
	Link    string         `json:"link,omitempty"` // for people
}

// ScanState is how far a scan is.
type ScanState string

// The states of a scan.
const (
	ScanNone   ScanState = "none" // nobody has scanned the image
	ScanRuns   ScanState = "runs"
	ScanDone   ScanState = "done"
	ScanFailed ScanState = "failed" // also: it was stopped, or says nothing
)

// Scanner knows what is wrong with images. NotFound when there is no such image.
type Scanner interface {
	LookScan(ctx context.Context, in ScanIn) (Scan, error)
	// StartScan starts a scan unless one runs.
	StartScan(ctx context.Context, in ScanIn) (Done, error)
}

// LookScan asks for the result of a scan; it starts none.
var LookScan = newStep("scan", read, Scanner.LookScan)

// GuardScanIn asks to wait until an image is known to be good enough.
type GuardScanIn struct {
	ScanIn
	Gate  ops.Gate      `json:"gate"`
	Until time.Time     `json:"until"`           // a result has to be there before
	Every time.Duration `json:"every,omitempty"` // how often to look
}

// GuardScan waits for the result of a scan, starting one where there is none, and compares it with the gate. It fails as
// Unsafe when there is too much, and when there is no result in time: no result is no pass.
var GuardScan = newStep("scan.guard", wait, func(s Scanner, ctx context.Context, in GuardScanIn) (Scan, error) {
	started := false
	for {
		now, err := s.LookScan(ctx, in.ScanIn)
		if err == nil && now.State == ScanDone {
			return now, JudgeScan(in.Gate, in.ScanIn, now)
		}
		text := scanText(now)
		if err == nil && !started && now.State != ScanRuns {
			_, err = s.StartScan(ctx, in.ScanIn)
			started = err == nil
		}
		switch {
		case err != nil && !retried(ops.CodeOf(err)):
			return now, ops.Errorf(ops.CodeOf(err), "gate %s has no result, which is no pass: %s", "门禁 %s 无结果,不视为通过:%s", in.Gate.Name, ops.TextOf(err)).Because(err)
		case err != nil:
			text = ops.TextOf(err)
		}
		Report(ctx, ops.Progress{Object: in.Object(), Text: text})
		left := time.Until(in.Until)
		if left <= 0 {
			return now, ops.Errorf(ops.Unsafe, "gate %s is inconclusive for %s, which is no pass: its time is over and %s", "门禁 %s 对 %s 无结论,不视为通过:已超时,%s", in.Gate.Name, in.Ref, text)
		}
		if err := pause(ctx, min(left, orDefault(in.Every, 5*time.Second))); err != nil {
			return now, err
		}
	}
})

func scanText(s Scan) ops.Text {
	switch s.State {
	case ScanRuns:
		return ops.Textf("its scan runs (%s): %s", "扫描进行中(%s):%s", s.Status, s.Link)
	case ScanFailed:
		return ops.Textf("its scan has no result (%s): %s", "扫描没有结果(%s):%s", s.Status, s.Link)
	}
	return ops.Textf("it was not scanned yet: %s", "尚未扫描:%s", s.Link)
}

// JudgeScan compares the result of a scan with a gate.
func JudgeScan(g ops.Gate, in ScanIn, s Scan) error {
	for _, severity := range slices.Sorted(maps.Keys(g.Severities)) {
		if n, most := s.Counts[severity], g.Severities[severity]; n > most {
			return ops.Errorf(ops.Unsafe, "gate %s fails for %s: %d %s vulnerabilities and at most %d may be (%s): %s", "门禁 %s 对 %s 未通过:%[4]s 级漏洞 %[3]d 个,最多允许 %[5]d 个(%[6]s):%[7]s",
				g.Name, in.Ref, n, severity, most, s.Tally(), s.Link)
		}
	}
	return nil
}

// Tally is the counts in a line, the worst first, with how many of all can be repaired.
func (s Scan) Tally() ops.Text {
	var parts []string
	for _, severity := range ops.Severities() {
		if n := s.Counts[severity]; n > 0 {
			parts = append(parts, severity+" "+strconv.Itoa(n))
		}
	}
	if len(parts) == 0 {
		return ops.Textf("no vulnerabilities", "无漏洞")
	}
	all := strings.Join(parts, ", ")
	return ops.Textf("%s; %d can be repaired", "%s;%d 个可修复", all, s.Fixable)
}
