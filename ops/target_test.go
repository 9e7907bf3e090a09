package ops

import (
	"encoding/json"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Target
	}{
		{"shop.cart.api", Target{Service: "shop.cart.api"}},
		{"shop.cart.api:prod", Target{Service: "shop.cart.api", Env: "prod"}},
		{"shop.cart.api@idc1", Target{Service: "shop.cart.api", IDC: "idc1"}},
		{"shop.cart.api@idc1/c1:prod", Target{"shop.cart.api", "idc1", "c1", "prod"}},
		{" shop.cart.api@idc1:prod ", Target{Service: "shop.cart.api", IDC: "idc1", Env: "prod"}},
		{"shop.*@idc*:prod", Target{Service: "shop.*", IDC: "idc*", Env: "prod"}},
		{"*", Target{Service: "*"}},
		{"a-b.c_d.e2:x", Target{Service: "a-b.c_d.e2", Env: "x"}},
		{"shop@*/c1", Target{Service: "shop", IDC: "*", Cluster: "c1"}},
	} {
		got, err := ParseTarget(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("%q is %+v, %v; want %+v", tt.in, got, err, tt.want)
		}
		if again, err := ParseTarget(got.String()); err != nil || again != got {
			t.Errorf("%q written as %q reads as %+v, %v", tt.in, got, again, err)
		}
	}
	for _, in := range []string{"", "  ", "Shop.cart", "shop..cart", ".shop", "shop.", "shop:", "shop@", "shop@idc1/", "shop@:prod", "shop:prod:x", "shop@a@b", "a b", "商店.api", "shop'--", "shop\x00", "-shop"} {
		got, err := ParseTarget(in)
		if CodeOf(err) != Invalid || AsError(err).Text.Zh == "" || AsError(err).Text.En == "" {
			t.Errorf("%q is %+v, %v", in, got, err)
		}
	}
}

func TestTargetMatches(t *testing.T) {
	here := Target{"shop.cart.api", "idc1", "c1", "prod"}
	for _, tt := range []struct {
		pattern string
		want    bool
	}{
		{"*", true},
		{"shop.*", true},
		{"shop.*.api", true},
		{"*.api:prod", true},
		{"shop.cart.api@idc1/c1:prod", true},
		{"*cart*", true},
		{"shop.cart.api@*:p*d", true},
		{"s*a*i", true},
		{"shop.cart.ap", false},
		{"shop.*x", false},
		{"pay.*", false},
		{"shop.*:test", false},
		{"shop.*@idc2", false},
		{"shop.*@idc1/c2", false},
		{"*api*api*", false},
	} {
		p, err := ParseTarget(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Matches(here); got != tt.want {
			t.Errorf("%s matches %s: %v, want %v", tt.pattern, here, got, tt.want)
		}
	}
}

func TestTargetIsItsTextEverywhere(t *testing.T) {
	in := map[string]Target{"a": {"shop.cart.api", "idc1", "c1", "prod"}, "none": {}}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"a":"shop.cart.api@idc1/c1:prod","none":""}` {
		t.Fatalf("%s, %v", b, err)
	}
	var out map[string]Target
	if err := json.Unmarshal(b, &out); err != nil || out["a"] != in["a"] || out["none"] != in["none"] {
		t.Errorf("%+v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"a":"!"}`), &out); err == nil {
		t.Error("a broken target was read")
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"shop.cart.api@idc1/c1:prod", "*@*/*:*", "a@/b", "\xff", "shop.cart.api@idc1:prod,pay"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseTarget(s)
		if err != nil {
			if CodeOf(err) != Invalid {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		again, err := ParseTarget(p.String())
		if err != nil || again != p {
			t.Errorf("%q is %+v, which written as %q reads as %+v, %v", s, p, p, again, err)
		}
		if !p.IsPattern() && !p.Matches(p) {
			t.Errorf("%q does not match itself", s)
		}
	})
}
