package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// HoldIn asks to keep at least Replicas instances at a place until a time.
type HoldIn struct {
	Place    ops.Place     `json:"place"`
	Replicas int           `json:"replicas"`
	Until    time.Time     `json:"until"`
	Poll     time.Duration `json:"poll,omitempty"` // how often to look; 0: every 10 seconds
}

// Object names the place.
func (in HoldIn) Object() string { return object(in.Place) }

// HoldOut says how often the number had to be put back.
type HoldOut struct {
	Corrections int `json:"corrections"`
}

// Hold looks again and again and puts the number back when somebody or something lowered it. More instances than
// asked for are left alone.
var Hold = newStep("scale.hold", wait, func(p scalerAndStatuser, ctx context.Context, in HoldIn) (HoldOut, error) {
	var out HoldOut
	for time.Now().Before(in.Until) {
		w, err := p.Status(ctx, StatusIn{Place: in.Place})
		if err == nil && w.Wanted < in.Replicas {
			_, err = p.Scale(ctx, ScaleIn{Place: in.Place, Replicas: in.Replicas, From: w.Wanted, Bounds: raised(w.Autoscaler, in.Replicas), Was: w.Autoscaler})
			if err == nil {
				out.Corrections++
			}
		}
		if err != nil && ops.CodeOf(err) == ops.NotFound {
			return out, err
		}
		Report(ctx, ops.Progress{Object: in.Object(), Done: w.Ready, Total: in.Replicas, Text: ops.Textf(
			"holding at %d until %s, put back %d times", "保持 %d 个实例至 %s,已纠正 %d 次", in.Replicas, in.Until.Format(time.RFC3339), out.Corrections)})
		if err := pause(ctx, min(orDefault(in.Poll, 10*time.Second), max(0, time.Until(in.Until)))); err != nil {
			return out, err
		}
	}
	return out, nil
})

// raised are an autoscaler's bounds moved so that at least n instances run; nil when there is none.
func raised(a *Autoscaler, n int) *Autoscaler {
	if a == nil {
		return nil
	}
	return &Autoscaler{Name: a.Name, Min: n, Max: max(a.Max, n)}
}
