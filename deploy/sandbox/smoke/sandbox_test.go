package smoke

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

var (
	binary string // what build.sh built
	shared kubernetes.Interface
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run starts the sandbox that most tests share, each in its own namespace.
func run(m *testing.M) int {
	build := exec.Command("../build.sh")
	build.Stderr = os.Stderr
	out, err := build.Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "building the sandbox:", err)
		return 1
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	binary = lines[len(lines)-1]

	dir, err := os.MkdirTemp("", "smoke-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	s, err := start(filepath.Join(dir, "kubeconfig"), "-name", "smoke")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer s.stop()
	shared = s.client
	return m.Run()
}

// sandbox is a running one.
type sandbox struct {
	client kubernetes.Interface
	cmd    *exec.Cmd
	out    *bytes.Buffer
	ended  chan struct{}
}

// start starts a sandbox and waits for its kubeconfig to appear.
func start(kubeconfig string, args ...string) (*sandbox, error) {
	s := &sandbox{out: new(bytes.Buffer), ended: make(chan struct{})}
	s.cmd = exec.Command(binary, append(args, "-kubeconfig", kubeconfig)...)
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.out
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.cmd.Wait()
		close(s.ended)
	}()
	for {
		if _, err := os.Stat(kubeconfig); err == nil {
			break
		}
		select {
		case <-s.ended:
			return nil, fmt.Errorf("the sandbox ended: %s", s.out)
		case <-time.After(50 * time.Millisecond):
		}
		if time.Since(began) > 2*time.Minute {
			s.stop()
			return nil, fmt.Errorf("the sandbox is not ready after 2 minutes: %s", s.out)
		}
	}
	fmt.Printf("sandbox %v ready in %s\n", args, time.Since(began).Round(time.Millisecond))
	rc, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err == nil {
		rc.QPS = -1
		s.client, err = kubernetes.NewForConfig(rc)
	}
	if err != nil {
		s.stop()
	}
	return s, err
}

// stop stops it as Ctrl-C does and returns how long that took.
func (s *sandbox) stop() time.Duration {
	began := time.Now()
	s.cmd.Process.Signal(syscall.SIGINT)
	<-s.ended
	return time.Since(began)
}
