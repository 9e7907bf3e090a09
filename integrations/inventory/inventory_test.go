package inventory

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// shelf is a source in memory that can fail and counts its readings.
type shelf struct {
	mu       sync.Mutex
	services []ops.Service
	err      error
	readings int
}

func (s *shelf) String() string { return "the shelf" }

func (s *shelf) Services(context.Context) ([]ops.Service, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readings++
	return s.services, s.err
}

func (s *shelf) set(err error, services ...ops.Service) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.services, s.err = services, err
}

// at is a service with an owner that runs at the targets.
func at(t *testing.T, owner string, targets ...string) ops.Service {
	t.Helper()
	out := ops.Service{Owner: owner}
	for _, s := range targets {
		out.Places = append(out.Places, ops.Place{Target: target(t, s), Provider: "kubernetes", Namespace: owner, Name: "x"})
		out.Name = out.Places[0].Target.Service
	}
	return out
}

func target(t *testing.T, s string) ops.Target {
	t.Helper()
	out, err := ops.ParseTarget(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// clocked is an inventory with a clock that the test sets.
func clocked(sources ...Source) (*Inventory, *time.Time) {
	now := time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)
	i := New(sources...)
	i.now = func() time.Time { return now }
	return i, &now
}

const (
	cart1, cart2, cartTest = "shop.cart.api@idc1/c1:prod", "shop.cart.api@idc2/c1:prod", "shop.cart.api@idc1/c1:test"
	pay1                   = "pay.gate.api@idc1/c1:prod"
)

func TestFind(t *testing.T) {
	i, _ := clocked(&shelf{services: []ops.Service{at(t, "shop", cart1, cart2, cartTest), at(t, "pay", pay1)}})
	for ask, tt := range map[string]struct {
		many  bool
		found []string
		says  string
	}{
		"shop.cart.api@idc1:prod":      {found: []string{cart1}},
		"shop.cart.api@idc1/c1:test":   {found: []string{cartTest}},
		"pay.gate.api":                 {found: []string{pay1}}, // there is only one place
		"shop.*:prod":                  {found: []string{cart1, cart2}},
		"*@idc1:prod":                  {found: []string{pay1, cart1}},
		"shop.cart.api":                {many: true, found: []string{cart1, cartTest, cart2}},
		"shop.cart.api:prod":           {says: "name one of them, or write a pattern such as shop.cart.api@*:prod"},
		"shop.*":                       {says: "leaves out the environment"},
		"shop.crat.api@idc1:prod":      {says: "did you mean shop.cart.api?"},
		"shop.cart.api@idc3:prod":      {says: "runs at " + cart1},
		"none.*:prod":                  {says: "no service matches"},
		"shop.cart.api@idc1/c1:stage":  {says: "is nowhere"},
		"shop.cart.api@idc1/c2:prod":   {says: "is nowhere"},
		"shop.cart.api@idc1/c1:prod*x": {says: "no service matches"},
	} {
		out, err := i.Find(t.Context(), activities.FindIn{Targets: []ops.Target{target(t, ask)}, Many: tt.many})
		var got []string
		for _, p := range out.Places {
			got = append(got, p.Target.String())
		}
		text := ops.TextOf(err)
		if tt.says == "" && (err != nil || !slices.Equal(got, tt.found)) {
			t.Errorf("%s: got %v, %v; want %v", ask, got, err, tt.found)
		}
		if tt.says != "" && (!strings.Contains(text.En, tt.says) || text.Zh == "" || len(got) > 0) {
			t.Errorf("%s: got %v, %q; want %q", ask, got, text.En, tt.says)
		}
	}
}

func TestTheFirstSourceWins(t *testing.T) {
	first := at(t, "shop", cart1)
	first.Places[0].Namespace = "by-hand"
	second := at(t, "labels", cart1, cart2)
	second.OnCall = "bob"
	i, _ := clocked(&shelf{services: []ops.Service{first}}, &shelf{services: []ops.Service{second}})
	all, err := i.Services(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	s := all[0]
	if s.Owner != "shop" || s.OnCall != "bob" || len(s.Places) != 2 || s.Places[0].Namespace != "by-hand" || s.Places[1].Namespace != "labels" {
		t.Errorf("merged to %+v", s)
	}
}

func TestOwners(t *testing.T) {
	pay := at(t, "pay", pay1)
	pay.OnCall = "bob"
	i, _ := clocked(&shelf{services: []ops.Service{at(t, "shop", cart1), pay, at(t, "", "x.y.z@idc1/c1:prod")}})
	for ask, want := range map[string]string{cart1: "shop; ", "*:prod": "nobody pay shop; bob", "gone.a.b:prod": "nobody; ", "x.y.z:prod": "nobody; "} {
		owners, onCall, err := i.Owners(t.Context(), []ops.Target{target(t, ask)})
		if got := strings.Join(owners, " ") + "; " + strings.Join(onCall, " "); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", ask, got, err, want)
		}
	}
}

// TestWhatWasJustMadeIsFound: a miss is believed only after a fresh look, and a hit costs no look.
func TestWhatWasJustMadeIsFound(t *testing.T) {
	s := &shelf{services: []ops.Service{at(t, "shop", cart1)}}
	i, now := clocked(s)
	find := func(name string) error {
		_, err := i.Find(t.Context(), activities.FindIn{Targets: []ops.Target{target(t, name)}})
		return err
	}
	if err := errors.Join(find(cart1), find(cart1)); err != nil || s.readings != 1 {
		t.Fatalf("%v after %d readings", err, s.readings)
	}
	s.set(nil, at(t, "shop", cart1), at(t, "pay", pay1))
	*now = now.Add(3 * time.Second)
	if err := find(pay1); err != nil || s.readings != 2 {
		t.Errorf("just made: %v after %d readings", err, s.readings)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { _ = find("no.such.thing:prod") })
	}
	wg.Wait()
	if s.readings != 2 {
		t.Errorf("a reading of this moment was not believed: %d readings", s.readings)
	}
}

