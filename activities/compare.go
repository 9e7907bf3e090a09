package activities

import (
	"context"

	"orderly.example/ops"
)

// CompareIn asks for the same answers of two versions.
type CompareIn struct {
	Old      string   `json:"old"`      // base address of the version that is known to be right
	New      string   `json:"new"`      // base address of the other one
	Requests []string `json:"requests"` // paths that are only read, such as /carts/1
	Ignore   []string `json:"ignore"`   // names of JSON fields that may differ
}

// Compared is what was found.
type Compared struct {
	Same      int        `json:"same"`
	Different int        `json:"different"`
	Unknown   int        `json:"unknown"`           // the old version does not answer, or not twice alike in anything
	Samples   []ops.Text `json:"samples,omitempty"` // of what differs, and of why nothing is known
}

// Comparer compares the answers of two versions. What differs between two answers of the old one is no difference.
type Comparer interface {
	Compare(ctx context.Context, in CompareIn) (Compared, error)
}

// GuardDiff compares two versions, as Guard watches a metric: at most Gate.Max of the requests may be answered otherwise.
var GuardDiff = newStep("diff.guard", wait, func(c Comparer, ctx context.Context, in GuardIn) (GuardOut, error) {
	return guard(ctx, in, func() (verdict, error) {
		g := in.Gate
		out, err := c.Compare(ctx, CompareIn{Old: g.Baseline, New: g.URL, Requests: g.Requests, Ignore: g.Ignore})
		if err != nil {
			return verdict{}, err
		}
		return judgeDiff(g, out), nil
	})
})

// judgeDiff compares the share of what differs with what a gate allows.
func judgeDiff(g ops.Gate, c Compared) verdict {
	samples := ops.JoinTexts(c.Samples, ops.Text{En: "; ", Zh: ";"})
	allowed := 0.0
	if g.Max != nil {
		allowed = *g.Max
	}
	known := c.Same + c.Different
	switch {
	case known == 0 || c.Different == 0 && c.Unknown > 0:
		return verdict{text: ops.Textf("%d of %d requests cannot be compared: %s", "%d/%d 个请求无法比较:%s", c.Unknown, known+c.Unknown, samples)}
	case float64(c.Different) > allowed*float64(known):
		return verdict{fail: true, text: ops.Textf("%d of %d answers differ: %s", "%d/%d 个响应不一致:%s", c.Different, known, samples)}
	}
	return verdict{pass: true, text: ops.Textf("%d of %d answers are alike", "%d/%d 个响应一致", c.Same, known)}
}
