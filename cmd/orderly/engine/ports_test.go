package engine

import (
	"net"
	"slices"
	"testing"
)

// TestFreePortsAreNotThoseThatAreGivenAway: the system gives none of them to somebody else meanwhile.
func TestFreePortsAreNotThoseThatAreGivenAway(t *testing.T) {
	ports, err := freePorts(20)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ports)
	if len(slices.Compact(slices.Clone(ports))) != 20 || ports[0] < firstPort || ports[19] >= lastPort {
		t.Errorf("%v", ports)
	}
	for range 200 {
		l, err := net.Listen("tcp", loopback+":0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		if given := l.Addr().(*net.TCPAddr).Port; slices.Contains(ports, given) {
			t.Errorf("the system gives %d away", given)
		}
	}
	for _, p := range ports {
		l, err := net.Listen("tcp", address(p))
		if err != nil {
			t.Errorf("%d is not free: %v", p, err)
			continue
		}
		_ = l.Close()
	}
}
