//go:build bench

package bench

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/apollo"
	"orderly.example/integrations/apollo/apollotest"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	configInstances = 1000
	service         = "bench.config.api"
)

// TestBenchConfig is figure n: a key is published and has arrived in a thousand instances, which take it one after the
// other within some seconds. What counts is how much the config centre is asked. The floor is the bare calls: write,
// publish, and look once who has it.
func TestBenchConfig(t *testing.T) {
	portal := apollotest.New(t)
	asked := &requests{}
	portal.Handles = asked.count
	space := portal.Space("PRO", service, "application", map[string]string{"timeout": "30"})
	c, err := apollo.New(apollo.Config{URL: portal.URL, Token: apollotest.Token, Operator: apollotest.Operator, Publisher: apollotest.Publisher})
	if err != nil {
		t.Fatal(err)
	}
	s := newStage(t, activities.Bind("apollo", c)...)
	s.world.Add(configInstances, service+"@idc1/c1:prod")
	space.Clients = s.addresses(service + "@idc1/c1:prod")
	s.world.Config = &ops.ConfigPlace{Provider: "apollo", Envs: map[string]string{"prod": "PRO"}, Namespaces: []ops.ConfigSpace{{Name: "application"}}}

	began := time.Now()
	bareConfig(t, c, ops.ConfigAt{Provider: "apollo", Env: "PRO", App: service, Cluster: "default", Namespace: "application"})
	floor, floorCalls, _ := time.Since(began), asked.total(), asked.reset()

	stop := portal.Slowly(space, configInstances/5)
	r := changetest.Ask("config.set", "target", service+"@idc1/c1:prod", "set", "timeout=90")
	r.Key, r.From = "config", ops.Origin{Surface: "api"}
	began = time.Now()
	id, err := s.desk.Submit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	ours := s.wait(id, began)
	stop()
	if st, err := s.starter.Status(t.Context(), id); err != nil || st.State != ops.Succeeded {
		t.Fatalf("the push is %s: %v, %v", st.State, st.Error, err)
	}
	fmt.Println(figure{fmt.Sprintf("n a key arrives in %d instances, requests", configInstances), fmt.Sprint(asked.total()), fmt.Sprint(floorCalls), float64(asked.total()) / float64(floorCalls), "(reported)", true})
	fmt.Println(figure{"n the same, requests in its busiest second", fmt.Sprint(asked.busiest()), "", 0, "<= 20/s", asked.busiest() <= 20})
	fmt.Println(figure{"n the same, time", ms(ours), ms(floor), 0, "(5 s to arrive)", true})
}

// addresses are the instances of a target, all with the first release.
func (s *stage) addresses(target string) map[string]int64 {
	at, err := ops.ParseTarget(target)
	if err != nil {
		s.t.Fatal(err)
	}
	w, err := s.world.Status(s.t.Context(), activities.StatusIn{Place: ops.Place{Target: at}, Pods: true})
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]int64{}
	for _, p := range w.Pods {
		out[p.IP] = 1
	}
	return out
}

// bareConfig is the floor.
func bareConfig(t *testing.T, c *apollo.Client, at ops.ConfigAt) {
	t.Helper()
	now, err := c.ReadConfig(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	edited, err := c.EditConfig(t.Context(), activities.EditIn{At: at, Changes: []activities.ConfigChange{{Key: "timeout", From: "30", To: "60"}}, Release: now.Release, Content: now.Content})
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.PublishConfig(t.Context(), activities.PublishIn{At: at, Title: "bare", Content: edited.Content, Release: now.Release})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.ConfigReceived(t.Context(), at, made.Release)
	if err != nil || len(got.Have) != configInstances {
		t.Fatalf("%d have it, %v", len(got.Have), err)
	}
}

// requests are when a server was asked.
type requests struct {
	mu sync.Mutex
	at []time.Time
}

func (r *requests) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		r.at = append(r.at, time.Now())
		r.mu.Unlock()
		next.ServeHTTP(w, q)
	})
}

func (r *requests) total() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.at)
}

func (r *requests) reset() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.at)
	r.at = nil
	return n
}

// busiest is how many requests came within one second at most.
func (r *requests) busiest() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	most := 0
	for first, last := 0, 0; last < len(r.at); last++ {
		for r.at[last].Sub(r.at[first]) > time.Second {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}
