//go:build bench

package bench

import (
	"fmt"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// TestBenchEngine prints the figures that need no cluster.
func TestBenchEngine(t *testing.T) {
	s := newStage(t)
	id, _ := s.submit()
	s.wait(id, time.Now())
	events, bytes, work := s.cost(id)
	bareID, _ := s.bare(work)
	s.wait(bareID, time.Now())
	bareEvents, bareBytes, _ := s.cost(bareID)

	fmt.Println(header())
	accepted(s, work)
	endToEnd(s, work)
	throughput(s, work)
	fmt.Println(figure{"f events of a simple change", fmt.Sprint(events), fmt.Sprint(bareEvents), float64(events) / float64(bareEvents), "<= 45 events", events <= 45})
	fmt.Println(figure{"f bytes of a simple change", fmt.Sprint(bytes), fmt.Sprint(bareBytes), float64(bytes) / float64(bareBytes), "(reported)", true})
	perTarget(s)
	perWave(s)
	lists(s)
}

// accepted is figure a: a request is durable.
func accepted(s *stage, work Work) {
	const n = 200
	var ours, floor []time.Duration
	for range n {
		began := time.Now()
		id, took := s.submit()
		ours = append(ours, took)
		s.wait(id, began)
		began = time.Now()
		id, took = s.bare(work)
		floor = append(floor, took)
		s.wait(id, began)
	}
	for _, p := range []int{50, 99} {
		a, b := percentile(ours, p), percentile(floor, p)
		fmt.Println(figure{fmt.Sprintf("a request accepted, p%d of %d", p, n), ms(a), ms(b), ratio(a, b), "<= 1.5x", ratio(a, b) <= 1.5})
	}
}

// endToEnd is figure b: one auto-approved change of one target.
func endToEnd(s *stage, work Work) {
	const n = 100
	var ours, floor []time.Duration
	for range n {
		began := time.Now()
		id, _ := s.submit()
		ours = append(ours, s.wait(id, began))
		began = time.Now()
		id, _ = s.bare(work)
		floor = append(floor, s.wait(id, began))
	}
	a, b := percentile(ours, 50), percentile(floor, 50)
	fmt.Println(figure{fmt.Sprintf("b end to end, median of %d", n), ms(a), ms(b), ratio(a, b), "<= 1.5x", ratio(a, b) <= 1.5})
}

// throughput is figure c: a thousand auto-approved changes.
func throughput(s *stage, work Work) {
	const n, at = 1000, 64
	floor := s.all(n, at, func() (string, time.Duration) { return s.bare(work) })
	ours := s.all(n, at, s.submit)
	a, b := n/ours.Seconds(), n/floor.Seconds()
	fmt.Println(figure{fmt.Sprintf("c changes per second, %d of them", n), fmt.Sprintf("%.1f/s", a), fmt.Sprintf("%.1f/s", b), a / b, ">= 0.6x", a/b >= 0.6})
}

// perTarget is the rest of figure f: what one more target of a fleet costs.
func perTarget(s *stage) {
	cost := func(n int) (int, int) {
		product := fmt.Sprintf("fleet%d", n)
		for i := range n {
			s.world.Add(3, fmt.Sprintf("%s.svc%04d.api@idc1/c1:prod", product, i))
		}
		r := changetest.Ask("scale.fleet", "targets", product+".*:prod", "replicas", "4", "pause", "0s")
		r.Key, r.From = product, ops.Origin{Surface: "api"}
		id, err := s.desk.Submit(s.t.Context(), r)
		if err != nil {
			s.t.Fatal(err)
		}
		s.wait(id, time.Now())
		events, bytes, _ := s.cost(id)
		return events, bytes
	}
	fewEvents, fewBytes := cost(50)
	manyEvents, manyBytes := cost(550)
	fmt.Println(figure{"f events per extra target of a fleet", fmt.Sprintf("%.2f", float64(manyEvents-fewEvents)/500), "6.00", float64(manyEvents-fewEvents) / 3000, "(one activity: 6)", true})
	fmt.Println(figure{"f bytes per extra target of a fleet", fmt.Sprint((manyBytes - fewBytes) / 500), "", 0, "(reported)", true})
}

// lists is figure g: the first page, with few and with many closed changes behind it.
func lists(s *stage) {
	measure := func() time.Duration {
		var times []time.Duration
		for range 30 {
			began := time.Now()
			if _, err := s.starter.List(s.t.Context(), ops.Filter{Limit: 50}); err != nil {
				s.t.Fatal(err)
			}
			times = append(times, time.Since(began))
		}
		return percentile(times, 50)
	}
	few := measure()
	at1000 := s.count()
	s.all(20_000-at1000, 64, s.refused)
	many := measure()
	r := ratio(many, few)
	fmt.Println(figure{fmt.Sprintf("g list page at %d against %d changes", s.count(), at1000), ms(many), ms(few), r, "the same (<= 1.2x)", r <= 1.2})
}
