package change_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// book is a lock book in a test environment, with owners that live or have vanished.
type book struct {
	t        *testing.T
	env      *testsuite.TestWorkflowEnvironment
	vanished []string
	told     []string // owners that were signalled
	calls    int
}

func newBook(t *testing.T) *book {
	var suite testsuite.WorkflowTestSuite
	b := &book{t: t, env: suite.NewTestWorkflowEnvironment()}
	b.env.RegisterWorkflowWithOptions(change.Locks, workflow.RegisterOptions{Name: change.LocksName})
	b.env.SetTestTimeout(20 * time.Second)
	b.env.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, activities.SignalLock, mock.Anything).Return(
		func(_, owner, _, _ string, _ any) error {
			if slices.Contains(b.vanished, owner) {
				return errors.New("no such workflow")
			}
			b.told = append(b.told, owner)
			return nil
		})
	return b
}

func (b *book) at(after time.Duration, do func()) { b.env.RegisterDelayedCallback(do, after) }

// claim claims, and checks whether it is granted.
func (b *book) claim(owner string, granted bool, targets ...string) {
	b.t.Helper()
	c := change.LockClaim{Owner: owner, Reason: "why", Until: b.env.Now().Add(2 * time.Hour)}
	for _, s := range targets {
		t, err := ops.ParseTarget(s)
		if err != nil {
			b.t.Fatal(err)
		}
		c.Targets = append(c.Targets, t)
	}
	b.calls++
	b.env.UpdateWorkflow(change.UpdateLocks, fmt.Sprint("round ", b.calls), answered(func(v any, err error) {
		if a, ok := v.([]change.LockAnswer); err != nil || !ok || len(a) != 1 || a[0].Granted != granted {
			b.t.Errorf("%s: %+v, %v, want granted %v", owner, v, err, granted)
		}
	}), change.LockRound{Claims: []change.LockClaim{c}})
}

func (b *book) free(owner string) {
	b.t.Helper()
	b.calls++
	b.env.UpdateWorkflow(change.UpdateLocks, fmt.Sprint("round ", b.calls), answered(func(v any, err error) {
		if err != nil {
			b.t.Errorf("free %s: %v", owner, err)
		}
	}), change.LockRound{Over: []string{owner}})
}

// run runs the book until it ends, and says how.
func (b *book) run(claims ...change.LockClaim) error {
	b.t.Helper()
	b.env.ExecuteWorkflow(change.LocksName, claims)
	if !b.env.IsWorkflowCompleted() {
		b.t.Fatal("the book did not end")
	}
	return b.env.GetWorkflowError()
}

type answered func(v any, err error)

func (answered) Accept()                     {}
func (f answered) Reject(err error)          { f(nil, err) }
func (f answered) Complete(v any, err error) { f(v, err) }

func TestABookEndsWhenNobodyUsesIt(t *testing.T) {
	b := newBook(t)
	began := b.env.Now()
	b.at(time.Minute, func() { b.claim("one", true, cart) })
	b.at(time.Hour, func() { b.free("one") })
	if err := b.run(); err != nil {
		t.Fatal(err)
	}
	if age := b.env.Now().Sub(began); age < time.Hour {
		t.Errorf("it ended after %s, while it was used", age)
	}
}

func TestOtherTargetsAreANewClaim(t *testing.T) {
	b := newBook(t)
	b.at(0, func() { b.claim("one", true, cart) })
	b.at(1, func() { b.claim("two", true, pay) })
	b.at(2, func() { b.claim("three", false, cart) })
	b.at(3, func() { b.claim("one", false, pay) }) // gives cart back, and queues behind two
	b.at(4, func() { b.claim("three", true, cart) })
	b.at(5, func() { b.free("two") })
	b.at(6, func() { b.claim("one", true, pay) })
	b.at(7, func() { b.free("one"); b.free("three") })
	if err := b.run(); err != nil {
		t.Fatal(err)
	}
	for _, owner := range []string{"one", "three"} {
		if !slices.Contains(b.told, owner) {
			t.Errorf("%s was not told that it is granted: %v", owner, b.told)
		}
	}
}

func TestAnOwnerThatVanishesLaterIsNoticedByTheSweep(t *testing.T) {
	b := newBook(t)
	b.at(0, func() { b.claim("one", true, cart) })
	b.at(time.Minute, func() { b.claim("two", false, cart) }) // one still lives
	b.at(2*time.Minute, func() { b.vanished = append(b.vanished, "one") })
	b.at(11*time.Minute, func() { b.claim("two", true, cart) })
	b.at(12*time.Minute, func() { b.free("two") })
	if err := b.run(); err != nil {
		t.Fatal(err)
	}
}

func TestAClaimEndsWhenItsTimeIsUp(t *testing.T) {
	b := newBook(t)
	b.at(0, func() { b.claim("one", true, cart) })
	b.at(3*time.Hour, func() { b.claim("two", true, cart) }) // one's two hours are over
	b.at(4*time.Hour, func() { b.free("two") })
	if err := b.run(); err != nil {
		t.Fatal(err)
	}
}

func TestALongBookGoesOnInANewRun(t *testing.T) {
	b := newBook(t)
	b.at(time.Minute, func() { b.claim("one", true, cart) })
	b.at(2*time.Minute, func() { b.claim("two", false, cart) })
	b.at(3*time.Minute, func() { b.env.SetContinueAsNewSuggested(true); b.free("nobody") })
	var again *workflow.ContinueAsNewError
	if err := b.run(); !errors.As(err, &again) {
		t.Fatalf("it ended with %v", err)
	}
	var claims []change.LockClaim
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &claims); err != nil {
		t.Fatal(err)
	}
	next := newBook(t)
	next.at(0, func() { next.claim("two", false, cart) })
	next.at(1, func() { next.free("one") })
	next.at(2, func() { next.claim("two", true, cart); next.free("two") })
	if err := next.run(claims...); err != nil {
		t.Fatal(err)
	}
}
