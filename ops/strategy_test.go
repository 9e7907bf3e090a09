package ops_test

import (
	"strings"
	"testing"

	"orderly.example/ops"
)

func TestWhatAServiceMayNeed(t *testing.T) {
	for needs, right := range map[string]bool{"shop.cart.api": true, "shop.*": false, "shop.cart.api@idc1": false, "": false, "Shop": false} {
		why := ops.Strategy{Needs: []string{needs}}.Wrong()
		if why.IsZero() != right || !right && why.En == why.Zh {
			t.Errorf("%q: %+v", needs, why)
		}
	}
}

// TestWhatAStrategyMaySayAboutTraffic: each mistake is told in both languages.
func TestWhatAStrategyMaySayAboutTraffic(t *testing.T) {
	mesh := ops.Canary{Traffic: "istio", Header: "x-canary=always", Weights: []int{5, 25, 100}}
	for name, c := range map[string]struct {
		strategy ops.Strategy
		says     string
	}{
		"nothing":               {ops.Strategy{}, ""},
		"rolling":               {ops.Strategy{Kind: "rolling"}, ""},
		"instances":             {ops.Strategy{Canary: ops.Canary{Percent: 10}}, ""},
		"a mesh":                {ops.Strategy{Kind: "canary", Canary: mesh}, ""},
		"only a header":         {ops.Strategy{Canary: ops.Canary{Traffic: "istio", Header: "X-Canary=1"}}, ""},
		"blue-green":            {ops.Strategy{Kind: "bluegreen"}, ""},
		"blue-green in a mesh":  {ops.Strategy{Kind: "bluegreen", Canary: ops.Canary{Traffic: "istio"}}, ""},
		"unknown kind":          {ops.Strategy{Kind: "blue"}, "write rolling, canary or bluegreen"},
		"rolling with a canary": {ops.Strategy{Kind: "rolling", Canary: mesh}, "take one of them out"},
		"no canary":             {ops.Strategy{Kind: "canary"}, "give percent, weights or header"},
		"blue-green by weights": {ops.Strategy{Kind: "bluegreen", Canary: mesh}, "all traffic goes at once"},
		"weights by nobody":     {ops.Strategy{Canary: ops.Canary{Weights: []int{5}}}, "belong together"},
		"traffic of nothing":    {ops.Strategy{Canary: ops.Canary{Percent: 5, Traffic: "istio"}}, "belong together"},
		"falling weights":       {ops.Strategy{Canary: ops.Canary{Traffic: "istio", Weights: []int{25, 5}}}, "percents that rise"},
		"a weight of nothing":   {ops.Strategy{Canary: ops.Canary{Traffic: "istio", Weights: []int{0, 5}}}, "percents that rise"},
		"more than all":         {ops.Strategy{Canary: ops.Canary{Traffic: "istio", Weights: []int{101}}}, "percents that rise"},
		"no header":             {ops.Strategy{Canary: ops.Canary{Traffic: "istio", Header: "x-canary"}}, "x-canary=always"},
		"a header of two lines": {ops.Strategy{Canary: ops.Canary{Traffic: "istio", Header: "x-canary=a\nb"}}, "x-canary=always"},
	} {
		why := c.strategy.Wrong()
		if c.says == "" && !why.IsZero() || !strings.Contains(why.En, c.says) || !why.IsZero() && why.En == why.Zh {
			t.Errorf("%s: %+v, want %q", name, why, c.says)
		}
	}
	if name, value := (ops.Canary{Header: "X-Canary=a=b"}).HeaderPair(); mesh.Size() != 100 || (ops.Canary{Percent: 30, Weights: []int{5}}).Size() != 30 || name != "x-canary" || value != "a=b" {
		t.Errorf("size %d, header %q %q", mesh.Size(), name, value)
	}
}
