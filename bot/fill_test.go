package bot

import (
	"context"
	"strings"
	"testing"

	"orderly.example/ops"
)

func TestFillAsksOnlyForWhatIsMissing(t *testing.T) {
	d, _, _ := desk(t)
	r := request("scale", map[string]string{"target": "shop.cart.api:prod"})
	r.Reason = "sale"
	f, err := d.Fill(context.Background(), r)
	if err != nil || f.Complete() || len(f.Fields) != 3 {
		t.Fatalf("got %+v, %v", f, err)
	}
	asked := f.Asked()
	if len(asked) != 1 || asked[0].Param.Name != "replicas" || !asked[0].Error.IsZero() || f.Request.Reason != "sale" {
		t.Errorf("got %+v", asked)
	}
	r.Params["replicas"] = "six"
	f, _ = d.Fill(context.Background(), r)
	if asked := f.Asked(); len(asked) != 1 || asked[0].Value != "six" || !strings.Contains(asked[0].Error.En, "not a whole number") || asked[0].Error.Zh == "" {
		t.Errorf("got %+v", asked)
	}
	r.Params["replicas"] = "6"
	if f, _ = d.Fill(context.Background(), r); !f.Complete() {
		t.Errorf("got %+v", f.Asked())
	}
	if _, err := d.Fill(context.Background(), request("scael", nil)); ops.CodeOf(err) != ops.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestFillOffersChoices(t *testing.T) {
	d, _, _ := desk(t)
	f, _ := d.Fill(context.Background(), request("note", map[string]string{"title": "x", "to": "bob", "urgent": "perhaps", "token": "hunter2", "board": "garden"}))
	want := map[string]string{"to": "ann, chen", "urgent": "true, false", "board": "lobby, kitchen", "token": ""}
	for _, x := range f.Asked() {
		if got := strings.Join(x.Options, ", "); got != want[x.Param.Name] {
			t.Errorf("%s: got %s", x.Param.Name, got)
		}
		if x.Param.Secret() && x.Value != masked {
			t.Errorf("a secret is shown: %s", x.Value)
		}
		delete(want, x.Param.Name)
	}
	if len(want) != 0 {
		t.Errorf("not asked for: %v", want)
	}
	d.Options = boards{ops.Errorf(ops.Unavailable, "down", "无响应")}
	f, _ = d.Fill(context.Background(), request("note", map[string]string{"title": "x", "board": "lobby"}))
	if a := f.Asked(); len(a) != 1 || a[0].Options != nil || a[0].Error.IsZero() {
		t.Errorf("got %+v", a)
	}
}
