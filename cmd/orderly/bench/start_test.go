//go:build bench

package bench

import (
	"fmt"
	"testing"
	"time"
)

// TestBenchStart is figure e: from the start of the process to ready, and the memory that `orderly dev` keeps, on a new
// data directory and on one that is there already.
func TestBenchStart(t *testing.T) {
	data := t.TempDir()
	for _, what := range []string{"first start", "second start"} {
		took, memory := start(t, data)
		fmt.Println(figure{"e " + what + ": start to ready", ms(took), "", 0, "< 2 s", took < 2*time.Second})
		fmt.Println(figure{"e " + what + ": resident memory", fmt.Sprintf("%d MB", memory>>20), "", 0, "< 250 MB", memory < 250<<20})
	}
}

// start starts `orderly dev`, and stops it when it has been ready for a while.
func start(t *testing.T, data string) (took time.Duration, memory int64) {
	t.Helper()
	p := launch(t, data, nil)
	defer p.stop()
	for range 50 { // idle for five seconds: the most that it keeps counts
		time.Sleep(100 * time.Millisecond)
		memory = max(memory, p.resident())
	}
	return p.took, memory
}
