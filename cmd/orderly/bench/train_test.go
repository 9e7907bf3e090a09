//go:build bench

package bench

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	trainChains = 10
	trainLinks  = 5
	trainBake   = 5 * time.Second
)

// TestBenchTrain is figure m: fifty services in ten chains of five, each watched by a gate. The floor is a train with one of
// the chains alone: its services cannot be brought out at the same time.
func TestBenchTrain(t *testing.T) {
	s := newStage(t)
	most := 1.0
	s.world.Release = &ops.Strategy{Bake: trainBake, Gates: []ops.Gate{{Name: "errors", Kind: ops.GateMetric, Provider: changetest.Provider, Query: "errors", Max: &most}}}
	run := func(chains int, version string) (time.Duration, int) {
		var services, after []string
		for c := range chains {
			for l := range trainLinks {
				name := fmt.Sprintf("train%d.svc%d.api", c, l)
				services = append(services, name+"="+version)
				if l > 0 {
					after = append(after, fmt.Sprintf("%s after train%d.svc%d.api", name, c, l-1))
				}
			}
		}
		r := changetest.Ask("release.train", "services", strings.Join(services, " "), "after", strings.Join(after, ", "))
		r.Key, r.From = "train"+version, ops.Origin{Surface: "api"}
		began := time.Now()
		id, err := s.desk.Submit(s.t.Context(), r)
		if err != nil {
			s.t.Fatal(err)
		}
		s.wait(id, began)
		took := time.Since(began)
		if st, err := s.starter.Status(s.t.Context(), id); err != nil || st.State != ops.Succeeded {
			s.t.Fatalf("the train is %s: %v, %v", st.State, st.Error, err)
		}
		events, _, _ := s.cost(id)
		return took, events
	}
	for c := range trainChains {
		for l := range trainLinks {
			s.world.Add(3, fmt.Sprintf("train%d.svc%d.api@idc1/c1:prod", c, l))
		}
	}
	chain, _ := run(1, "2.0")
	whole, events := run(trainChains, "3.0")
	r := ratio(whole, chain)
	fmt.Println(figure{fmt.Sprintf("m a train of %d services, chains of %d", trainChains*trainLinks, trainLinks), ms(whole), ms(chain), r, "<= 1.3x", r <= 1.3})
	fmt.Println(figure{"m events of its own history", fmt.Sprint(events), "", 0, "(reported)", true})
}
