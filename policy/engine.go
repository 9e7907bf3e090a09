package policy

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"orderly.example/ops"
)

// Directory knows who is responsible for targets.
type Directory interface {
	// Owners returns the owner groups of the targets' services and the ids of the people on call for them.
	Owners(ctx context.Context, targets []ops.Target) (owners, onCall []string, err error)
}

// Engine answers questions with the newest good version of a policy.
type Engine struct {
	source     Source
	directory  Directory
	clock      func() time.Time
	operations []ops.Operation

	mu   sync.Mutex
	text []byte
	file *File
	err  error
}

// New reads the policy. It fails when the first version is broken. The operations give parameters their types.
func New(source Source, directory Directory, clock func() time.Time, operations ...ops.Operation) (*Engine, error) {
	e := &Engine{source: source, directory: directory, clock: clock, operations: operations}
	if e.File() == nil {
		return nil, e.err
	}
	return e, nil
}

// Decide answers whether something may happen and who has to agree. It fills in the time, the owners and who is on
// call when the facts do not say.
func (e *Engine) Decide(ctx context.Context, f ops.Facts) (ops.Decision, error) {
	f, err := e.complete(ctx, f)
	if err != nil {
		return ops.Decision{Sure: true, Why: ops.TextOf(err)}, err
	}
	return e.File().Policy.Decide(f)
}

// complete fills in what the asker cannot know.
func (e *Engine) complete(ctx context.Context, f ops.Facts) (ops.Facts, error) {
	if f.Now.IsZero() {
		f.Now = e.clock()
	}
	f.Operation = declared(f.Operation, e.operations)
	return responsible(ctx, f, e.directory)
}

// responsible asks the directory who owns the targets.
func responsible(ctx context.Context, f ops.Facts, d Directory) (ops.Facts, error) {
	if d == nil || len(f.Targets) == 0 || f.Owners != nil || f.OnCall != nil {
		return f, nil
	}
	var err error
	f.Owners, f.OnCall, err = d.Owners(ctx, f.Targets)
	return f, err
}

// declared gives an operation that travels without its parameters the declared ones.
func declared(op ops.Operation, operations []ops.Operation) ops.Operation {
	if op.Params != nil {
		return op
	}
	for _, o := range operations {
		if o.Name == op.Name {
			op.Params = slices.Clone(o.Params)
		}
	}
	return op
}

// File returns the newest good version. The source is read each time: that costs microseconds, and a change counts
// from the next question on. A broken version is refused, see Err.
func (e *Engine) File() *File {
	e.mu.Lock()
	defer e.mu.Unlock()
	text, name, err := e.source()
	if err != nil {
		e.err = ops.Errorf(ops.Unavailable, "the policy %s cannot be read; check that the file is there and readable", "无法读取策略文件 %s;请检查文件是否存在且可读", name).Because(err)
		return e.file
	}
	if e.text != nil && bytes.Equal(text, e.text) {
		return e.file
	}
	e.text = bytes.Clone(text)
	f, err := Load(text, name, e.operations...)
	if e.err = err; err == nil {
		e.file = f
	}
	return e.file
}

// Err returns why the newest version of the policy was refused, or nil.
func (e *Engine) Err() error {
	e.File()
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}
