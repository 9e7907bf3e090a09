package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// state is where a sandbox keeps its files: etcd's data, keys and kubeconfig in
// dir, and what must not outlive the process in scratch.
type state struct {
	dir     string
	scratch string
	lock    *os.File
}

// openState makes the directories and makes sure that nobody else uses them.
//
// Why scratch is apart: a unix socket's path may have 108 bytes, and a state
// directory, in a test above all, may be longer than that.
func openState(o options) (*state, error) {
	scratch, err := os.MkdirTemp("", "sandbox-")
	if err != nil {
		return nil, fmt.Errorf("making a temporary directory (set TMPDIR to a writable one): %w", err)
	}
	s := &state{dir: o.dir, scratch: scratch}
	if s.dir == "" {
		s.dir = filepath.Join(scratch, "state")
	}
	if err := s.acquire(); err != nil {
		s.close()
		return nil, err
	}
	if err := errors.Join(s.clear(o.kubeconfig), s.writePKI()); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// acquire locks the state directory for this process.
func (s *state) acquire() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("making the state directory: %w", err)
	}
	f, err := os.OpenFile(s.path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("opening the lock of the state directory: %w", err)
	}
	s.lock = f
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("another sandbox runs in %s: stop it or name another -dir: %w", s.dir, err)
	}
	return nil
}

// path is the place of a file in the state directory.
func (s *state) path(name string) string { return filepath.Join(s.dir, name) }

// temp is the place of a file that is removed at exit.
func (s *state) temp(name string) string { return filepath.Join(s.scratch, name) }

// close gives the directory back and removes what was temporary.
func (s *state) close() {
	if s.lock != nil {
		s.lock.Close()
	}
	os.RemoveAll(s.scratch)
}

// listen opens a port on the loopback interface; 0 is any free one.
func listen(port int) (net.Listener, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, fmt.Errorf("listening (use -port 0 for a free port): %w", err)
	}
	return l, nil
}

// portOf is the port that a listener of listen got.
func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }
