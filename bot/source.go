package bot

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"

	"orderly.example/ops"
)

// Source reads a configuration text and says what to call it in errors.
type Source func() (text []byte, name string, err error)

// FromFile is the source of a file.
func FromFile(path string) Source {
	return func() ([]byte, string, error) {
		b, err := os.ReadFile(path)
		return b, filepath.Base(path), err
	}
}

// FromText is the source of a text that never changes.
func FromText(text, name string) Source {
	return func() ([]byte, string, error) { return []byte(text), name, nil }
}

// live is a parsed text that follows its source. A new text that does not parse is refused: the last good one stays
// and err says why.
type live[T any] struct {
	source Source
	parse  func(text []byte, name string) (T, error)

	mu   sync.Mutex
	text []byte
	good T
	err  error
}

func newLive[T any](source Source, parse func([]byte, string) (T, error)) (*live[T], error) {
	l := &live[T]{source: source, parse: parse}
	l.get()
	return l, l.err
}

// get returns the present value; reading the text anew costs less than any of the questions that follow.
func (l *live[T]) get() T {
	l.mu.Lock()
	defer l.mu.Unlock()
	text, name, err := l.source()
	if err != nil {
		l.err = ops.Errorf(ops.Unavailable, "%s cannot be read; check that the file is there and readable", "无法读取 %s;请检查文件是否存在且可读", name).Because(err)
		return l.good
	}
	if l.text != nil && bytes.Equal(text, l.text) {
		return l.good
	}
	l.text = bytes.Clone(text)
	v, err := l.parse(text, name)
	if l.err = err; err == nil {
		l.good = v
	}
	return l.good
}

func (l *live[T]) lastError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}
