package command

import (
	"encoding/json"
	"strings"
	"testing"

	"orderly.example/bot/api/apitest"
	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// world is an API with one change of ann's that waits for an approval; id is that change.
func world(t *testing.T) (w *apitest.World, id string) {
	t.Helper()
	w = apitest.New(t, nil)
	return w, ask(t, w, "first", "6")
}

func ask(t *testing.T, w *apitest.World, key, replicas string) string {
	t.Helper()
	c, err := client.New(client.Config{Server: w.URL, As: "ann", Program: "cli"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := c.Request(t.Context(), wire.Submission{
		Operation: "scale", Params: client.Params(map[string]string{"target": "shop.cart.api@idc1:prod", "replicas": replicas}), Reason: "sale",
	}, key)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// as runs a command line as a person of the world.
func as(t *testing.T, w *apitest.World, who string, args ...string) said {
	t.Helper()
	return orderly(t, apitest.Operations, append([]string{"--server", w.URL, "--as", who}, args...)...)
}

// TestWhatIsPrinted compares with the goldens, in both languages.
func TestWhatIsPrinted(t *testing.T) {
	w, first := world(t)
	second := ask(t, w, "second", "8")
	w.Ledger.Update(second, apitest.RunAtOnce)
	w.Ledger.Update(second, apitest.Succeed)
	for name, args := range map[string][]string{
		"help-run":       {"run", "--help"},
		"help-run-scale": {"run", "scale", "--help"},
		"help-ls":        {"ls", "--help"},
		"ls":             {"ls"},
		"show-waiting":   {"show", first},
		"show-ended":     {"show", second},
		"ops":            {"ops"},
		"ops-scale":      {"ops", "scale"},
		"watch-ended":    {"watch", second},
	} {
		for _, lang := range []string{"en", "zh"} {
			t.Run(name+"."+lang, func(t *testing.T) {
				run := func(args ...string) said { return as(t, w, "ann", args...) }
				if strings.HasPrefix(name, "help-") { // of the real catalogue
					run = func(args ...string) said { return orderly(t, operations(), args...) }
				}
				got := run(append([]string{"--lang", lang}, args...)...)
				if got.code != 0 || got.err != "" {
					t.Fatalf("exit %d: %s", got.code, got.err)
				}
				apitest.Golden(t, name+"."+lang+".txt", got.out)
			})
		}
	}
}

// TestJSONEverywhere: with --json every command prints JSON and nothing else.
func TestJSONEverywhere(t *testing.T) {
	w, id := world(t)
	over := ask(t, w, "over", "7")
	w.Ledger.Update(over, apitest.Succeed)
	rejected, cancelled := ask(t, w, "rejected", "8"), ask(t, w, "cancelled", "9")
	for _, tt := range []struct {
		who  string
		args []string
		keys []string
	}{
		{"ann", []string{"ls"}, []string{"changes"}},
		{"ann", []string{"show", id}, []string{"id", "state", "plan", "events"}},
		{"ann", []string{"ops", "scale"}, []string{"operation", "allowed", "schema"}},
		{"ann", []string{"version"}, []string{"version"}},
		{"ann", []string{"token", "new", "--person", "ann"}, []string{"token", "hash"}},
		{"ann", []string{"run", "scale", "shop.cart.api@idc1:prod", "7", "--detach"}, []string{"id"}},
		{"ann", []string{"undo", over, "--detach"}, []string{"id"}},
		{"bob", []string{"approve", id}, []string{"accepted", "text"}},
		{"bob", []string{"reject", rejected, "--note", "no"}, []string{"accepted", "text"}},
		{"ann", []string{"cancel", cancelled}, []string{"accepted", "text"}},
	} {
		got := as(t, w, tt.who, append(tt.args, "--json")...)
		var out map[string]json.RawMessage
		if err := json.Unmarshal([]byte(got.out), &out); err != nil || got.code != 0 {
			t.Errorf("%v: exit %d, %v: %s%s", tt.args, got.code, err, got.out, got.err)
		}
		for _, key := range tt.keys {
			if out[key] == nil {
				t.Errorf("%v has no %s: %s", tt.args, key, got.out)
			}
		}
	}
	for _, args := range [][]string{{"ops"}, {"docs"}} {
		var out []any
		if got := as(t, w, "ann", append(args, "--json")...); json.Unmarshal([]byte(got.out), &out) != nil || len(out) < 4 {
			t.Errorf("%v: %s", args, got.out)
		}
	}
}

// TestWatchPrintsOneJSONLinePerEvent and at last the status; run and undo follow the same way.
func TestWatchPrintsOneJSONLinePerEvent(t *testing.T) {
	w, id := world(t)
	w.Ledger.Update(id, apitest.RunAtOnce)
	w.Ledger.Update(id, apitest.Fail)
	got := as(t, w, "ann", "watch", id, "--json")
	if got.code != exitFailed {
		t.Errorf("exit %d", got.code)
	}
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	seen := 0
	for i, line := range lines {
		var p piece
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		switch last := i == len(lines)-1; {
		case last && (p.Status == nil || p.Status.State != ops.Failed):
			t.Errorf("the last line is %s", line)
		case !last && (p.Event == nil || p.Event.Seq != i+1):
			t.Errorf("line %d is %s", i+1, line)
		case !last:
			seen++
		}
	}
	if seen != 3 {
		t.Errorf("%d events, want 3:\n%s", seen, got.out)
	}
}

// TestWhatIsStillRunningIsSaid: --timeout ends the following and not the change.
func TestWhatIsStillRunningIsSaid(t *testing.T) {
	w, id := world(t)
	got := as(t, w, "ann", "watch", id, "--timeout", "300ms")
	if got.code != exitWaiting || !strings.Contains(got.out, "`orderly watch "+id+"` follows it") {
		t.Errorf("exit %d: %s", got.code, got.out)
	}
}

// TestAVoteShowsWhatItIsFor: the plan is shown before it is voted on, and a refusal says why.
func TestAVoteShowsWhatItIsFor(t *testing.T) {
	w, id := world(t)
	if got := as(t, w, "ann", "approve", id, "--lang", "zh"); got.code != exitDenied || !strings.Contains(got.err, "不能审批自己的变更") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
	got := as(t, w, "bob", "approve", id)
	if got.code != 0 || !strings.Contains(got.out, "replicas: 4 -> 6") || !strings.Contains(got.out, "recorded") {
		t.Errorf("exit %d: %s%s", got.code, got.out, got.err)
	}
	if a := w.Ledger.Acts(); a[len(a)-1].PlanHash != apitest.PlanHash {
		t.Errorf("the vote is for %q", a[len(a)-1].PlanHash)
	}
}
