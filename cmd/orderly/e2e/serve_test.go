//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orderly.example/bot/api"
	"orderly.example/ops"
)

// tokens are keys of ann and bob, and the lines of a configuration that know them.
func tokens() (byPerson map[string]string, lines string) {
	byPerson = map[string]string{}
	for _, person := range []string{"ann", "bob"} {
		token, hash := api.NewToken()
		byPerson[person] = token
		lines += fmt.Sprintf("  - {person: %s, hash: %q}\n", person, hash)
	}
	return byPerson, lines
}

// configuration writes a configuration file for one real cluster; more is added to it.
func configuration(t *testing.T, c *cluster, tokenLines, more string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "orderly.yaml")
	text := fmt.Sprintf(`data_dir: %s
people: ../../../deploy/config/people.yaml
policy: policy.yaml
kubernetes: {clusters: {idc1/c1: {kubeconfig: %s}}}
tokens:
%s%s`, t.TempDir(), c.kubeconfig, tokenLines, more)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestServeKnowsPeopleByTheirTokens: one process with all roles on the embedded engine.
func TestServeKnowsPeopleByTheirTokens(t *testing.T) {
	c := real(t, "idc1")
	c.service("serve.cart.api", 1, "registry/cart:1.0")
	c.ready("serve.cart.api", 1)
	known, lines := tokens()
	p := process(t, "serve", "--config", configuration(t, c, lines, ""))
	for who, want := range map[string]string{
		"":    "I do not know who you are",
		"ann": "works only in dev mode", // who only says that they are ann
	} {
		var out map[string]any
		if err := p.call(who, "GET", "/me", nil, &out); err == nil || !strings.Contains(err.Error(), "401") || !strings.Contains(err.Error(), want) {
			t.Errorf("as %q without a token: %v", who, err)
		}
	}
	if out, code := p.orderly("", "--token", "ord_wrong", "ls"); code != 3 || !strings.Contains(out, "the token is not known here; ask an operator for a new one") {
		t.Errorf("a wrong token: exit %d: %s", code, out)
	}
	p.tokens = known
	id := p.ask("ann", t.Name(), "scale", map[string]any{"target": "serve.cart.api@idc1:prod", "replicas": "2"})
	p.until(id, 30*time.Second, ops.WaitingApproval)
	if out, code := p.orderly("", "--token", known["bob"], "approve", id); code != 0 {
		t.Errorf("approve: exit %d: %s", code, out)
	}
	if s := p.until(id, 60*time.Second, ops.Succeeded); s.Request.By.ID != "ann" || s.Request.By.LinkedBy != "token" || s.Approvals[0].By.ID != "bob" {
		t.Errorf("%+v %+v", s.Request.By, s.Approvals)
	}
	c.ready("serve.cart.api", 2)
}

// TestTwoProcessesShareTheWork: one process holds the engine and runs changes, another one on the same engine talks to
// people, who follow in its room what the first one does.
func TestTwoProcessesShareTheWork(t *testing.T) {
	c := real(t, "idc1")
	c.service("roles.cart.api", 1, "registry/cart:1.0")
	before := c.ready("roles.cart.api", 1)
	known, lines := tokens()
	engine := address(t)
	_, port, _ := net.SplitHostPort(engine)
	worker := process(t, "serve", "--config", configuration(t, c, lines, "temporal: {port: "+port+"}\n"), "--roles", "worker")
	door := process(t, "serve", "--config", configuration(t, c, lines, ""), "--roles", "bot,portal", "--temporal", engine)
	door.tokens, worker.tokens = known, known
	var none any
	if err := worker.call("ann", "GET", "/me", nil, &none); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("the worker has an API: %v", err)
	}
	ann := door.chat("ann", "ops")
	ann.types("scale roles.cart.api@idc1:prod 3")
	screen := ann.shows("[1] approve")
	id := "scale-" + strings.SplitN(strings.SplitN(screen, "scale-", 2)[1], ":", 2)[0]
	door.act("bob", id, "approve", door.until(id, 30*time.Second, ops.WaitingApproval).Plan.Hash)
	door.until(id, 60*time.Second, ops.Succeeded)
	ann.shows(id + ": succeeded")
	if after := c.ready("roles.cart.api", 3); after.Generation != before.Generation+1 {
		t.Errorf("generation went from %d to %d", before.Generation, after.Generation)
	}
	if w, d := worker.metrics(), door.metrics(); !strings.Contains(w, `"kubernetes.scale"`) || strings.Contains(d, `"kubernetes.scale"`) {
		t.Errorf("the step was done by the worker: %v, by the door: %v", strings.Contains(w, `"kubernetes.scale"`), strings.Contains(d, `"kubernetes.scale"`))
	}
	door.kill() // what is running needs nobody at the door
	door.start()
	if s, err := door.status(id); err != nil || s.State != ops.Succeeded {
		t.Errorf("after a restart of the door: %s %v", s.State, err)
	}
}

func (p *program) metrics() string {
	p.t.Helper()
	page, err := get("http://" + p.addr + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	return page
}

func get(url string) (string, error) {
	r, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	return string(raw), err
}
