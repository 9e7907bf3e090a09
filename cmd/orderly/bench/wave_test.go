//go:build bench

package bench

import (
	"fmt"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// perWave is figure l: what one more wave of a release costs, watched and measured by a gate. The floor is the two bare
// activities that bring a version out and wait for it.
func perWave(s *stage) {
	most := 1.0
	s.world.Release = &ops.Strategy{Bake: 200 * time.Millisecond, Gates: []ops.Gate{{Name: "errors", Kind: ops.GateMetric, Provider: changetest.Provider, Query: "errors", Max: &most}}}
	cost := func(n int) int {
		product := fmt.Sprintf("waves%d", n)
		for i := range n {
			s.world.Add(3, fmt.Sprintf("%s.svc.api@idc%d/c1:prod", product, i))
		}
		r := changetest.Ask("release", "target", product+".svc.api", "version", "2.0")
		r.Key, r.From = product, ops.Origin{Surface: "api"}
		id, err := s.desk.Submit(s.t.Context(), r)
		if err != nil {
			s.t.Fatal(err)
		}
		s.wait(id, time.Now())
		events, _, _ := s.cost(id)
		return events
	}
	each := float64(cost(12)-cost(2)) / 10
	fmt.Println(figure{"l events per extra wave of a release", fmt.Sprintf("%.1f", each), "12.0", each / 12, "<= 25 events", each <= 25})
}
