package provision

import (
	"testing"

	"orderly.example/ops"
)

func TestWhatAPatternLeavesOut(t *testing.T) {
	target := func(s string) ops.Target {
		out, err := ops.ParseTarget(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	api := ops.Place{Target: target("shop.cart.api@idc1/c1:test"), Kind: "Deployment"}
	db := ops.Place{Target: target("shop.cart.db@idc1/c1:test"), Kind: "StatefulSet"}
	for _, tt := range []struct {
		asked        ops.Targets
		places, left int
	}{
		{ops.Targets{target("shop.*@idc1/c1:test")}, 1, 1},
		{ops.Targets{target("shop.*@idc1/c1:test"), target("shop.cart.db:test")}, 2, 0},
		{ops.Targets{target("shop.cart.db@idc1/c1:test")}, 2, 0},
	} {
		if places, left := copyable(tt.asked, []ops.Place{api, db}); len(places) != tt.places || len(left) != tt.left {
			t.Errorf("%v: copied %v, left out %v", tt.asked, places, left)
		}
	}
}

func TestAnImageAtAVersion(t *testing.T) {
	for _, tt := range []struct{ image, version, want string }{
		{"web:1", "", "web:1"}, {"web:1", "2", "web:2"}, {"web", "2", "web:2"}, {"host:5000/shop/web:1@sha256:ab", "2", "host:5000/shop/web:2"}, {"host:5000/web", "2", "host:5000/web:2"},
	} {
		if got := imageAt(tt.image, tt.version); got != tt.want {
			t.Errorf("%s at %q is %s, want %s", tt.image, tt.version, got, tt.want)
		}
	}
}
