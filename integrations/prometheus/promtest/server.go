package promtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Variable names the environment variable with the path of the program.
const Variable = "ORDERLY_PROMETHEUS"

// patience is how long a condition may take to come true.
const patience = 30 * time.Second

// Server is a running Prometheus.
type Server struct {
	URL string // such as http://127.0.0.1:40505

	t      testing.TB
	board  *board
	cmd    *exec.Cmd
	log    *journal
	ended  chan struct{}
	ending sync.Once
}

// Start starts a Prometheus that ends with the test. It answers queries at once; its first reading, which Await waits
// for, comes five seconds later, because Prometheus looks that often for what to read.
func Start(t testing.TB) *Server {
	t.Helper()
	binary := os.Getenv(Variable)
	if binary == "" {
		t.Fatalf("%s is not set; run these tests with `make e2e`, or set it to what deploy/parts/prometheus.sh prints", Variable)
	}
	s := &Server{t: t, board: &board{values: map[string]float64{}}, log: newJournal(), ended: make(chan struct{})}
	endpoint := httptest.NewServer(s.board)
	t.Cleanup(endpoint.Close)
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, []byte(configFor(endpoint.Listener.Addr().String())), 0o600); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(binary, arguments(binary, config, filepath.Join(dir, "data"))...)
	s.cmd.Stderr, s.cmd.Stdout = s.log, s.log
	dieWithUs(s.cmd)
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("start Prometheus: %v", err)
	}
	go func() { _ = s.cmd.Wait(); close(s.ended) }()
	t.Cleanup(func() {
		s.Stop()
		if t.Failed() {
			t.Logf("the log of Prometheus:\n%s", s.log)
		}
	})
	s.URL = "http://" + s.address()
	s.Eventually("Prometheus gets ready", s.ready)
	return s
}

// Stop ends Prometheus, as when it is away; what it stored is gone. The second time it does nothing.
func (s *Server) Stop() {
	s.ending.Do(func() {
		_ = s.cmd.Process.Kill()
		<-s.ended
	})
}

// configFor reads one endpoint ten times a second. Labels of the endpoint win over those of the reading.
func configFor(endpoint string) string {
	return fmt.Sprintf(`global: {scrape_interval: 100ms, scrape_timeout: 100ms}
scrape_configs:
  - job_name: promtest
    honor_labels: true
    static_configs: [{targets: [%q], labels: {instance: promtest}}]
`, endpoint)
}

func arguments(binary, config, data string) []string {
	args := []string{"--config.file=" + config, "--storage.tsdb.path=" + data, "--web.listen-address=127.0.0.1:0"}
	// A package that was only unpacked finds its pages beside itself; programs without such a folder carry them inside.
	if pages := filepath.Join(filepath.Dir(binary), "..", "share", "prometheus", "web"); isDir(pages) {
		args = append(args, "--web.local-assets="+pages)
	}
	return args
}

func isDir(path string) bool {
	i, err := os.Stat(path)
	return err == nil && i.IsDir()
}

// listening is the line in which Prometheus says the port that it was given.
var listening = regexp.MustCompile(`msg="Listening on".* address=(127\.0\.0\.1:\d+)`)

// address is where Prometheus listens.
func (s *Server) address() string {
	s.t.Helper()
	timeout := time.After(patience)
	for {
		said, more := s.log.state()
		if m := listening.FindStringSubmatch(said); m != nil {
			return m[1]
		}
		select {
		case <-more:
		case <-s.ended:
			s.t.Fatalf("Prometheus ended before it listened:\n%s", s.log)
		case <-timeout:
			s.t.Fatalf("Prometheus does not say where it listens:\n%s", s.log)
		}
	}
}

func (s *Server) ready() error {
	resp, err := http.Get(s.URL + "/-/ready")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", resp.Status)
	}
	return nil
}

// Eventually waits until something is true, and ends the test when it does not come true.
func (s *Server) Eventually(what string, is func() error) {
	s.t.Helper()
	timeout := time.After(patience)
	for {
		err := is()
		if err == nil {
			return
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-s.ended:
			s.t.Fatalf("%s: Prometheus ended:\n%s", what, s.log)
		case <-timeout:
			s.t.Fatalf("%s: not within %s: %v", what, patience, err)
		}
	}
}

// journal keeps what a process says, and tells when it says more.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func newJournal() *journal { return &journal{more: make(chan struct{})} }

// Write adds to it.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.more)
	j.more = make(chan struct{})
	return j.text.Write(p)
}

// state is what was said, and what is closed when there is more.
func (j *journal) state() (string, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String(), j.more
}

// String is what was said.
func (j *journal) String() string {
	text, _ := j.state()
	return text
}
