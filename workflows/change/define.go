package change

import (
	"encoding/json"
	"slices"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// Steps are what an operation brings of its own: P is the struct of its parameters, W what exactly will be done.
type Steps[P, W any] struct {
	// Plan reads the world and says what would change. It changes nothing. W goes into the plan's hash.
	Plan func(ctx workflow.Context, params P) (ops.Plan, W, error)
	// Run does the work. It registers with Undoing what takes a step back, before it does the step.
	Run func(ctx workflow.Context, work W) error
	// Verify waits until the world is as planned. Optional.
	Verify func(ctx workflow.Context, work W) error
	// Undo plans the inverse of finished work. Optional; without it the operation cannot be undone afterwards.
	Undo func(ctx workflow.Context, done W) (ops.Plan, W, error)
	// OwnLocks says that Run takes its locks itself, with Locked, instead of holding all of them all the time.
	OwnLocks bool
	// Parts are the parts that Run has done in histories of their own.
	Parts []PartDefinition
}

// Definition is an operation with everything that is needed to do it.
type Definition struct {
	ops.Operation
	plan     func(ctx workflow.Context, params map[string]string) (ops.Plan, error)
	run      func(ctx workflow.Context, work json.RawMessage) error
	verify   func(ctx workflow.Context, work json.RawMessage) error
	inverse  func(ctx workflow.Context, work json.RawMessage) (ops.Plan, error)
	answer   func(ctx workflow.Context, params map[string]string) (ops.Answer, error)
	ownLocks bool
	parts    []PartDefinition
}

// Define declares an operation that changes something.
func Define[P, W any](op ops.Operation, s Steps[P, W]) Definition {
	op.Params, op.Undoable = ops.ParamsOf[P](), s.Undo != nil
	d := Definition{Operation: op, ownLocks: s.OwnLocks, parts: s.Parts, run: onWork(s.Run)}
	d.plan = func(ctx workflow.Context, values map[string]string) (ops.Plan, error) {
		p, err := ops.Decode[P](values)
		if err != nil {
			return ops.Plan{}, err
		}
		plan, work, err := s.Plan(ctx, p)
		return seal(plan, work, err)
	}
	if s.Verify != nil {
		d.verify = onWork(s.Verify)
	}
	if s.Undo != nil {
		d.inverse = func(ctx workflow.Context, raw json.RawMessage) (ops.Plan, error) {
			done, err := decodeWork[W](raw)
			if err != nil {
				return ops.Plan{}, err
			}
			plan, work, err := s.Undo(ctx, done)
			return seal(plan, work, err)
		}
	}
	return d
}

// Read declares an operation that only answers a question.
func Read[P any](op ops.Operation, answer func(ctx workflow.Context, params P) (ops.Answer, error)) Definition {
	op.Params, op.Risk = ops.ParamsOf[P](), ops.Read
	return Definition{Operation: op, answer: func(ctx workflow.Context, values map[string]string) (ops.Answer, error) {
		p, err := ops.Decode[P](values)
		if err != nil {
			return ops.Answer{}, err
		}
		return answer(ctx, p)
	}}
}

func onWork[W any](f func(workflow.Context, W) error) func(workflow.Context, json.RawMessage) error {
	return func(ctx workflow.Context, raw json.RawMessage) error {
		w, err := decodeWork[W](raw)
		if err != nil {
			return err
		}
		return f(ctx, w)
	}
}

func decodeWork[W any](raw json.RawMessage) (W, error) {
	var w W
	if err := json.Unmarshal(raw, &w); err != nil {
		return w, ops.Errorf(ops.Internal, "the plan was written by another version of the program; ask again",
			"预案由其他版本的程序生成,请重新申请").Because(err)
	}
	return w, nil
}

// Planned is the work of the plan that people have seen and agreed to, while the plan is made again; false the first time.
// An operation whose plan is approved long before it runs can so keep the numbers that were agreed to.
func Planned[W any](ctx workflow.Context) (W, bool) {
	if p := lifeOf(ctx).status.Plan; p != nil && !p.Empty() {
		if w, err := decodeWork[W](p.Work); err == nil {
			return w, true
		}
	}
	var none W
	return none, false
}

func seal[W any](plan ops.Plan, work W, err error) (ops.Plan, error) {
	if err != nil {
		return ops.Plan{}, err
	}
	if plan.Work, err = json.Marshal(work); err != nil {
		return ops.Plan{}, ops.Errorf(ops.Internal, "the plan cannot be written down", "预案无法序列化").Because(err)
	}
	return plan.Seal()
}

// Catalogue is every operation that there is.
type Catalogue struct {
	Definitions []Definition
	Demo        bool // it all acts on the simulated cloud, which every status says
}

// Parts are all parts of the operations, each once.
func (c Catalogue) Parts() []PartDefinition {
	var out []PartDefinition
	for _, d := range c.Definitions {
		for _, p := range d.parts {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// Find returns the definition of that name.
func (c Catalogue) Find(name string) (Definition, bool) {
	for _, d := range c.Definitions {
		if d.Name == name {
			return d, true
		}
	}
	return Definition{}, false
}

// Operations lists what may be asked for.
func (c Catalogue) Operations() []ops.Operation {
	out := make([]ops.Operation, len(c.Definitions))
	for i, d := range c.Definitions {
		out[i] = d.Operation
	}
	return out
}
