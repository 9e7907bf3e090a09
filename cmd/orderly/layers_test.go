package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "orderly.example/"

// rule says what a folder never imports, directly or through others.
type rule struct {
	folder string   // and everything below it
	only   []string // nil: no limit; else the only things outside the standard library that it may import directly
	never  []string
	why    string
}

const sdk = "go.temporal.io/sdk"

const standIns = "what stands for others in tests is not part of the program"

var layers = []rule{
	{folder: "ops", only: []string{}, never: []string{"net", "net/http", "os/exec"}, why: "the nouns decide the same way in a front door, in a workflow and in a test"},
	{folder: "activities", never: []string{module + "workflows", module + "bot", module + "integrations", module + "policy", "k8s.io", "go.temporal.io/server"}, why: "a capability is declared by the side that needs it and knows no system"},
	{folder: "workflows", never: []string{module + "bot", module + "integrations", module + "policy", "k8s.io", "go.temporal.io/server"}, why: "a workflow reaches the world through steps only, or it is not durable"},
	{folder: "policy", never: []string{module + "activities", module + "workflows", module + "bot", module + "integrations", sdk}, why: "the policy is asked by front doors and workers alike and belongs to neither"},
	{folder: "bot", never: []string{module + "activities", module + "workflows", module + "integrations", module + "policy", "go.temporal.io", "k8s.io"}, why: "a front door turns what it got into a request and knows nothing about scale or release"},
	{folder: "bot/api", never: []string{module + "bot/console", module + "bot/slack", module + "bot/lark"}, why: "front doors do not know each other"},
	{folder: "bot/chat", never: []string{module + "bot/api", module + "bot/console", module + "bot/slack", module + "bot/lark", "github.com/slack-go", "github.com/larksuite"}, why: "what the platforms have in common knows none of them"},
	{folder: "bot/slack", never: []string{module + "bot/api", module + "bot/console", module + "bot/lark", "github.com/larksuite"}, why: "front doors do not know each other"},
	{folder: "bot/lark", never: []string{module + "bot/api", module + "bot/console", module + "bot/slack", "github.com/slack-go"}, why: "front doors do not know each other"},
	{folder: "bot/gallery", never: []string{module + "bot/slack", module + "bot/lark", module + "bot/api"}, why: "every surface draws the same statuses"},
	{folder: "cmd/orderly", never: []string{module + "workflows/changetest", "github.com/twmb/franz-go/pkg/kfake", "github.com/Shopify/toxiproxy"}, why: standIns},
	{folder: "integrations", never: []string{module + "workflows", module + "bot", module + "policy"}, why: "an integration is a plain client of one outside system"},
}

// apart adds that no integration knows another, and that the program does not know what stands for others in tests: folders
// whose names end in "test".
func apart(t *testing.T, all []pkg) []rule {
	t.Helper()
	var names []string
	for _, p := range all {
		if name, ok := strings.CutPrefix(p.ImportPath, module+"integrations/"); ok {
			if name, _, _ = strings.Cut(name, "/"); name != "rest" && !slices.Contains(names, name) { // rest is what they share
				names = append(names, name)
			}
		}
	}
	out := slices.Clone(layers)
	for _, p := range all {
		if strings.HasPrefix(p.ImportPath, module) && strings.HasSuffix(p.ImportPath, "test") {
			out = append(out, rule{folder: "cmd/orderly", never: []string{p.ImportPath}, why: standIns})
		}
	}
	for _, name := range names {
		r := rule{folder: "integrations/" + name, why: "integrations do not know each other"}
		for _, other := range names {
			if other != name {
				r.never = append(r.never, module+"integrations/"+other)
			}
		}
		out = append(out, r)
	}
	return out
}

// direct are the imports that matter only when a folder itself makes them.
var direct = []rule{
	{folder: "workflows/change", never: []string{"net/http", "os", "math/rand"}, why: "workflow code is deterministic"},
	{folder: "workflows/scale", never: []string{"net/http", "os", "math/rand"}, why: "workflow code is deterministic"},
	{folder: "workflows/incident", never: []string{"net/http", "os", "math/rand"}, why: "workflow code is deterministic"},
	{folder: "workflows/release", never: []string{"net/http", "os", "math/rand"}, why: "workflow code is deterministic"},
	{folder: "workflows/links", never: []string{"net/http", "os", "math/rand"}, why: "workflow code is deterministic"},
	{folder: "workflows/ask", never: []string{"net/http", "os", "math/rand"}, why: "workflow code is deterministic"},
	{folder: "workflows/schedule", never: []string{"net/http", "os", "math/rand"}, why: "workflow code is deterministic"},
	{folder: "integrations", never: []string{sdk}, why: "retry and heartbeat are decided in activities"},
	{folder: "ops", never: []string{"os", "net"}, why: "no files, no network, no clock"},
}

type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Standard   bool
}

func TestLayers(t *testing.T) {
	all := packages(t)
	rules := apart(t, all)
	for _, p := range all {
		for _, r := range rules {
			check(t, p, r, p.Deps)
		}
		for _, r := range direct {
			check(t, p, r, p.Imports)
		}
	}
}

func check(t *testing.T, p pkg, r rule, imports []string) {
	t.Helper()
	if !within(p.ImportPath, module+r.folder) {
		return
	}
	for _, i := range imports {
		for _, n := range r.never {
			if within(i, n) {
				t.Errorf("%s imports %s, and never may: %s", p.ImportPath, i, r.why)
			}
		}
		if r.only != nil && strings.Contains(strings.SplitN(i, "/", 2)[0], ".") && !strings.HasPrefix(i, module+r.folder) {
			t.Errorf("%s imports %s, and may import only the standard library: %s", p.ImportPath, i, r.why)
		}
	}
}

func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps=false", "-json=ImportPath,Imports,Deps,Standard", "../../...")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(out); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("go list: %v\n%s", err, stderr.String())
		}
		all = append(all, p)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	if len(all) < 10 {
		t.Fatalf("go list found only %d packages", len(all))
	}
	return all
}
