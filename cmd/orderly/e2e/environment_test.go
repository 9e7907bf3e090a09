//go:build e2e

package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

// TestAnEnvironmentAcrossKillNine kills the whole process while an environment is made, and while it is deleted: everything
// is made once, and nothing is left.
func TestAnEnvironmentAcrossKillNine(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 11))
			p := launch(t)
			params := map[string]any{"env": "mine", "from": "shop.*@idc1/c1:test", "owner": "shop", "ttl": "2h"}
			id := p.ask("ann", "env", "env.create", params)
			p.agree(id)
			p.killed(r)
			lives := p.untilIt(id, "lives until", func(s ops.Status) bool { return strings.Contains(s.Waiting.En, "lives until") })
			if same := p.ask("ann", "env", "env.create", params); same != id {
				t.Errorf("the repeated delivery started %s", same)
			}
			for _, target := range lives.Plan.Targets {
				if n := p.written("create", "/mine/"+strings.ReplaceAll(strings.TrimPrefix(target.Service, "shop."), ".", "-")); target.Env == "mine" && strings.HasPrefix(target.Service, "shop.") && n != 1 {
					t.Errorf("%s was made %d times", target, n)
				}
			}
			if n := p.written("create", "namespaces/mine"); n != 1 {
				t.Errorf("the namespace was made %d times", n)
			}
			gone := p.ask("ann", "gone", "env.delete", map[string]any{"env": "mine", "cluster": "idc1/c1"})
			p.agree(gone)
			p.killed(r)
			p.until(gone, afterKill, ops.Succeeded)
			p.until(id, afterKill, ops.Succeeded) // it has heard of its end
			if n := p.written("delete", "namespaces/mine"); n != 1 {
				t.Errorf("the namespace was deleted %d times", n)
			}
		})
	}
}

// agree approves a change if somebody has to.
func (p *program) agree(id string) {
	p.t.Helper()
	s := p.untilIt(id, "it goes on", func(s ops.Status) bool {
		return s.State == ops.WaitingApproval || s.State == ops.Running || s.State.Ended()
	})
	if s.State == ops.WaitingApproval {
		p.act("bob", id, "approve", s.Plan.Hash)
	}
}

// killed kills the process some times within the next seconds, and starts it again.
func (p *program) killed(r *rand.Rand) {
	p.t.Helper()
	for range 3 {
		time.Sleep(time.Duration(r.IntN(600)) * time.Millisecond)
		p.kill()
		p.start()
	}
}

// untilIt waits until a change is as wanted.
func (p *program) untilIt(id, what string, so func(ops.Status) bool) ops.Status {
	p.t.Helper()
	var last ops.Status
	eventually(p.t, afterKill, id+": "+what, func() error {
		s, err := p.status(id)
		if err != nil {
			return err
		}
		last = s
		if !so(s) {
			return fmt.Errorf("%s", story(s))
		}
		return nil
	})
	return last
}

// written counts the effective writes of a verb on an object.
func (p *program) written(verb, object string) int {
	p.t.Helper()
	n := 0
	for _, e := range p.ledger() {
		if e.Verb == verb && strings.HasSuffix(e.Object, object) {
			n++
		}
	}
	return n
}
