package consultest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// Variable names the environment variable with the path of a real Consul.
const Variable = "ORDERLY_CONSUL"

// patience is how long a real Consul may take until it is ready.
const patience = 30 * time.Second

// Start starts a real Consul that ends with the test, and says its address. It keeps everything in memory and asks for no
// token.
func Start(t testing.TB) string {
	t.Helper()
	binary := os.Getenv(Variable)
	if binary == "" {
		t.Fatalf("%s is not set; run these tests with `make e2e`, or set it to what deploy/parts/consul.sh prints", Variable)
	}
	ports := freePorts(t, 3)
	cmd := exec.Command(binary, "agent", "-dev", "-bind", "127.0.0.1", "-client", "127.0.0.1", "-node", "consultest", "-dns-port", "-1", "-grpc-port", "-1",
		"-http-port", ports[0], "-server-port", ports[1], "-serf-lan-port", ports[2], "-serf-wan-port", "-1")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	dieWithUs(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start Consul: %v", err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("what Consul said:\n%s", said.String())
		}
	})
	address := "http://127.0.0.1:" + ports[0]
	for late := time.After(patience); ; {
		err := leads(address)
		if err == nil {
			return address
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ended:
			t.Fatalf("Consul ended: %v", err)
		case <-late:
			t.Fatalf("Consul is not ready after %s: %v", patience, err)
		}
	}
}

// leads says whether a Consul has elected itself.
func leads(address string) error {
	resp, err := http.Get(address + "/v1/status/leader")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var leader string
	if err := json.NewDecoder(resp.Body).Decode(&leader); err != nil || leader == "" {
		return fmt.Errorf("there is no leader yet: %s, %w", resp.Status, err)
	}
	return nil
}

// freePorts are ports that nobody uses now.
func freePorts(t testing.TB, n int) []string {
	t.Helper()
	var out []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
		defer func() { _ = l.Close() }()
	}
	return out
}
