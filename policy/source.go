package policy

import (
	"os"
	"path/filepath"
)

// Source reads the text of a policy and says what to call it in errors.
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
