package workflows_test

import (
	"strings"
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// TestAnEnvironmentHearsOfOthers at once: of its longer life, and of its end.
func TestAnEnvironmentHearsOfOthers(t *testing.T) {
	s := newStage(t, changetest.NewWorld(1, "shop.cart.api@idc1/c1:test"))
	env := s.start(s.ask("env.create", "env", "mine", "from", "shop.*@idc1/c1:test", "owner", "shop", "ttl", "1h"))
	first := s.when(env, "it lives", func(st ops.Status) bool { return strings.Contains(st.Waiting.En, "lives until") }).Waiting
	s.until(s.start(s.ask("env.extend", "env", "mine", "cluster", "idc1/c1", "by", "24h")), ops.Succeeded)
	s.when(env, "it lives longer", func(st ops.Status) bool { return strings.Contains(st.Waiting.En, "lives until") && st.Waiting != first })
	s.until(s.start(s.ask("env.delete", "env", "mine", "cluster", "idc1/c1")), ops.Succeeded)
	s.until(env, ops.Succeeded)
}
