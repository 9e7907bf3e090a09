package bot

import (
	"strings"
	"testing"

	"orderly.example/ops"
)

type pairParams struct {
	Target ops.Targets `en:"service" zh:"服务"`
	Set    string      `en:"keys and values" zh:"配置项及其值" pairs:"true"`
	Space  string      `en:"namespace" zh:"命名空间" optional:"true"`
}

func TestParsePairs(t *testing.T) {
	operations := []ops.Operation{{Name: "config.set", Params: ops.ParamsOf[pairParams]()}}
	for line, want := range map[string]string{
		"config.set shop.cart.api:prod timeout=30":                                     "timeout=30",
		"config set shop.cart.api:prod server.port=8080 greeting=\"good day\" space=x": `server.port=8080 greeting="good day"`,
		"config.set a=1 shop.cart.api:prod b=x=y --plan":                               "a=1 b=x=y",
		`config.set shop.cart.api:prod set="a=1 b=2"`:                                  "a=1 b=2",
		"config.set shop.cart.api:prod greeting=“早上 好”":                                `greeting="早上 好"`,
	} {
		c, err := Parse(line, operations)
		if err != nil || c.Request.Params["set"] != want || c.Request.Params["target"] != "shop.cart.api:prod" {
			t.Errorf("%s: %v, %v", line, c.Request.Params, err)
		}
	}
	if _, err := Parse("config.set shop.cart.api:prod --tmeout=30", operations); err == nil || !strings.Contains(err.Error(), "no parameter or flag") {
		t.Errorf("a flag that nobody knows: %v", err)
	}
}
