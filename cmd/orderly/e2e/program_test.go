//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"orderly.example/ops"
)

// program is `orderly dev` or `orderly serve` as a process, which can be killed and started again on the same data.
type program struct {
	t      *testing.T
	args   []string
	env    []string // beside the environment of the tests
	addr   string
	tokens map[string]string // by person; without one the person is named, which only dev believes
	cmd    *exec.Cmd
	log    *buffer
}

// needed is the value of an environment variable that the make target sets.
func needed(t *testing.T, name string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		t.Fatalf("%s is not set; run these tests with `make e2e`", name)
	}
	return v
}

// launch starts `orderly dev` on a data directory of its own.
func launch(t *testing.T, args ...string) *program {
	t.Helper()
	return launchWith(t, nil, args...)
}

// launchWith starts `orderly dev` with more in its environment.
func launchWith(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	p := newProcess(t, append([]string{"dev", "--data", t.TempDir(), "--ui-port", "0", "--policy", "policy.yaml"}, args...)...)
	p.env = env
	p.start()
	return p
}

// process starts the program on an address of its own.
func process(t *testing.T, args ...string) *program {
	t.Helper()
	p := newProcess(t, args...)
	p.start()
	return p
}

func newProcess(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{t: t, addr: address(t), log: &buffer{}}
	p.args = append(args, "--listen", p.addr)
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the log of %v:\n%s", p.args, p.log.tail(6000))
		}
	})
	return p
}

// address is a free address on loopback.
func address(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (p *program) data() string { return p.args[2] }

func (p *program) start() {
	p.t.Helper()
	p.cmd = exec.Command(needed(p.t, "ORDERLY_BIN"), p.args...)
	p.cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "KUBECONFIG=") }) // demo means demo
	p.cmd.Env = append(p.cmd.Env, p.env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	eventually(p.t, 40*time.Second, "the program gets ready", func() error {
		r, err := http.Get("http://" + p.addr + "/readyz")
		if err != nil {
			return err
		}
		defer r.Body.Close()
		if r.StatusCode != http.StatusOK {
			return fmt.Errorf("readyz says %s", r.Status)
		}
		return nil
	})
}

// kill is kill -9.
func (p *program) kill() {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}

// interrupt is Ctrl-C; it returns how the process ended.
func (p *program) interrupt() error {
	_ = p.cmd.Process.Signal(os.Interrupt)
	err := p.cmd.Wait()
	p.cmd = nil
	return err
}

// call calls the API as a person.
func (p *program) call(as, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(method, "http://"+p.addr+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if token := p.tokens[as]; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	} else if as != "" {
		r.Header.Set("X-Orderly-As", as)
	}
	r.Header.Set("Content-Type", "application/json")
	if m, ok := in.(map[string]any); ok && m["key"] != nil {
		r.Header.Set("Idempotency-Key", fmt.Sprint(m["key"]))
		delete(m, "key")
		body, _ = json.Marshal(m)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, raw)
	}
	return json.Unmarshal(raw, out)
}

// ask asks for an operation and insists, with one idempotency key, until the program has taken it.
func (p *program) ask(as, key, operation string, params map[string]any) string {
	p.t.Helper()
	var out struct{ ID string }
	eventually(p.t, 60*time.Second, "the request is taken", func() error {
		return p.call(as, "POST", "/requests", map[string]any{"operation": operation, "params": params, "channel": "ops", "key": key}, &out)
	})
	return out.ID
}

// act does something to a change and insists, with one idempotency key, until it is answered.
func (p *program) act(as, id, kind, hash string) ops.Reply {
	p.t.Helper()
	var out ops.Reply
	eventually(p.t, 60*time.Second, kind+" is answered", func() error {
		return p.call(as, "POST", "/changes/"+id+"/"+kind, map[string]any{"plan_hash": hash, "note": "e2e", "key": as + kind + id + hash}, &out)
	})
	return out
}

func (p *program) status(id string) (ops.Status, error) {
	var s ops.Status
	return s, p.call("ann", "GET", "/changes/"+id, nil, &s)
}

// until waits until a change is in one of the states.
func (p *program) until(id string, limit time.Duration, states ...ops.State) ops.Status {
	p.t.Helper()
	var s ops.Status
	eventually(p.t, limit, fmt.Sprintf("%s is %v", id, states), func() (err error) {
		if s, err = p.status(id); err != nil {
			return err
		}
		for _, want := range states {
			if s.State == want && (!want.Ended() || !s.ClosedAt.IsZero()) {
				return nil
			}
		}
		return fmt.Errorf("it is %s (%s) %v\n%s", s.State, s.Waiting.En, s.Error, story(s))
	})
	return s
}

// orderly runs the command line against the program and returns what it prints.
func (p *program) orderly(as string, args ...string) (string, int) {
	p.t.Helper()
	cmd := exec.Command(needed(p.t, "ORDERLY_BIN"), append([]string{"--server", "http://" + p.addr, "--as", as, "--lang", "en"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		p.t.Fatalf("orderly %v: %v", args, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func story(s ops.Status) string {
	var b strings.Builder
	for _, e := range s.Events {
		fmt.Fprintf(&b, "  %d %s %s %s\n", e.Seq, e.Kind, e.By, e.Text.En)
	}
	return b.String()
}

// eventually calls check until it is content.
func eventually(t *testing.T, limit time.Duration, what string, check func() error) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s: %v", limit, what, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// entry is a line of the demo cloud's ledger: one effective write.
type entry struct {
	Cluster, Verb, Object, From, To string
	Key                             string
}

// ledger reads every effective write of the demo cloud.
func (p *program) ledger() []entry {
	p.t.Helper()
	raw, err := os.ReadFile(filepath.Join(p.data(), "cloud", "ledger.jsonl"))
	if err != nil {
		p.t.Fatal(err)
	}
	var out []entry
	for _, line := range bytes.Split(bytes.TrimSpace(raw), []byte("\n")) {
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			p.t.Fatalf("ledger: %v: %s", err, line)
		}
		out = append(out, e)
	}
	return out
}

// buffer is a log that can be written and read at the same time.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) tail(n int) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.b.String()
	return s[max(0, len(s)-n):]
}
