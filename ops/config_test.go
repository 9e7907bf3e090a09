package ops

import (
	"strings"
	"testing"
)

func TestConfigAt(t *testing.T) {
	p := Place{Target: Target{Service: "shop.cart.api", IDC: "idc1", Cluster: "c1", Env: "prod"}, Context: "idc1/c1", Namespace: "shop", Name: "cart-api"}
	s := Service{Name: "shop.cart.api", ConfigApp: "cart", Config: &ConfigPlace{
		Provider: "apollo", Envs: map[string]string{"prod": "PRO"}, Namespaces: []ConfigSpace{{Name: "application"}, {Name: "db", Schema: "{}"}},
	}}
	at, space, err := s.ConfigAt(p, "db")
	if err != nil || at != (ConfigAt{Provider: "apollo", App: "cart", Env: "PRO", Namespace: "db"}) || space.Schema != "{}" || at.String() != "PRO/cart/db" {
		t.Errorf("%+v, %+v, %v", at, space, err)
	}
	s.Config = &ConfigPlace{Provider: "kubernetes", App: "${namespace}", Cluster: "${context}", Namespaces: []ConfigSpace{{Name: "cart"}}}
	at, _, err = s.ConfigAt(p, "")
	if err != nil || at != (ConfigAt{Provider: "kubernetes", App: "shop", Env: "prod", Cluster: "idc1/c1", Namespace: "cart"}) {
		t.Errorf("%+v, %v", at, err)
	}
	if _, _, err := s.ConfigAt(p, "crt"); CodeOf(err) != NotFound || !strings.Contains(TextOf(err).En, "did you mean cart?") {
		t.Errorf("got %v", err)
	}
	for want, c := range map[string]ConfigPlace{
		"no provider":              {},
		"no namespaces":            {Provider: "apollo"},
		"no name":                  {Provider: "apollo", Namespaces: []ConfigSpace{{}}},
		"is there twice":           {Provider: "apollo", Namespaces: []ConfigSpace{{Name: "a"}, {Name: "a"}}},
		"is no JSON":               {Provider: "apollo", Namespaces: []ConfigSpace{{Name: "a", Schema: "{"}}},
		"a name that is not known": {Provider: "apollo", App: "${what}", Namespaces: []ConfigSpace{{Name: "a"}}},
	} {
		if why := c.Wrong(); !strings.Contains(why.En, want) || why.Zh == "" {
			t.Errorf("%q, want %q", why.En, want)
		}
	}
}
