package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"orderly.example/ops"
)

// Desk is where every surface brings what a person wants. It checks, asks the policy for an early answer and hands on;
// it keeps nothing. All fields but Options and Links are needed.
type Desk struct {
	Operations []ops.Operation
	Identities *Identities
	Starter    Starter
	Policy     Decider
	Options    Options                 // nil: parameters with dynamic options cannot be checked and so are refused
	Links      func(ops.Status) []Link // where more is shown about a change; nil: nowhere
	Clock      func() time.Time        // its location is the time zone of "20:00" when nobody names another
}

// Submit checks a request, puts it into its normal form, refuses what the policy denies for sure, and starts exactly
// one change per surface and delivery key.
func (d *Desk) Submit(ctx context.Context, r ops.Request) (string, error) {
	return d.start(ctx, r, Speaker{})
}

// start is Submit with a first message, which is shown once: not when the change is there already.
func (d *Desk) start(ctx context.Context, r ops.Request, who Speaker) (string, error) {
	op, r, err := d.checked(ctx, r)
	if err != nil {
		return "", err
	}
	if err := d.allowed(ctx, op, r); err != nil {
		return "", err
	}
	if who.Announce != nil {
		id := ops.ChangeID(r)
		if !who.Fresh {
			if _, err := d.Starter.Status(ctx, id); ops.CodeOf(err) != ops.NotFound {
				return id, err
			}
		}
		r.From.Ref = who.Announce(ctx, ops.Status{ID: id, Operation: op.Name, Request: r, State: ops.Received, Risk: op.Risk, CreatedAt: d.now(), UpdatedAt: d.now()})
	}
	return d.Starter.Start(ctx, r)
}

// Act hands what a person does to a change on to it.
func (d *Desk) Act(ctx context.Context, id string, act ops.Act) (ops.Reply, error) {
	id, act.Note = tidy(id), tidy(act.Note)
	switch {
	case act.By.ID == "":
		return ops.Reply{}, nobody()
	case !slices.Contains(ops.ActKinds(), act.Kind):
		return ops.Reply{}, ops.Errorf(ops.Invalid, "%q is nothing one can do to a change; use one of %v", "%q 不是有效操作,请使用 %v 之一", act.Kind, ops.ActKinds())
	case !changeID.MatchString(id):
		return ops.Reply{}, noChange(id)
	case act.Key == "":
		return ops.Reply{}, noKey()
	case len(act.Note) > maxReason || len(act.Key) > maxKey:
		return ops.Reply{}, ops.Errorf(ops.Invalid, "the note is longer than %d characters; shorten it", "备注超过 %d 个字符,请缩短", maxReason)
	}
	return d.Starter.Act(ctx, id, act)
}

// Status reads one change.
func (d *Desk) Status(ctx context.Context, id string) (ops.Status, error) {
	if !changeID.MatchString(id) {
		return ops.Status{}, noChange(id)
	}
	return d.Starter.Status(ctx, id)
}

// List reads a page of changes.
func (d *Desk) List(ctx context.Context, f ops.Filter) (ops.Page, error) {
	f.Limit = min(max(f.Limit, 0), ops.MaxLimit)
	if f.Limit == 0 {
		f.Limit = ops.DefaultLimit
	}
	if f.State != "" && !slices.Contains(ops.States(), f.State) {
		return ops.Page{}, ops.Errorf(ops.Invalid, "there is no state %q%s", "没有状态 %q%s", f.State, ops.DidYouMean(string(f.State), stateNames())).At("state")
	}
	return d.Starter.List(ctx, f)
}

// Operation returns the operation of a name or an alias, in any case, or an error with a did-you-mean.
func (d *Desk) Operation(name string) (ops.Operation, error) {
	return findOperation(d.Operations, name)
}

func findOperation(operations []ops.Operation, name string) (ops.Operation, error) {
	wanted := operationKey(name)
	var names []string
	for _, op := range operations {
		for _, n := range append([]string{op.Name}, op.Aliases...) {
			if operationKey(n) == wanted {
				return op, nil
			}
			names = append(names, n)
		}
	}
	return ops.Operation{}, ops.Errorf(ops.NotFound, "there is no operation %q%s; \"ops\" lists them all", "没有操作 %q%s;输入 \"ops\" 查看全部操作",
		tidy(name), ops.DidYouMean(name, names))
}

// operationKey is the form in which names are compared: "Scale Fleet" and "scale.fleet" are one.
func operationKey(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r == '.' || r == ' ' || r == '-' || r == '_'
	}), ".")
}

// Phrases says things about the operations of the desk, with times in the time zone of its clock.
func (d *Desk) Phrases() Phrases {
	return Phrases{Operations: d.Operations, Location: d.now().Location(), Links: d.Links, Voters: d.Identities.Voters}
}

func (d *Desk) now() time.Time { return d.Clock() }

func nobody() error {
	return ops.Errorf(ops.Denied, "I do not know who you are; ask an operator to add your account to the people file", "无法识别您的身份;请联系运维在人员文件中添加您的账号")
}

func noKey() error {
	return ops.Errorf(ops.Invalid, "the delivery carries no key, so a repeat of it could not be told from a new one; send it again with an idempotency key",
		"该请求缺少幂等键,无法识别重复投递;请携带幂等键后重试")
}

func noChange(id string) error {
	return ops.Errorf(ops.NotFound, "there is no change %q; \"ls\" shows the latest", "没有变更 %q;输入 \"ls\" 查看最近的变更", neutral(id))
}

func stateNames() []string {
	var out []string
	for _, s := range ops.States() {
		out = append(out, string(s))
	}
	return out
}
