package ops_test

import (
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
