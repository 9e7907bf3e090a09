//go:build bench

package bench

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// disk keeps a line at a time, and returns each when it is safe: no acknowledgement can be quicker than this.
type disk struct {
	t    *testing.T
	file *os.File
	due  chan time.Time
	done chan []time.Duration
}

func newDisk(t *testing.T) *disk {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "lines"))
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{t: t, file: f, due: make(chan time.Time, measured), done: make(chan []time.Duration)}
	go d.run()
	return d
}

// run writes all lines that are due and flushes them together, as the inbox does.
func (d *disk) run() {
	line := make([]byte, 400)
	var all []time.Duration
	for first := range d.due {
		batch := []time.Time{first}
		for len(d.due) > 0 {
			batch = append(batch, <-d.due)
		}
		for range batch {
			if _, err := d.file.Write(line); err != nil {
				d.t.Error(err)
			}
		}
		if err := d.file.Sync(); err != nil {
			d.t.Error(err)
		}
		for _, due := range batch {
			all = append(all, time.Since(due))
		}
	}
	d.done <- all
}

// flush keeps a line that was due at a time.
func (d *disk) flush(due time.Time) { d.due <- due }

// close ends it, and says how long each line took.
func (d *disk) close() []time.Duration {
	close(d.due)
	defer d.file.Close()
	return <-d.done
}
