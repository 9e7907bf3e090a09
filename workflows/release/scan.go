package release

import (
	"cmp"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// scanWait is how long the result of a scan is waited for when the gate does not say.
const scanWait = 15 * time.Minute

// scanLook is how often it is looked for at most.
const scanLook = 5 * time.Second

// scan is what is known of one image when the plan is made.
type scan struct {
	Gate   ops.Gate `json:"gate"`
	Ref    string   `json:"ref"`
	Result ops.Text `json:"result,omitzero"` // empty: there is none yet
}

func (s scan) provider() string { return cmp.Or(s.Gate.Provider, ops.Harbor) }

// scans looks at every image that goes out, so that a bad one is refused before anybody is asked to agree. One without a
// result is waited for when the release runs.
func scans(ctx workflow.Context, w work) ([]scan, error) {
	var out []scan
	for _, g := range w.Gates {
		if g.Kind != ops.GateScan {
			continue
		}
		for _, v := range w.Waves {
			for _, i := range v.Items {
				same := func(s scan) bool { return s.Gate.Name == g.Name && s.Ref == i.To }
				if !v.has(g) || slices.ContainsFunc(out, same) {
					continue
				}
				s := scan{Gate: g, Ref: i.To}
				if err := s.look(ctx); err != nil {
					return nil, err
				}
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// look asks for a result without waiting for one.
func (s *scan) look(ctx workflow.Context) error {
	in := activities.ScanIn{Ref: s.Ref}
	now, err := activities.LookScan.Do(ctx, s.provider(), in)
	if err != nil {
		return ops.Errorf(ops.CodeOf(err), "gate %s cannot be asked: %s", "门禁 %s 无法查询:%s", s.Gate.Name, ops.TextOf(err)).Because(err)
	}
	if now.State != activities.ScanDone {
		return nil
	}
	s.Result = ops.Textf("%s: %s", "%s:%s", now.Tally(), now.Link)
	return activities.JudgeScan(s.Gate, in, now)
}

// scanned says in the plan what is known of the images.
func (w work) scanned() []ops.Text {
	var out []ops.Text
	for _, s := range w.Scans {
		text := s.Result
		if text.IsZero() {
			text = ops.Textf("no result yet; it is waited for before the first wave", "尚无扫描结果;将在第一批之前等待")
		}
		out = append(out, ops.Textf("scan %s of %s: %s", "%[2]s 的扫描 %[1]s:%[3]s", s.Gate.Name, s.Ref, text))
	}
	return out
}

// guardScans waits until every image is known to be good enough. Results may have changed since the plan.
func (w work) guardScans(ctx workflow.Context) error {
	return change.Parallel(ctx, len(w.Scans), func(ctx workflow.Context, n int) error {
		s := w.Scans[n]
		patience := cmp.Or(s.Gate.Wait, scanWait)
		in := activities.GuardScanIn{ScanIn: activities.ScanIn{Ref: s.Ref}, Gate: s.Gate, Until: workflow.Now(ctx).Add(patience), Every: min(scanLook, patience/100)}
		found, err := activities.GuardScan.Do(ctx, s.provider(), in)
		if err == nil {
			change.Note(ctx, ops.Textf("scan %s of %s: %s: %s", "%[2]s 的扫描 %[1]s:%[3]s:%[4]s", s.Gate.Name, s.Ref, found.Tally(), found.Link))
		}
		return err
	})
}
