//go:build bench

package bench

import (
	"fmt"
	"io"
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

// process is the real binary, in a process of its own.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	addr string
	took time.Duration // from its start to ready
}

// launch starts `orderly dev` on a data directory, on the demo cloud, and waits until it is ready.
func launch(t *testing.T, data string, env []string, flags ...string) *process {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, addr: l.Addr().String()}
	_ = l.Close()
	p.cmd = exec.Command(os.Getenv("ORDERLY_BIN"), append([]string{"dev", "--data", data, "--listen", p.addr, "--ui-port", "0"}, flags...)...)
	p.cmd.Env = append(slices.DeleteFunc(os.Environ(), foreign), env...)
	p.cmd.Stderr = os.Stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("%v; run it with `make bench`, which sets ORDERLY_BIN", err)
	}
	for !p.isReady() {
		if time.Since(began) > time.Minute {
			t.Fatal("it does not get ready")
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.took = time.Since(began)
	return p
}

// foreign says whether a variable would lead the process to another cloud or another chat.
func foreign(v string) bool {
	return strings.HasPrefix(v, "KUBECONFIG=") || strings.HasPrefix(v, "SLACK_") || strings.HasPrefix(v, "LARK_")
}

// stop stops the process as an operator does.
func (p *process) stop() {
	p.t.Helper()
	_ = p.cmd.Process.Signal(os.Interrupt)
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("it did not stop cleanly: %v", err)
	}
}

func (p *process) isReady() bool {
	r, err := http.Get("http://" + p.addr + "/readyz")
	if err != nil {
		return false
	}
	defer r.Body.Close()
	return r.StatusCode == http.StatusOK
}

// resident is how much memory the process has, in bytes.
func (p *process) resident() int64 {
	p.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(raw), &size, &pages); err != nil {
		p.t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

// metric reads one of the process's own metrics.
func (p *process) metric(name string) float64 {
	p.t.Helper()
	r, err := http.Get("http://" + p.addr + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		var v float64
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			if _, err := fmt.Sscan(rest, &v); err != nil {
				p.t.Fatal(err)
			}
			return v
		}
	}
	p.t.Fatalf("there is no metric %s", name)
	return 0
}
