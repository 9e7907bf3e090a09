package changetest

import (
	"context"
	"fmt"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

var _ activities.Steerer = (*World)(nil)

// Steer divides traffic, as the contract says; a canary that is not there cannot take any.
func (w *World) Steer(_ context.Context, in activities.SteerIn) (activities.SteerOut, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, wanted := in.Place.Target.String(), ""
	if !in.Ends() {
		wanted = strings.TrimSpace(fmt.Sprintf("%s %d%%", in.Header, in.Percent))
	}
	verb := "steer"
	if in.DryRun {
		verb = "steer.try"
	}
	if w.Traffic[t] == wanted {
		return activities.SteerOut{}, nil
	}
	if err := w.fails(verb, in.Place.Target); err != nil || in.DryRun {
		return activities.SteerOut{Changed: err == nil}, err
	}
	if wanted != "" && w.Canaries[t] == 0 {
		return activities.SteerOut{}, ops.Errorf(ops.Unsafe, "%s has no canary", "%s 没有灰度实例", t)
	}
	w.Ledger = append(w.Ledger, strings.TrimSpace(fmt.Sprintf("steer %s %s", t, wanted)))
	w.Traffic[t] = wanted
	return activities.SteerOut{Changed: true}, w.after("steer", in.Place.Target)
}
