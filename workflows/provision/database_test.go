package provision_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

func books() *changetest.World {
	w := changetest.NewWorld(1, cart)
	w.Data.Databases = map[string]map[string][]string{"shop": {"read": {"SELECT"}, "write": {"SELECT", "INSERT"}}}
	w.Data.Accounts = map[string][]string{"ann": nil, "bob": {"SELECT"}}
	return w
}

func askDatabase(extra ...string) ops.Request {
	return changetest.Ask("database.grant", append([]string{"database", "shop", "account", "ann", "role", "read", "for", "2h"}, extra...)...)
}

const (
	roleGiven = "database.grant shop ann read"
	roleTaken = "database.revoke shop ann read"
)

func TestARoleInADatabaseEndsByItself(t *testing.T) {
	for _, lost := range []string{"", "database.grant", "database.revoke"} {
		w := books()
		losing(w, lost)
		l := changetest.New(t, w)
		l.At(time.Hour, func() {
			g := w.Data.Grants["shop"]
			if len(g) != 1 || g[0].Change != l.Now().ID || !strings.Contains(l.Now().Waiting.En, "ann has read in shop until 20") {
				t.Errorf("after an hour: %+v, %+v", g, l.Now().Waiting)
			}
		})
		s := l.Run(askDatabase())
		expect(t, w, s, ops.Succeeded, roleGiven, roleTaken)
		if took := s.ClosedAt.Sub(s.CreatedAt); took < 2*time.Hour-time.Second || took > 2*time.Hour+time.Minute {
			t.Errorf("it took %s", took)
		}
		if s.Plan.Targets[0].String() != "database.shop@idc1:prod" || s.Plan.Diffs[0].To != "read (SELECT) for 2h0m0s" || !slices.Equal(s.Plan.Blast.Envs, []string{"prod"}) {
			t.Errorf("plan %+v", s.Plan)
		}
	}
}

// TestARoleInADatabaseEndsWhateverHappens: on a cancel, on a step that fails, and when the policy lets a run take less time.
func TestARoleInADatabaseEndsWhateverHappens(t *testing.T) {
	w := books()
	l := changetest.New(t, w)
	l.At(time.Hour, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
	s := l.Run(askDatabase())
	expect(t, w, s, ops.Cancelled, roleGiven, roleTaken)
	if took := s.ClosedAt.Sub(s.CreatedAt); took > time.Hour+time.Minute {
		t.Errorf("it took %s", took)
	}

	w = books()
	w.After = func(verb string, _ ops.Target) error {
		if verb == "database.grant" {
			return ops.Errorf(ops.Denied, "who knows", "未知")
		}
		return nil
	}
	expect(t, w, changetest.New(t, w).Run(askDatabase()), ops.RolledBack, roleGiven, roleTaken)

	w = books()
	l = changetest.New(t, w)
	l.Decide = func(ops.Facts) (ops.Decision, error) {
		return ops.Decision{Allow: true, Sure: true, RunExpiry: 30 * time.Minute}, nil
	}
	expect(t, w, l.Run(askDatabase()), ops.Expired, roleGiven, roleTaken)
}

// TestSessionsThatCannotBeEndedAreSaid: the end of a grant that did not work is a failure that names what is left.
func TestSessionsThatCannotBeEndedAreSaid(t *testing.T) {
	w := books()
	w.Fail = func(verb string, _ ops.Target) error {
		if verb == "database.revoke" {
			return ops.Errorf(ops.Denied, "sessions stay", "会话仍在")
		}
		return nil
	}
	s := changetest.New(t, w).Run(askDatabase())
	expect(t, w, s, ops.Failed, roleGiven)
	if !strings.Contains(s.Error.Text.En, "sessions stay") {
		t.Errorf("%v", s.Error)
	}
}

func TestARoleThatIsThereAlready(t *testing.T) {
	other := activities.DatabaseGranted{Account: "ann", Role: "read", Until: changetest.Start.Add(3 * time.Hour), Change: "database-grant-old"}
	world := func() *changetest.World {
		w := books()
		w.Data.Grants = map[string][]activities.DatabaseGranted{"shop": {other}}
		return w
	}
	w := world()
	refused(t, w, changetest.New(t, w).Run(askDatabase()), ops.Conflict, "ann", "database-grant-old")
	w = world()
	s := changetest.New(t, w).Run(askDatabase("for", "5h"))
	expect(t, w, s, ops.Succeeded, roleGiven, roleTaken)
	if !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return strings.Contains(n.En, "database-grant-old") }) {
		t.Errorf("plan %+v", s.Plan)
	}
	// The one that was taken over ends without taking anything from the other.
	w = books()
	l := changetest.New(t, w)
	l.At(time.Hour, func() { w.Data.Grants["shop"][0].Change = "database-grant-new" })
	s = l.Run(askDatabase())
	expect(t, w, s, ops.Succeeded, roleGiven)
	if !slices.ContainsFunc(s.Events, func(e ops.Event) bool { return strings.Contains(e.Text.En, "not of this change any more") }) {
		t.Errorf("events %+v", s.Events)
	}
}

func TestWhatCannotBeGranted(t *testing.T) {
	w := books()
	refused(t, w, changetest.New(t, w).Run(askDatabase("database", "shpo")), ops.NotFound, "shpo")
	refused(t, w, changetest.New(t, w).Run(askDatabase("account", "eve")), ops.NotFound, "eve")
	refused(t, w, changetest.New(t, w).Run(askDatabase("role", "admin")), ops.NotFound, "admin")
	for _, bad := range []string{"ann; DROP", "a'b", "a\"b", "a`b", "a b", strings.Repeat("a", 101)} {
		refused(t, w, changetest.New(t, w).Run(askDatabase("account", bad)), ops.Invalid)
	}
	refused(t, w, changetest.New(t, w).Run(askDatabase("account", "")), ops.NotFound)
	w.Fail = func(verb string, _ ops.Target) error {
		if verb == "database.grant.try" {
			return ops.Errorf(ops.Denied, "may not give it", "may not give it")
		}
		return nil
	}
	if s := changetest.New(t, w).Run(askDatabase()); s.State != ops.Refused || !strings.Contains(s.Error.Text.En, "may not give it") || len(w.Written()) > 0 {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

func TestWhatAnAccountKeepsIsInThePlan(t *testing.T) {
	w := books()
	r := askDatabase("account", "bob", "role", "write")
	r.DryRun = true
	s := changetest.New(t, w).Run(r)
	expect(t, w, s, ops.Planned)
	if len(s.Plan.Notes) != 2 || !strings.Contains(s.Plan.Notes[1].En, "bob has SELECT already") {
		t.Errorf("plan %+v", s.Plan)
	}
}

func TestGrantsInADatabaseAreListed(t *testing.T) {
	w := books()
	w.Data.Grants = map[string][]activities.DatabaseGranted{"shop": {
		{Account: "ann", Role: "read", Until: changetest.Start.Add(time.Hour), Change: "c1"}, {Account: "bob", Role: "write", Until: changetest.Start.Add(-time.Hour), Change: "c2"},
	}}
	s := run(t, w, "database.grants", "database", "shop")
	if s.State != ops.Succeeded || len(s.Answer.Rows) != 2 || s.Answer.Rows[1][3] != "c2" || !strings.Contains(s.Answer.Text.En, "2 grants in shop, 1 of them overdue") {
		t.Errorf("%s (%v): %+v", s.State, s.Error, s.Answer)
	}
}