func TestASourceThatIsAwayKeepsItsServices(t *testing.T) {
	s := &shelf{}
	s.set(errors.New("away"))
	i, now := clocked(s)
	if _, err := i.Services(t.Context()); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("nothing could ever be read: %v", err)
	}
	s.set(nil, at(t, "shop", cart1))
	*now = now.Add(3 * time.Second)
	if _, err := i.Services(t.Context()); err != nil {
		t.Error(err)
	}
	s.set(errors.New("away"))
	*now = now.Add(time.Minute)
	_, err := i.Find(t.Context(), activities.FindIn{Targets: []ops.Target{target(t, "no.such.thing:prod")}})
	if text := ops.TextOf(err); !strings.Contains(text.En, "the shelf was read 1m0s ago") || !strings.Contains(text.Zh, "1m0s") {
		t.Errorf("whoever misses something is not told that the reading is old: %+v", text)
	}
	if out, err := i.Find(t.Context(), activities.FindIn{Targets: []ops.Target{target(t, cart1)}}); err != nil || len(out.Places) != 1 {
		t.Errorf("what was read before is gone: %v, %v", out, err)
	}
}

// TestManyMissesCostOneReading: misses at the same time share a reading, and it is believed for two seconds.
func TestManyMissesCostOneReading(t *testing.T) {
	s := &shelf{services: []ops.Service{at(t, "shop", cart1)}}
	i, now := clocked(s)
	miss := func() {
		_, err := i.Find(t.Context(), activities.FindIn{Targets: []ops.Target{target(t, "no.such.thing:prod")}})
		if ops.CodeOf(err) != ops.NotFound {
			t.Error(err)
		}
	}
	miss()
	for n, after := range []time.Duration{3 * time.Second, 1500 * time.Millisecond} {
		*now = now.Add(after)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(miss)
		}
		wg.Wait()
		if s.readings != 2 {
			t.Errorf("round %d: %d readings", n, s.readings)
		}
	}
}
