package config

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"orderly.example/ops"
)

const least = "people: people.yaml\npolicy: policy.yaml\n"

func TestTheExampleLoads(t *testing.T) {
	t.Setenv("TEMPORAL_API_KEY", "s3cret: 'quoted'")
	c, err := Load(filepath.Join("..", "..", "..", "deploy", "orderly.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Temporal.APIKey != "s3cret: 'quoted'" || len(c.Tokens) == 0 || c.Kubernetes.QPS == 0 {
		t.Errorf("%+v", c)
	}
}

// TestTheTemplatesOfTheExample are commented out there, and would do.
func TestTheTemplatesOfTheExample(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "deploy", "orderly.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(raw), "# service_templates:")
	if !found {
		t.Fatal("there are none")
	}
	text, _, _ = strings.Cut("# service_templates:"+text, "\n# probe:")
	c, err := Parse([]byte(least+strings.ReplaceAll(strings.ReplaceAll(text, "\n# ", "\n"), "# service_templates:", "service_templates:")), "x.yaml")
	if one := c.ServiceTemplates["go-api"]; err != nil || one.Repository.From != "templates/go-api" || one.Workload.Replicas != 2 || one.Inventory.File != "services.yaml" || one.Registry.QuotaGiB != 20 || one.Dashboard.From != "go-api" {
		t.Errorf("%+v, %v", one, err)
	}
}

func TestDefaultsHoldWhereTheFileSaysNothing(t *testing.T) {
	c, err := Parse([]byte(least+"temporal:\n  retention: 48h\n"), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:7080" || c.Temporal.Namespace != "orderly" || c.Temporal.Retention != 48*time.Hour || c.Log.Format != "json" {
		t.Errorf("%+v", c)
	}
}

func TestMistakesHaveAPlaceAndAWayOut(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"an unknown key":       {least + "kubernets: {}\n", "x.yaml:3:1: unknown field \"kubernets\"; did you mean kubernetes?"},
		"an unknown inner key": {least + "temporal:\n  adress: a:1\n", "x.yaml:4:3: unknown field \"adress\"; did you mean address?"},
		"a wrong type":         {least + "temporal:\n  ui_port: many\n", "x.yaml:4:12:"},
		"a missing variable":   {least + "temporal:\n  api_key: ${env:ORDERLY_NOT_SET}\n", "x.yaml:4:12: ${env:ORDERLY_NOT_SET} is not there"},
		"a missing file":       {least + "temporal:\n  api_key: ${file:/no/such}\n", "x.yaml:4:12: ${file:/no/such} is not there"},
		"a wrong role":         {least + "roles: [worke]\n", "there is no role \"worke\"; did you mean worker?"},
		"no policy":            {"people: p\n", "policy: name the policy file"},
		"not YAML":             {"a: [", "x.yaml:1:"},
		"half of a pair":       {least + "temporal: {tls: {cert: a}}\n", "cert and key belong together"},
		"a broken token":       {least + "tokens: [{person: ann, hash: abc}]\n", "token 1 needs"},
		"a wrong level":        {least + "log: {level: loud}\n", "log.level"},
		"a wrong port":         {least + "temporal: {port: 70000}\n", "70000 is not a port"},
		"a wrong template":     {least + "service_templates: {go-api: {workload: {from: demo.hello.api}}}\n", "service_templates.go-api: the workload needs from"},
		"a wrong address":      {least + "listen: 7080\n", "is not an address"},
		"a cloud of no kind":   {least + "clouds: [{name: ours, kind: htp, pools: {idc1/c1: {workers: g}}}]", `the kind "htp"`},
		"a cloud of no pool":   {least + "clouds: [{name: ours, kind: http, url: 'https://m'}]", "has no pools"},
		"a cloud of no key":    {least + "clouds: [{name: gz, kind: tencent, region: ap-guangzhou, secret: s, pools: {idc1/c1: {workers: g}}}]", "gz, of kind tencent, lacks key"},
		"a cloud of no url":    {least + "clouds: [{name: cs, kind: cloudstack, pools: {idc1/c1: {workers: g}}}]", "lacks url, key, secret"},
		"a cloud of no name":   {least + "clouds: [{kind: http, pools: {idc1/c1: {workers: g}}}]", "a name of its own"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(tt.text), "x.yaml")
			if ops.CodeOf(err) != ops.Invalid || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
			if ops.TextOf(err).Zh == "" {
				t.Error("no Chinese")
			}
		})
	}
	_, err := Parse([]byte("listen: x\nlog: {level: loud}\n"), "x.yaml")
	if n := strings.Count(ops.TextOf(err).En, "\n"); n != 3 {
		t.Errorf("%d mistakes reported, want 4:\n%v", n+1, err)
	}
}

func TestASecretNeverShows(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Parse([]byte(least+"temporal:\n  api_key: ${file:"+file+"}\nkafka: {main: {brokers: [\"k:9092\"], password: \"${file:"+file+"}\"}}\ndatabases: {shop: {kind: mysql, roles: {read: [SELECT]}, password: \"${file:"+file+"}\"}}\n"), "x.yaml")
	if err != nil || c.Temporal.APIKey != "hunter2" || c.Kafka["main"].Password != "hunter2" || c.Databases["shop"].Password != "hunter2" || c.Databases["shop"].Roles["read"][0] != "SELECT" {
		t.Fatalf("%v, %q", err, string(c.Temporal.APIKey))
	}
	printed, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", c.Temporal.APIKey)
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{string(printed), string(asJSON), fmt.Sprint(c), fmt.Sprintf("%#v", c), fmt.Sprintf("%v %s", c.Temporal, c.Temporal.APIKey), log.String()} {
		if strings.Contains(s, "hunter2") {
			t.Errorf("it shows in %s", s)
		}
	}
}

// TestAFileThatSaysNothingHasTheDefaults: only what has no default is missing.
func TestAFileThatSaysNothingHasTheDefaults(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "---\n"} {
		_, err := Parse([]byte(text), "x.yaml")
		if en := ops.TextOf(err).En; strings.Count(en, "\n") != 1 || !strings.Contains(en, "policy:") || !strings.Contains(en, "people:") {
			t.Errorf("%q: %s", text, en)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(least))
	f.Add([]byte("temporal: {retention: 1h, tls: {}}\ntokens: [{}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := Parse(raw, "x.yaml"); err != nil && ops.CodeOf(err) != ops.Invalid {
			t.Errorf("%v", err)
		}
	})
}
