package consul

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/integrations/consul/consultest"
	"orderly.example/ops"
)

// store is a Consul as its administrator sees it.
type store struct {
	url, token string
	put        func(t *testing.T, key, value string)
	keys       func(t *testing.T, prefix string) []string
}

// TestContract runs on the fake what e2e_test.go runs on a real Consul.
func TestContract(t *testing.T) {
	s := consultest.New(t, nil)
	contract(t, store{url: s.URL, token: consultest.Token, put: func(_ *testing.T, k, v string) { s.Put(k, v) }, keys: func(_ *testing.T, prefix string) []string {
		var out []string
		for k := range s.Values() {
			if strings.HasPrefix(k, prefix) {
				out = append(out, k)
			}
		}
		return out
	}})
}

// contract is the life of a configuration: edited, found changed by others, brought back, and forgotten in the end.
func contract(t *testing.T, s store) {
	for k, v := range map[string]string{"timeout": "30", "db/pool": "5", "db/": "", "old": "x"} {
		s.put(t, under+k, v)
	}
	s.put(t, "config/cart/prod/mainly/a", "1")
	c := client(t, Config{URL: s.url, Token: s.token})
	in := edit(t, c)
	in.Why, in.By = "config.set-1", "ann"
	must := func(in activities.EditIn, changed bool) activities.EditOut {
		t.Helper()
		out, err := c.EditConfig(t.Context(), in)
		if err != nil || out.Changed != changed {
			t.Fatalf("%+v, %v", out, err)
		}
		return out
	}
	read := func() activities.Config {
		t.Helper()
		now, err := c.ReadConfig(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	out := must(in, true)
	if again := must(in, false); again.Content != out.Content || read().Content != out.Content || !maps.Equal(read().Values, map[string]string{"timeout": "60", "db/pool": "5", "new": "值"}) {
		t.Errorf("%+v, %+v, %+v", out, again, read())
	}

	s.put(t, under+"timeout", "90")
	if _, err := c.EditConfig(t.Context(), activities.EditIn{At: at, Content: out.Content, Changes: []activities.ConfigChange{{Key: "new", From: "值", Remove: true}}}); ops.CodeOf(err) != ops.Conflict {
		t.Errorf("over another hand: %v", err)
	}
	all, err := c.ConfigReleases(t.Context(), at, 10)
	if err != nil || len(all) != 3 || all[0].Values["timeout"] != "90" || all[0].ID != read().Release || all[1].Title != "config.set-1" || all[1].By != "ann" || all[2].Values["old"] != "x" {
		t.Fatalf("%+v, %v", all, err)
	}
	back := activities.EditIn{At: at, Restore: all[2].ID, Was: all[0].ID, Release: all[0].ID, Content: read().Content, Why: "config.rollback-1"}
	must(back, true)
	must(back, false)
	if now := read(); now.Release != all[2].ID || !maps.Equal(now.Values, all[2].Values) {
		t.Errorf("brought back: %+v", now)
	}
	must(activities.EditIn{At: at, Restore: all[0].ID, Was: all[2].ID, Why: "config.rollback-1/back"}, true) // and taken back again
	if now := read(); now.Values["timeout"] != "90" {
		t.Errorf("taken back: %+v", now)
	}

	for i := range activities.KeptReleases + 5 {
		from := read().Values["timeout"]
		must(activities.EditIn{At: at, Changes: []activities.ConfigChange{{Key: "timeout", From: from, To: fmt.Sprint("n", i)}}, Why: fmt.Sprint("config.set-n", i)}, true)
	}
	all, err = c.ConfigReleases(t.Context(), at, 100)
	if n := len(s.keys(t, "orderly/releases/cart/prod/main/")); err != nil || n != activities.KeptReleases || len(all) != n || all[0].Title != fmt.Sprint("config.set-n", activities.KeptReleases+4) {
		t.Errorf("%d keys, %d releases, %v", n, len(all), err)
	}
	if _, err := c.EditConfig(t.Context(), back); ops.CodeOf(err) != ops.Conflict {
		t.Errorf("over another hand: %v", err)
	}
	back.Was = read().Release
	if _, err := c.EditConfig(t.Context(), back); ops.CodeOf(err) != ops.NotFound {
		t.Errorf("a forgotten release: %v", err)
	}
	many := activities.EditIn{At: at}
	for i := range maxChanges {
		many.Changes = append(many.Changes, activities.ConfigChange{Key: fmt.Sprint("k", i), To: "1", Add: true})
	}
	must(many, true) // as many as go into one transaction
}
