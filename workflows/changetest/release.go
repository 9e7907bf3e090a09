package changetest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

var (
	_ activities.Deployer  = (*World)(nil)
	_ activities.Versioner = (*World)(nil)
	_ activities.Canarier  = (*World)(nil)
	_ activities.Promoter  = (*World)(nil)
	_ activities.Meter     = (*World)(nil)
	_ activities.Prober    = (*World)(nil)
	_ activities.Registrar = (*World)(nil)
	_ activities.Comparer  = (*World)(nil)
)

// image is what a target runs: its version as a tag.
func (w *World) image(t string) string {
	service, _, _ := strings.Cut(t, "@")
	return "registry/" + service + ":" + w.Workloads[t].Version
}

// Deploy sets the image, as the contract says.
func (w *World) Deploy(_ context.Context, in activities.DeployIn) (activities.DeployOut, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := in.Place.Target.String()
	o, ok := w.Workloads[t]
	if !ok {
		return activities.DeployOut{}, gone(in.Place.Target)
	}
	has := w.image(t)
	if has == in.Image {
		return activities.DeployOut{}, nil
	}
	verb := "deploy"
	if in.DryRun {
		verb = "deploy.try"
	}
	if err := w.fails(verb, in.Place.Target); err != nil {
		return activities.DeployOut{}, err
	}
	if has != in.From {
		return activities.DeployOut{}, ops.Errorf(ops.Conflict, "%s runs %s and not %s", "%s 为 %s 而非 %s", t, has, in.From)
	}
	if in.DryRun {
		return activities.DeployOut{Changed: true}, nil
	}
	version := in.Image[strings.LastIndex(in.Image, "/")+1:]
	_, version, _ = strings.Cut(version, ":")
	w.Ledger = append(w.Ledger, fmt.Sprintf("deploy %s %s->%s", t, o.Version, version))
	w.Former[t] = append([]string{has}, slices.DeleteFunc(w.Former[t], func(f string) bool { return f == in.Image })...)
	o.Version = version
	if o.Pause = min(1, w.Pauses[t]); w.halfway[t] == version {
		o.Pause = 0 // back to what is stable
	}
	w.halfway[t] = map[bool]string{true: has[strings.LastIndex(has, ":")+1:]}[o.Pause > 0]
	if in.Place.Kind == "StatefulSet" {
		w.Canaries[t] = 0 // the others follow it
	}
	return activities.DeployOut{Changed: true}, w.after("deploy", in.Place.Target)
}

// Promote has the rollout of a target go on, as the contract says.
func (w *World) Promote(_ context.Context, in activities.PromoteIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := in.Place.Target.String()
	o := w.Workloads[t]
	if o.Pause == 0 || !in.All && o.Pause != in.Pause {
		return activities.Done{}, nil
	}
	if err := w.fails("promote", in.Place.Target); err != nil {
		return activities.Done{}, err
	}
	w.Ledger = append(w.Ledger, fmt.Sprintf("promote %s %d", t, o.Pause))
	if o.Pause++; in.All || o.Pause > w.Pauses[t] {
		o.Pause, w.halfway[t] = 0, ""
	}
	return activities.Done{Changed: true}, w.after("promote", in.Place.Target)
}

// Runs says what a target runs and ran.
func (w *World) Runs(_ context.Context, in activities.RunsIn) (activities.Runs, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := in.Place.Target.String()
	o, ok := w.Workloads[t]
	if !ok {
		return activities.Runs{}, gone(in.Place.Target)
	}
	out := activities.Runs{Container: "main", Image: w.image(t), Replicas: o.Wanted}
	for _, f := range w.Former[t] {
		out.Former = append(out.Former, activities.Revision{Image: f})
	}
	return out, w.fails("version", in.Place.Target)
}

// Canary keeps a canary per target, as the contract says.
func (w *World) Canary(_ context.Context, in activities.CanaryIn) (activities.CanaryOut, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := in.Place.Target.String()
	out := activities.CanaryOut{Place: in.Place}
	if w.Canaries[t] == in.Replicas {
		return out, nil
	}
	if err := w.fails("canary", in.Place.Target); err != nil {
		return out, err
	}
	if in.Replicas == 0 && w.Traffic[t] != "" {
		return out, ops.Errorf(ops.Conflict, "the canary of %s serves people", "%s 的灰度实例仍有流量", t)
	}
	where := map[bool]string{true: " aside"}[in.Aside && in.Replicas > 0]
	w.Ledger = append(w.Ledger, fmt.Sprintf("canary %s %d%s", t, in.Replicas, where))
	w.Canaries[t], out.Changed = in.Replicas, true
	return out, w.after("canary", in.Place.Target)
}

// Measure answers as Values says; without it every query is 0.
func (w *World) Measure(_ context.Context, in activities.MeasureIn) (activities.Measured, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Values == nil {
		return activities.Measured{Samples: []activities.Sample{{Value: "0"}}}, nil
	}
	values, err := w.Values(in.Query)
	var out activities.Measured
	for _, v := range values {
		out.Samples = append(out.Samples, activities.Sample{Value: v})
	}
	return out, err
}

// Probe answers as Pages says; without it every address answers with 200.
func (w *World) Probe(_ context.Context, in activities.ProbeIn) (activities.Probed, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Pages == nil {
		return activities.Probed{Status: 200}, nil
	}
	return activities.Probed{Status: w.Pages(in.URL)}, nil
}

// Compare finds everything alike, or different where Pages says that an address is not well.
func (w *World) Compare(_ context.Context, in activities.CompareIn) (activities.Compared, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Pages != nil && w.Pages(in.New) != 200 {
		return activities.Compared{Different: 1, Same: len(in.Requests) - 1, Samples: []ops.Text{ops.Plain("GET " + in.Requests[0] + " $.total: 1 -> 2")}}, nil
	}
	return activities.Compared{Same: len(in.Requests)}, nil
}

// Image knows every image but those of version "none".
func (w *World) Image(_ context.Context, in activities.ImageIn) (activities.Image, error) {
	if strings.HasSuffix(in.Ref, ":none") {
		return activities.Image{}, ops.Errorf(ops.NotFound, "there is no image %s", "没有镜像 %s", in.Ref)
	}
	return activities.Image{Digest: "sha256:" + strings.Repeat("0", 64)}, nil
}
