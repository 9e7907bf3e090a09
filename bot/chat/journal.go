package chat

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// journal is a file of lines that one process alone has open. Its lock ends with the process, however it ends.
type journal struct {
	path string
	file *os.File
	size int64
}

// maxRead bounds a line that is read, in bytes.
const maxRead = 1 << 20

// openJournal opens the journal at the path, or fails with EWOULDBLOCK when another process owns it.
func openJournal(path string) (*journal, error) {
	for {
		f, err := lockFile(path)
		if err != nil {
			return nil, err
		}
		mine, err := f.Stat()
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if now, err := os.Stat(path); err == nil && os.SameFile(mine, now) {
			return &journal{path: path, file: f, size: mine.Size()}, nil
		}
		if err := f.Close(); err != nil { // its owner wrote it anew meanwhile, and this is the old one
			return nil, fmt.Errorf("open the inbox: %w", err)
		}
	}
}

func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the inbox: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// lines reads every line from the start.
func (j *journal) lines(take func(line []byte)) error {
	if _, err := j.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the inbox: %w", err)
	}
	s := bufio.NewScanner(j.file)
	s.Buffer(nil, maxRead)
	for s.Scan() {
		take(s.Bytes())
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("read the inbox: %w", err)
	}
	return nil
}

// add appends lines. With sync it returns when they are on the disk; otherwise the next that does takes them along.
func (j *journal) add(raw []byte, sync bool) error {
	n, err := j.file.Write(raw)
	j.size += int64(n)
	if err == nil && sync {
		err = j.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("write the inbox: %w", err)
	}
	return nil
}

// replace gives the journal another content: first beside the old one, so that at no moment there is none.
func (j *journal) replace(raw []byte) error {
	fresh, err := lockFile(j.path + "~")
	if err != nil {
		return fmt.Errorf("write the inbox: %w", err)
	}
	err = fresh.Truncate(0)
	if err == nil {
		_, err = fresh.Write(raw)
	}
	if err == nil {
		err = fresh.Sync()
	}
	if err == nil {
		err = os.Rename(j.path+"~", j.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write the inbox: %w", err), fresh.Close())
	}
	old := j.file
	j.file, j.size = fresh, int64(len(raw))
	return old.Close()
}

func (j *journal) close() error { return j.file.Close() }
