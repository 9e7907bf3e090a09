package simulated

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// Entry is one effective write by a client: one that changed the world.
type Entry struct {
	N       int       `json:"n"` // counts per cluster, from 1
	Time    time.Time `json:"time"`
	Cluster string    `json:"cluster"`
	Verb    string    `json:"verb"`          // scale, bounds, restart, image, evict, create, update, delete
	Object  string    `json:"object"`        // resource/namespace/name
	Key     string    `json:"key,omitempty"` // of a restart; the UID of an evicted pod
	From    string    `json:"from,omitempty"`
	To      string    `json:"to,omitempty"`
}

// ledger is the file of all entries, one per line; without a file it is in memory only.
type ledger struct {
	mu      sync.Mutex
	file    *os.File
	entries []Entry
}

// openLedger reads the ledger and cuts off a line that a kill left half written.
func openLedger(path string) (*ledger, error) {
	raw, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	whole := raw[:bytes.LastIndexByte(raw, '\n')+1]
	entries, err := decodeEntries(whole)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(int64(len(whole))); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &ledger{file: f, entries: entries}, nil
}

// decodeEntries reads lines of JSON.
func decodeEntries(raw []byte) ([]Entry, error) {
	var out []Entry
	line := 0
	for l := range bytes.Lines(raw) {
		line++
		var e Entry
		if err := json.Unmarshal(l, &e); err != nil {
			return nil, fmt.Errorf("line %d is not an entry (delete the folder to start over): %w", line, err)
		}
		out = append(out, e)
	}
	return out, nil
}

func (l *ledger) write(e Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		raw, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if _, err := l.file.Write(append(raw, '\n')); err != nil {
			return err
		}
	}
	l.entries = append(l.entries, e)
	return nil
}

// catchUp writes the last entry of a cluster if a kill came between its state and the ledger.
func (l *ledger) catchUp(last Entry) error {
	for _, e := range l.entries {
		if e.Cluster == last.Cluster && e.N >= last.N {
			return nil
		}
	}
	if last.N == 0 {
		return nil
	}
	return l.write(last)
}

func (l *ledger) all() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Entry(nil), l.entries...)
}

func (l *ledger) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}
