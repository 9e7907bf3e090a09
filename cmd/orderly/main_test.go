package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly.example/bot/api/apitest"
	"orderly.example/cmd/orderly/command"
)

// orderly runs a command line as main does.
func orderly(t *testing.T, args ...string) (out, errors string, code int) {
	t.Helper()
	for _, name := range []string{"ORDERLY_SERVER", "ORDERLY_TOKEN", "ORDERLY_AS", "KUBECONFIG"} {
		t.Setenv(name, "") // what the goldens are compared with does not depend on who runs the test
	}
	var o, e bytes.Buffer
	r := root(command.LangOf(args, func(string) string { return "" }))
	r.SetOut(&o)
	r.SetErr(&e)
	code = command.Run(t.Context(), r, args)
	return o.String(), e.String(), code
}

func TestHelpOfTheProgram(t *testing.T) {
	for name, args := range map[string][]string{
		"help": {}, "help-dev": {"dev", "--help"}, "help-serve": {"serve", "--help"}, "help-check": {"help", "check"}, "help-setup-slack": {"setup", "slack", "-h"}, "help-setup-lark": {"setup", "lark", "-h"}, "help-policy-explain": {"policy", "explain", "-h"},
	} {
		for _, lang := range []string{"en", "zh"} {
			t.Run(name+"."+lang, func(t *testing.T) {
				out, errors, code := orderly(t, append([]string{"--lang", lang}, args...)...)
				if code != 0 || errors != "" {
					t.Fatalf("exit %d: %s", code, errors)
				}
				apitest.Golden(t, name+"."+lang+".txt", out)
			})
		}
	}
}

const examplePolicy, examplePeople = "../../deploy/config/policy.yaml", "../../deploy/config/people.yaml"

func TestPolicyAsJSON(t *testing.T) {
	out, errors, code := orderly(t, "policy", "explain", "--by", "ann", "--owner", "shop", "--json", "scale shop.cart.api@idc1/c1:prod 6")
	var x struct {
		Decision struct{ Rule string }
		Rules    []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(out), &x); err != nil || code != 0 || len(x.Rules) < 3 {
		t.Errorf("explain: exit %d, %v: %s%s", code, err, out, errors)
	}
	out, errors, code = orderly(t, "policy", "test", examplePolicy, "--json")
	var all []tested
	if err := json.Unmarshal([]byte(out), &all); err != nil || code != 0 || len(all) < 20 || !all[0].Passed || all[0].Text.Zh == "" {
		t.Errorf("test: exit %d, %v: %s%s", code, err, out, errors)
	}
}

// TestAPolicyThatFailsItsExamples: the exit code says it, and each failure says what was expected.
func TestAPolicyThatFailsItsExamples(t *testing.T) {
	file := filepath.Join(t.TempDir(), "policy.yaml")
	text := `rules: [{name: all, when: "true"}]
examples:
  - {name: good, person: ann, groups: [dev], operation: status, expect: allow}
  - {name: bad, person: ann, groups: [dev], operation: status, expect: deny}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"en": "1 of 2 examples failed", "zh": "2 个用例中有 1 个未通过"} {
		out, errors, code := orderly(t, "policy", "test", file, "--lang", lang)
		if code != 1 || !strings.Contains(errors, want) || !strings.Contains(out, "FAIL "+file+":4 bad") || !strings.Contains(out, "ok   "+file+":3 good") {
			t.Errorf("exit %d: %s%s", code, out, errors)
		}
	}
	if _, errors, code := orderly(t, "policy", "test", "no-such.yaml", "--lang", "zh"); code != 4 || !strings.Contains(errors, "无法读取策略文件 no-such.yaml") {
		t.Errorf("exit %d: %s", code, errors)
	}
}

// configuration writes a configuration file that names the example's files.
func configuration(t *testing.T, more string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "orderly.yaml")
	if err := os.WriteFile(file, []byte("people: "+examplePeople+"\npolicy: "+examplePolicy+"\n"+more), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestCheckMasksSecretsAndSaysWhatIsMissing.
func TestCheckMasksSecretsAndSaysWhatIsMissing(t *testing.T) {
	t.Setenv("ORDERLY_TEST_KEY", "hunter2")
	hash := "sha256:" + strings.Repeat("0", 64)
	file := configuration(t, `temporal: {address: "127.0.0.1:1", api_key: "${env:ORDERLY_TEST_KEY}"}
inventory: [no-such.yaml]
tokens: [{person: nobody, hash: "`+hash+`"}]
kubernetes: {kubeconfig: no-such-kubeconfig}
`)
	for lang, wants := range map[string][]string{
		"en": {"ok   policy", "FAIL tokens: there is no person \"nobody\"", "FAIL inventory no-such.yaml", "FAIL Temporal: Temporal at 127.0.0.1:1 does not answer", "FAIL clusters", `api_key: "********"`},
		"zh": {"ok   策略", "FAIL 令牌:人员文件中没有 \"nobody\"", "FAIL 资产清单 no-such.yaml", "FAIL Temporal:Temporal(127.0.0.1:1)没有响应", "FAIL 集群", `api_key: "********"`},
	} {
		out, errors, code := orderly(t, "check", "--config", file, "--lang", lang)
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("it does not say %q:\n%s%s", want, out, errors)
			}
		}
		if code != 2 || strings.Contains(out+errors, "hunter2") {
			t.Errorf("exit %d; the secret shows: %v", code, strings.Contains(out+errors, "hunter2"))
		}
	}
	out, _, code := orderly(t, "check", "--config", file, "--json")
	var found struct {
		Config struct {
			Temporal struct {
				APIKey string `json:"api_key"`
			}
		}
		Findings []struct{ OK bool }
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil || code != 2 || found.Config.Temporal.APIKey != "********" || len(found.Findings) < 5 {
		t.Errorf("exit %d, %v: %s", code, err, out)
	}
}

func TestServeSaysWhatIsWrongWithItsFlags(t *testing.T) {
	file := configuration(t, "")
	for args, want := range map[string]string{
		"--roles worke":                "there is no role \"worke\"; did you mean worker?",
		"--listen 7080":                "\"7080\" is not an address",
		"--config no-such.yaml":        "cannot read the configuration no-such.yaml; name it with --config",
		"--temporal 127.0.0.1:1 extra": "\"extra\" is one value too many; write: orderly serve",
	} {
		_, errors, code := orderly(t, append([]string{"serve", "--config", file}, strings.Fields(args)...)...)
		if code != 2 || !strings.Contains(errors, want) {
			t.Errorf("%s: exit %d: %s", args, code, errors)
		}
	}
}
