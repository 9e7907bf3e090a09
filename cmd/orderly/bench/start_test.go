//go:build bench

package bench

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
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
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	cmd := exec.Command(os.Getenv("ORDERLY_BIN"), "dev", "--data", data, "--listen", addr, "--ui-port", "0")
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "KUBECONFIG=") })
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; run it with `make bench`, which sets ORDERLY_BIN", err)
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("it did not stop cleanly: %v", err)
		}
	}()
	for !isReady(addr) {
		if time.Since(began) > time.Minute {
			t.Fatal("it does not get ready")
		}
		time.Sleep(5 * time.Millisecond)
	}
	took = time.Since(began)
	for range 50 { // idle for five seconds: the most that it keeps counts
		time.Sleep(100 * time.Millisecond)
		memory = max(memory, resident(t, cmd.Process.Pid))
	}
	return took, memory
}

func isReady(addr string) bool {
	r, err := http.Get("http://" + addr + "/readyz")
	if err != nil {
		return false
	}
	defer r.Body.Close()
	return r.StatusCode == http.StatusOK
}

// resident is how much memory a process has, in bytes.
func resident(t *testing.T, pid int) int64 {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		t.Fatal(err)
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(raw), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
