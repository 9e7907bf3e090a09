package policy

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"orderly.example/ops"
)

var update = flag.Bool("update", false, "write the goldens anew")

func golden(t *testing.T, name string, text ops.Text) {
	t.Helper()
	for lang, got := range map[string]string{"en": text.En, "zh": text.Zh} {
		path := filepath.Join("testdata", name+"."+lang+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(got+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if want := string(readFile(t, path)); got+"\n" != want {
			t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
		}
	}
}

func TestExplain(t *testing.T) {
	e := engine(t, FromText(string(readFile(t, examplePolicy)), "policy.yaml"), &ledger{owners: []string{"shop"}})
	large, early, failing := planned(t, prod), unplanned(t, "shop.cart.api"), planned(t, prod)
	frozen := planned(t, prod)
	frozen.Now = frozen.Now.AddDate(-6, 10, 6)
	for name, f := range map[string]ops.Facts{"large": large, "early": early, "frozen": frozen} {
		f.Owners = nil
		x, err := e.Explain(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "explain-"+name, x.Text())
	}
	broken := engine(t, FromText("rules:\n  - {name: good, when: 'true'}\n  - {name: bad, when: 'owners[7] == \"x\"'}\n", "p.yaml"), nil)
	x, err := broken.Explain(context.Background(), failing)
	if err != nil || x.Error == nil || x.Decision.Allow {
		t.Fatalf("got %+v, %v", x, err)
	}
	golden(t, "explain-failing", x.Text())
}
