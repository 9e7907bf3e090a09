package inventory

import (
	"context"
	"fmt"
	"os"

	"orderly.example/ops"
)

// Source lists services. It may return what it could read beside an error.
type Source interface {
	Services(ctx context.Context) ([]ops.Service, error)
}

// file is a source that is a YAML text.
type file struct {
	name string
	read func() ([]byte, error)
}

// File is the source of a YAML file; it is read again at every reading.
func File(path string) Source {
	return file{path, func() ([]byte, error) { return os.ReadFile(path) }}
}

// Text is the source of a YAML text that never changes; name is what to call it in errors.
func Text(raw []byte, name string) Source {
	return file{name, func() ([]byte, error) { return raw, nil }}
}

// String names the source.
func (f file) String() string { return f.name }

// Services reads the file.
func (f file) Services(context.Context) ([]ops.Service, error) {
	raw, err := f.read()
	if err != nil {
		return nil, ops.Errorf(ops.Unavailable, "the inventory file %s cannot be read; check that it is there and readable",
			"无法读取资产清单文件 %s;请检查文件是否存在且可读", f.name).Because(err)
	}
	return Parse(raw, f.name)
}

// sourceName names a source for people.
func sourceName(s Source) string {
	if n, ok := s.(fmt.Stringer); ok {
		return n.String()
	}
	return fmt.Sprintf("%T", s)
}
