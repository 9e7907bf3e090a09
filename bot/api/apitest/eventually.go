package apitest

import (
	"testing"
	"time"
)

// Limit is how long a test waits for what must come.
const Limit = 10 * time.Second

// Eventually waits until the condition holds.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(Limit); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", Limit, what)
		}
	}
}
