package databasetest

import (
	"bytes"
	"net"
	"sync"
	"testing"
)

// Cut says where a Line breaks a connection.
type Cut int

// The cuts.
const (
	Never  Cut = iota
	Before     // the statement does not reach the server
	After      // the statement is done, and its answer does not come back
)

// Line stands between clients and a server.
type Line struct {
	Address string // for clients

	server string
	mu     sync.Mutex
	at     Cut
	word   []byte
	cuts   int
}

// NewLine makes a line to a server that ends with the test.
func NewLine(t testing.TB, server string) *Line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	line := &Line{Address: l.Addr().String(), server: server}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go line.carry(client)
		}
	}()
	return line
}

// CutOnce breaks the connection on which the next statement with the word is sent.
func (l *Line) CutOnce(at Cut, word string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.word, l.cuts = at, []byte(word), 0
}

// Cuts is how many connections were cut since the last CutOnce.
func (l *Line) Cuts() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cuts
}

// cut says what to do with what a client sends.
func (l *Line) cut(sent []byte) Cut {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == Never || !bytes.Contains(sent, l.word) {
		return Never
	}
	at := l.at
	l.at = Never
	l.cuts++
	return at
}

// carry carries a connection. Clients send a statement in one piece.
func (l *Line) carry(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", l.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var lose sync.Mutex
	losing := false
	go func() { // the answers; the first after a loss ends the connection, which the server has then done its work for
		defer func() { _ = client.Close() }()
		raw := make([]byte, 32<<10)
		for {
			n, err := server.Read(raw)
			if err != nil {
				return
			}
			lose.Lock()
			lost := losing
			lose.Unlock()
			if lost {
				return
			}
			if _, err := client.Write(raw[:n]); err != nil {
				return
			}
		}
	}()
	raw := make([]byte, 32<<10)
	for {
		n, err := client.Read(raw)
		if err != nil {
			return
		}
		switch l.cut(raw[:n]) {
		case Before:
			return
		case After:
			lose.Lock()
			losing = true
			lose.Unlock()
		}
		if _, err := server.Write(raw[:n]); err != nil {
			return
		}
	}
}
