//go:build e2e

package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

// seeds is how many times the program is put through a killing. A killed step is noticed by its missing heartbeat, so a
// killing is mostly waiting, and several go on at the same time (go test -parallel).
const seeds = 12

// afterKill is how long a change may take to end: a step that died with the process is missed after ten seconds.
const afterKill = time.Minute

// TestKillNine kills the whole process at random points of running changes, several times per seed. Afterwards every
// change has ended as it should, no write was doubled, no approval lost.
func TestKillNine(t *testing.T) {
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			killing(t, rand.New(rand.NewPCG(seed, 7)))
		})
	}
}

func killing(t *testing.T, r *rand.Rand) {
	p := launch(t)
	up := p.ask("ann", "up", "scale", map[string]any{"target": "shop.cart.api@idc1:prod", "replicas": "+2"})
	restart := p.ask("bob", "restart", "restart", map[string]any{"target": "shop.cart.api@idc2:test"})
	bad := p.ask("ann", "no", "scale", map[string]any{"target": "shop.cart.api@idc2:prod", "replicas": "+1"})
	hash := p.until(up, 30*time.Second, ops.WaitingApproval).Plan.Hash
	badHash := p.until(bad, 30*time.Second, ops.WaitingApproval).Plan.Hash
	again := p.until(restart, 30*time.Second, ops.WaitingApproval)

	// The votes are on their way while the process dies; they are repeated under the same key.
	answered := make(chan ops.Reply, 3)
	go func() {
		answered <- p.act("bob", up, "approve", hash)
		answered <- p.act("bob", bad, "reject", badHash)
		answered <- p.act("chen", restart, "approve", again.Plan.Hash)
	}()
	for range 3 {
		time.Sleep(time.Duration(r.IntN(900)) * time.Millisecond)
		p.kill()
		p.start()
	}
	for range 3 {
		if reply := <-answered; !reply.Accepted {
			t.Errorf("a vote was refused: %+v", reply)
		}
	}
	done := p.until(up, afterKill, ops.Succeeded)
	p.until(restart, afterKill, ops.Succeeded)
	p.until(bad, afterKill, ops.Refused)
	if n := len(done.Approvals); n != 1 || done.Approvals[0].By.ID != "bob" {
		t.Errorf("approvals %+v", done.Approvals)
	}
	if same := p.ask("ann", "up", "scale", map[string]any{"target": "shop.cart.api@idc1:prod", "replicas": "+2"}); same != up {
		t.Errorf("the repeated delivery started %s", same)
	}
	scaled, restarted := 0, 0
	for _, e := range p.ledger() {
		switch {
		case e.Cluster == "idc1/c1" && e.Verb == "scale":
			scaled++
		case e.Cluster == "idc2/c1" && e.Verb == "restart":
			restarted++
		}
	}
	if scaled != 1 || restarted != 1 {
		t.Errorf("the ledger has %d scalings and %d restarts, want one of each:\n%+v", scaled, restarted, p.ledger())
	}
}

// TestASecondStartContinues: Ctrl-C stops cleanly, and what waited goes on at the next start.
// The engine's own web UI shows it as well.
func TestASecondStartContinues(t *testing.T) {
	ui := address(t)
	_, port, _ := net.SplitHostPort(ui)
	p := launch(t, "--ui-port", port)
	id := p.ask("ann", "wait", "scale", map[string]any{"target": "shop.cart.api@idc1:prod", "replicas": "+1"})
	hash := p.until(id, 30*time.Second, ops.WaitingApproval).Plan.Hash
	if err := p.interrupt(); err != nil {
		t.Errorf("Ctrl-C: %v", err)
	}
	p.start()
	if s := p.until(id, 30*time.Second, ops.WaitingApproval); s.Plan.Hash != hash {
		t.Errorf("the plan changed from %s to %s", hash, s.Plan.Hash)
	}
	p.act("bob", id, "approve", hash)
	if s := p.until(id, 60*time.Second, ops.Succeeded); !s.Demo {
		t.Error("it does not say that this is the demo cloud")
	}
	eventually(t, 10*time.Second, "the web UI shows the change", func() error {
		for path, words := range map[string]string{"/": "<!doctype html>", "/api/v1/namespaces/orderly/workflows/" + id: "WORKFLOW_EXECUTION_STATUS_COMPLETED"} {
			page, err := get("http://" + ui + path)
			if err == nil && !strings.Contains(page, words) {
				err = fmt.Errorf("%s has no %s: %s", path, words, page)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
