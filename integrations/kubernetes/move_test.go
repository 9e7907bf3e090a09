package kubernetes

import (
	"testing"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

func span(low, high int) *activities.Autoscaler {
	return &activities.Autoscaler{Name: "web", Min: low, Max: high}
}

func autoscaler(low, high int) *autoscalingv2.HorizontalPodAutoscaler {
	return &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec:       autoscalingv2.HorizontalPodAutoscalerSpec{MinReplicas: new(int32(low)), MaxReplicas: int32(high)},
	}
}

func TestMove(t *testing.T) {
	in := func(from, to int) activities.ScaleIn { return activities.ScaleIn{From: from, Replicas: to} }
	bound := func(from, to int, was, bounds *activities.Autoscaler) activities.ScaleIn {
		return activities.ScaleIn{From: from, Replicas: to, Was: was, Bounds: bounds}
	}
	for name, test := range map[string]struct {
		in   activities.ScaleIn
		has  int
		auto *autoscalingv2.HorizontalPodAutoscaler
		want move
		code ops.Code
	}{
		"as planned":                         {in(2, 4), 2, nil, move{setReplicas: true, replicas: 4}, ""},
		"done already":                       {in(2, 4), 4, nil, move{}, ""},
		"somebody else":                      {in(2, 4), 3, nil, move{}, ops.Conflict},
		"to nothing":                         {in(2, 0), 2, nil, move{setReplicas: true}, ""},
		"below nothing":                      {in(2, -1), 2, nil, move{}, ops.Invalid},
		"inside the bounds":                  {in(2, 4), 2, autoscaler(2, 4), move{setReplicas: true, replicas: 4}, ""},
		"above the bounds":                   {in(2, 5), 2, autoscaler(2, 4), move{}, ops.Unsafe},
		"below the bounds":                   {in(2, 1), 2, autoscaler(2, 4), move{}, ops.Unsafe},
		"switched off by zero":               {in(2, 0), 2, autoscaler(2, 4), move{setReplicas: true}, ""},
		"bounds and number":                  {bound(2, 6, span(2, 4), span(6, 8)), 2, autoscaler(2, 4), move{true, true, 6}, ""},
		"bounds done, number not":            {bound(2, 6, span(2, 4), span(6, 8)), 2, autoscaler(6, 8), move{false, true, 6}, ""},
		"all done":                           {bound(2, 6, span(2, 4), span(6, 8)), 6, autoscaler(6, 8), move{replicas: 6}, ""},
		"moved on inside the new bounds":     {bound(2, 6, span(2, 4), span(6, 8)), 7, autoscaler(6, 8), move{replicas: 6}, ""},
		"moved inside the old bounds":        {bound(2, 6, span(2, 4), span(6, 8)), 3, autoscaler(2, 4), move{true, true, 6}, ""},
		"down, inside the new bounds":        {bound(6, 2, span(6, 8), span(2, 8)), 6, autoscaler(6, 8), move{true, true, 2}, ""},
		"down, moved since":                  {bound(6, 2, span(6, 8), span(2, 8)), 7, autoscaler(6, 8), move{true, false, 2}, ""},
		"bounds changed since":               {bound(2, 6, span(2, 4), span(6, 8)), 2, autoscaler(3, 4), move{}, ops.Conflict},
		"bounds unknown before":              {bound(2, 6, nil, span(6, 8)), 2, autoscaler(3, 4), move{true, true, 6}, ""},
		"autoscaler gone":                    {bound(2, 6, span(2, 4), span(6, 8)), 2, nil, move{}, ops.Conflict},
		"another autoscaler":                 {bound(2, 6, span(2, 4), &activities.Autoscaler{Name: "other", Min: 6, Max: 8}), 2, autoscaler(2, 4), move{}, ops.Conflict},
		"bounds upside down":                 {bound(2, 6, span(2, 4), span(8, 6)), 2, autoscaler(2, 4), move{}, ops.Invalid},
		"number outside of the bounds asked": {bound(2, 9, span(2, 4), span(6, 8)), 2, autoscaler(2, 4), move{true, true, 8}, ""},
		"back to zero, where it is off":      {bound(6, 0, span(6, 8), span(2, 4)), 6, autoscaler(6, 8), move{true, true, 0}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := moveTo(test.in, workload{replicas: test.has}, test.auto)
			if ops.CodeOf(err) != test.code || got != test.want {
				t.Errorf("got %+v, %v, want %+v, %q", got, err, test.want, test.code)
			}
			if err != nil {
				explained(t, err, test.code)
			}
		})
	}
}

func TestWhoChangedItLast(t *testing.T) {
	replicas := &metav1.FieldsV1{Raw: []byte(`{"f:spec":{"f:replicas":{}}}`)}
	at := metav1.NewTime(time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC))
	later := metav1.NewTime(at.Add(time.Hour))
	for name, test := range map[string]struct {
		entries []metav1.ManagedFieldsEntry
		want    string
	}{
		"nobody known": {nil, "somebody changed it"},
		"another field": {[]metav1.ManagedFieldsEntry{
			{Manager: "helm", Time: &at, FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:spec":{"f:paused":{}}}`)}}, {Manager: "empty"},
		}, "somebody changed it"},
		"the last one": {[]metav1.ManagedFieldsEntry{{Manager: "helm", Time: &at, FieldsV1: replicas}, {Manager: "kubectl", Time: &later, FieldsV1: replicas}}, "kubectl changed it at 2026-01-05T05:00:00Z"},
		"no time":      {[]metav1.ManagedFieldsEntry{{Manager: "orderly", FieldsV1: replicas}}, "orderly changed it"},
	} {
		if got := lastTouch(test.entries, "spec", "replicas"); got.En != test.want || got.Zh == "" {
			t.Errorf("%s: got %+v, want %s", name, got, test.want)
		}
	}
}
