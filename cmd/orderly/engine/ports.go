package engine

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
)

// The ports of the engine are taken from below those that systems give to whoever asks for any, and to connections that go
// out: between the moment in which a port is found free and the one in which the server takes it, nobody else is given it.
const (
	firstPort = 10_000
	lastPort  = 32_000
	portTries = 1000
)

// freePorts finds n different free ports.
func freePorts(n int) ([]int, error) {
	var out []int
	var last error
	for range portTries {
		if len(out) == n {
			return out, nil
		}
		port := firstPort + rand.IntN(lastPort-firstPort)
		l, err := net.Listen("tcp", address(port))
		if err != nil {
			last = err
			continue
		}
		_ = l.Close()
		if !slices.Contains(out, port) {
			out = append(out, port)
		}
	}
	return nil, fmt.Errorf("find %d free ports between %d and %d: %w", n, firstPort, lastPort, last)
}
