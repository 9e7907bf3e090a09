package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"orderly.example/ops"
)

// Inbox keeps what was acknowledged until it is done. It is a journal: a line for every delivery that came in, and a
// line when it is done. One write to the disk carries all that came up meanwhile.
type Inbox struct {
	journal *journal // of the writing goroutine alone

	mu      sync.Mutex
	open    map[string]Delivery // not done yet, by key
	order   []string            // of their coming, with some that are done
	pending []byte              // lines that are not on the disk yet
	waiting []chan error        // those who wait for them; nobody waits for what is done
	writing bool
	closed  bool
}

// entry is one line of the journal.
type entry struct {
	In   *Delivery `json:"in,omitempty"`
	Done string    `json:"done,omitempty"`
}

const (
	maxOpen    = 10_000   // deliveries that are not done
	maxEntry   = 64 << 10 // bytes of one
	maxJournal = 8 << 20  // bytes after which the journal is written anew
)

// OpenInbox opens an inbox in a directory: a journal of its own, with what processes that are gone have left in theirs.
func OpenInbox(dir, surface string) (*Inbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the inbox: %w", err)
	}
	for n := range 1000 {
		j, err := openJournal(filepath.Join(dir, fmt.Sprintf("inbox-%s.%d", surface, n)))
		if errors.Is(err, syscall.EWOULDBLOCK) {
			continue // another process is alive and owns it
		}
		if err != nil {
			return nil, err
		}
		i := &Inbox{journal: j, open: map[string]Delivery{}}
		if err := i.adopt(filepath.Join(dir, "inbox-"+surface+".*")); err != nil {
			return nil, errors.Join(err, j.close())
		}
		return i, nil
	}
	return nil, ops.Errorf(ops.Conflict, "a thousand processes share the inbox %s; give each its own data_dir", "共有上千个进程使用收件箱 %s;请为每个进程设置独立的 data_dir", dir)
}

// adopt reads the own journal and those of processes that are gone. Theirs are emptied when the own one holds all.
func (i *Inbox) adopt(all string) error {
	if err := i.journal.lines(i.take); err != nil {
		return err
	}
	paths, err := filepath.Glob(all)
	if err != nil {
		return fmt.Errorf("look for inboxes: %w", err)
	}
	var gone []*journal
	for _, path := range paths {
		if path == i.journal.path || strings.HasSuffix(path, "~") {
			continue
		}
		j, err := openJournal(path)
		if err != nil {
			continue // its owner is alive
		}
		defer j.close() //nolint:errcheck // it was read, or emptied, or is read again by the next
		if err := j.lines(i.take); err != nil {
			return err
		}
		gone = append(gone, j)
	}
	if err := i.journal.replace(i.content()); err != nil {
		return err
	}
	for _, j := range gone {
		if err := j.replace(nil); err != nil {
			return err
		}
	}
	return nil
}

// take reads a line. One that was cut off by the end of a process was never acknowledged.
func (i *Inbox) take(raw []byte) {
	var e entry
	if json.Unmarshal(raw, &e) != nil {
		return
	}
	if e.In != nil {
		e.In.Again = true // how far it came is not known
		i.keep(*e.In)
	}
	i.forget(e.Done)
}

func (i *Inbox) keep(d Delivery) {
	if _, ok := i.open[d.Key]; !ok {
		i.order = append(i.order, d.Key)
	}
	i.open[d.Key] = d
}

func (i *Inbox) forget(key string) {
	delete(i.open, key)
	if len(i.order) <= 2*len(i.open)+16 {
		return
	}
	live := i.order[:0]
	for _, k := range i.order {
		if _, ok := i.open[k]; ok {
			live = append(live, k)
		}
	}
	i.order = live
}

// content is the journal without what is done.
func (i *Inbox) content() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for _, d := range i.inOrder() {
		_ = e.Encode(entry{In: &d}) // it was read from such a line, or written as one
	}
	return b.Bytes()
}

func (i *Inbox) inOrder() []Delivery {
	out := make([]Delivery, 0, len(i.open))
	for _, k := range i.order {
		if d, ok := i.open[k]; ok {
			out = append(out, d)
		}
	}
	return out
}

// Open are the deliveries that are not done, in the order of their coming.
func (i *Inbox) Open() []Delivery {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.inOrder()
}

// Put keeps a delivery and returns when it is on the disk; false when it is there already.
func (i *Inbox) Put(d Delivery) (bool, error) {
	raw, err := json.Marshal(entry{In: &d})
	if err != nil {
		return false, fmt.Errorf("keep a delivery: %w", err)
	}
	i.mu.Lock()
	if _, ok := i.open[d.Key]; ok {
		i.mu.Unlock()
		return false, nil
	}
	if len(i.open) >= maxOpen || len(raw) > maxEntry || i.closed {
		i.mu.Unlock()
		return false, ops.Errorf(ops.Unavailable, "too much waits to be done; nothing was taken, try again in a few minutes", "待处理的请求过多;本次未受理,请几分钟后重试")
	}
	i.keep(d)
	written := i.write(raw)
	i.mu.Unlock()
	if err := <-written; err != nil {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.forget(d.Key)
		return false, err
	}
	return true, nil
}

// Done forgets a delivery. That a process ends before this is on the disk is harmless: what is done twice is done once.
func (i *Inbox) Done(key string) {
	raw, _ := json.Marshal(entry{Done: key}) // a text always can be
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.forget(key); !i.closed {
		i.add(raw)
	}
}

// write adds a line, with the lock held, and returns where its fate is told.
func (i *Inbox) write(raw []byte) <-chan error {
	done := make(chan error, 1)
	i.waiting = append(i.waiting, done)
	i.add(raw)
	return done
}

// add adds a line, with the lock held.
func (i *Inbox) add(raw []byte) {
	i.pending = append(append(i.pending, raw...), '\n')
	if !i.writing {
		i.writing = true
		go i.flush()
	}
}

// flush writes what is pending until nothing is.
func (i *Inbox) flush() {
	for {
		i.mu.Lock()
		raw, waiting := i.pending, i.waiting
		i.pending, i.waiting = nil, nil
		if i.writing = len(raw) > 0; !i.writing {
			i.mu.Unlock()
			return
		}
		var whole []byte
		large := i.journal.size > maxJournal
		if large {
			whole = i.content() // with what is pending
		}
		i.mu.Unlock()
		var err error
		if large {
			err = i.journal.replace(whole)
		} else {
			err = i.journal.add(raw, len(waiting) > 0)
		}
		for _, w := range waiting {
			w <- err
		}
	}
}

// Close ends the inbox; what is open is done by the next process.
func (i *Inbox) Close() error {
	i.mu.Lock()
	i.closed = true
	written := i.write(nil)
	i.mu.Unlock()
	return errors.Join(<-written, i.journal.close())
}
