package database

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// memory is a server in memory. Every write may die before or after it is done.
type memory struct {
	people map[string][]string // by account: what it has
	table  []grant
	ledger []string
	die    func(write int, done bool) error
	writes int
	hosts  map[string][]string // by name: accounts that it may mean
}

var errDead = errors.New("the process died")

// client speaks to the memory.
func (m *memory) client() *Client {
	d := &database{
		name: "shop", config: Database{User: "orderly", Env: "prod", IDC: "idc1"}, roles: map[string][]string{"read": {"r"}, "write": {"r", "w"}, "admin": {"a"}},
		open: func(context.Context, string) (server, error) { return m, nil }, explain: func(error) error { return nil }, close: func() error { return nil },
	}
	return &Client{databases: map[string]*database{"shop": d}, timeout: time.Second}
}

func (m *memory) write(what string, do func()) error {
	m.writes++
	if m.die != nil {
		if err := m.die(m.writes, false); err != nil {
			return err
		}
	}
	do()
	m.ledger = append(m.ledger, what)
	if m.die != nil {
		return m.die(m.writes, true)
	}
	return nil
}

func (m *memory) close() {}
func (m *memory) accounts(_ context.Context, name string) ([]string, error) {
	if all, ok := m.hosts[name]; ok {
		return all, nil
	}
	if _, ok := m.people[name]; ok {
		return []string{name}, nil
	}
	return nil, nil
}

func (m *memory) held(_ context.Context, account string) ([]string, error) {
	return slices.Clone(m.people[account]), nil
}

func (m *memory) able(_ context.Context, _ string, powers []string) error {
	if slices.Contains(powers, "a") {
		return ops.Errorf(ops.Denied, "not a", "不可 a")
	}
	return nil
}

func (m *memory) give(_ context.Context, account string, powers []string) error {
	return m.write(fmt.Sprint("give ", account, powers), func() { m.people[account] = append(m.people[account], powers...) })
}

func (m *memory) take(_ context.Context, account string, powers []string) error {
	return m.write(fmt.Sprint("take ", account, powers), func() { m.people[account] = without(m.people[account], powers) })
}

func (m *memory) expel(_ context.Context, account string) error {
	return m.write("expel "+account, func() {})
}

func (m *memory) kept(context.Context) ([]grant, error) { return slices.Clone(m.table), nil }
func (m *memory) keep(_ context.Context, g grant) error {
	return m.write(fmt.Sprint("keep ", g.account, g.role, g.powers), func() { m.table = append(m.others(g), g) })
}

func (m *memory) forget(_ context.Context, g grant) error {
	return m.write(fmt.Sprint("forget ", g.account, g.role), func() { m.table = m.others(g) })
}

func (m *memory) others(g grant) []grant {
	return slices.DeleteFunc(slices.Clone(m.table), func(o grant) bool { return o.account == g.account && o.role == g.role })
}

func ask(role, change string) activities.DatabaseGrantIn {
	return activities.DatabaseGrantIn{Database: "shop", Account: "ann", Role: role, Change: change, Until: time.Unix(2_000_000_000, 0)}
}

func has(t *testing.T, m *memory, powers ...string) {
	t.Helper()
	if got := slices.Sorted(slices.Values(m.people["ann"])); !slices.Equal(got, powers) {
		t.Errorf("ann has %v, want %v; %q", got, powers, m.ledger)
	}
}

func must(t *testing.T, m *memory, in activities.DatabaseGrantIn, do func(*Client, context.Context, activities.DatabaseGrantIn) (activities.Done, error), changed bool) {
	t.Helper()
	if out, err := do(m.client(), t.Context(), in); err != nil || out.Changed != changed {
		t.Fatalf("%+v, %v", out, err)
	}
}

var (
	granting = (*Client).DatabaseGrant
	revoking = (*Client).DatabaseRevoke
)

func TestAGrantIsGivenOnceAndTakenBackOnce(t *testing.T) {
	m := &memory{people: map[string][]string{"ann": nil}}
	try := ask("read", "c1")
	try.DryRun = true
	must(t, m, try, granting, true)
	if len(m.ledger) != 0 {
		t.Fatalf("the check wrote %q", m.ledger)
	}
	must(t, m, ask("read", "c1"), granting, true)
	must(t, m, ask("read", "c1"), granting, false)
	has(t, m, "r")
	must(t, m, ask("read", "c2"), revoking, false)
	has(t, m, "r")
	must(t, m, ask("read", "c1"), revoking, true)
	must(t, m, ask("read", "c1"), revoking, false)
	has(t, m)
	if want := []string{"keep annread[r]", "give ann[r]", "take ann[r]", "expel ann", "forget annread"}; !slices.Equal(m.ledger, want) {
		t.Errorf("%q", m.ledger)
	}
}

func TestWhatAnotherHandHasGivenStays(t *testing.T) {
	m := &memory{people: map[string][]string{"ann": {"r"}}}
	_, err := m.client().DatabaseGrant(t.Context(), ask("read", "c1"))
	says(t, err, ops.Conflict, "by another hand")
	must(t, m, ask("write", "c1"), granting, true)
	has(t, m, "r", "w")
	look, err := m.client().DatabaseLook(t.Context(), activities.DatabaseLookIn{Database: "shop", Account: "ann", Role: "write"})
	if err != nil || !slices.Equal(look.Held, []string{"r"}) || !slices.Equal(look.Powers, []string{"r", "w"}) || look.Env != "prod" || len(look.Grants) != 1 || look.Grants[0].Change != "c1" {
		t.Errorf("%+v, %v", look, err)
	}
	must(t, m, ask("write", "c1"), revoking, true)
	has(t, m, "r")
}

// TestGrantsThatOverlap: what two grants need goes with the last, in whichever order they end.
func TestGrantsThatOverlap(t *testing.T) {
	for _, first := range []string{"read", "write"} {
		m := &memory{people: map[string][]string{"ann": nil}}
		must(t, m, ask("read", "read"), granting, true)
		must(t, m, ask("write", "write"), granting, true)
		has(t, m, "r", "w")
		must(t, m, ask(first, first), revoking, true)
		if first == "read" {
			has(t, m, "r", "w")
			must(t, m, ask("write", "write"), revoking, true)
		} else {
			has(t, m, "r")
			must(t, m, ask("read", "read"), revoking, true)
		}
		has(t, m)
	}
}

func TestALongerGrantTakesOverAShorterOne(t *testing.T) {
	m := &memory{people: map[string][]string{"ann": nil}}
	must(t, m, ask("read", "c1"), granting, true)
	_, err := m.client().DatabaseGrant(t.Context(), ask("read", "c2"))
	says(t, err, ops.Conflict, "until 2033-05-18T03:33:20Z by c1")
	longer := ask("read", "c2")
	longer.Over = "c1"
	longer.Until = longer.Until.Add(time.Hour)
	must(t, m, longer, granting, true)
	must(t, m, ask("read", "c1"), revoking, false)
	has(t, m, "r")
	must(t, m, longer, revoking, true)
	has(t, m)
}

// TestDeathAnywhere: wherever a process dies, before a write or after it, the next one ends where this one would have.
func TestDeathAnywhere(t *testing.T) {
	for name, do := range map[string]func(*Client, context.Context, activities.DatabaseGrantIn) (activities.Done, error){"grant": granting, "revoke": revoking} {
		for at := 1; at <= 3; at++ {
			for _, done := range []bool{false, true} {
				m := &memory{people: map[string][]string{"ann": {"other"}}}
				if name == "revoke" {
					must(t, m, ask("write", "c1"), granting, true)
					m.writes = 0
				}
				died := false
				m.die = func(write int, is bool) error {
					if write == at && is == done && !died {
						died = true
						return errDead
					}
					return nil
				}
				if _, err := do(m.client(), t.Context(), ask("write", "c1")); died != (ops.CodeOf(err) == ops.Unavailable) {
					t.Fatalf("%s %d: died %t, %v", name, at, died, err)
				}
				if !died && !(name == "grant" && at == 3) {
					t.Errorf("%s has no write %d", name, at)
				}
				m.die = nil
				if _, err := do(m.client(), t.Context(), ask("write", "c1")); err != nil {
					t.Fatalf("%s %d: again: %v", name, at, err)
				}
				if name == "grant" {
					has(t, m, "other", "r", "w")
					must(t, m, ask("write", "c1"), revoking, true)
				}
				if has(t, m, "other"); len(m.table) != 0 {
					t.Errorf("%s %d: left %+v", name, at, m.table)
				}
			}
		}
	}
}

func says(t *testing.T, err error, code ops.Code, words string) {
	t.Helper()
	if ops.CodeOf(err) != code || !strings.Contains(ops.TextOf(err).En, words) || ops.TextOf(err).Zh == "" || strings.Contains(err.Error(), "geheim") {
		t.Errorf("got %v, want %s %q", err, code, words)
	}
}

func TestRefusals(t *testing.T) {
	m := &memory{people: map[string][]string{"ann": nil, "orderly": nil}, hosts: map[string][]string{"bob": {"bob@%", "bob@10.%"}}}
	c := m.client()
	for words, in := range map[string]activities.DatabaseGrantIn{
		`no account "eve"`:            {Database: "shop", Account: "eve", Role: "read"},
		`"bob" may be [bob@% bob@10.`: {Database: "shop", Account: "bob", Role: "read"},
		"of Orderly itself":           {Database: "shop", Account: "orderly", Role: "read"},
		"did you mean write?":         {Database: "shop", Account: "ann", Role: "wirte"},
		"did you mean shop?":          {Database: "shpo", Account: "ann", Role: "read"},
		"not a":                       {Database: "shop", Account: "ann", Role: "admin", DryRun: true},
	} {
		_, err := c.DatabaseGrant(t.Context(), in)
		if ops.CodeOf(err) == ops.Unavailable || !strings.Contains(ops.TextOf(err).En, words) || ops.TextOf(err).Zh == "" {
			t.Errorf("%+v: %v, want %q", in, err, words)
		}
	}
	if len(m.ledger) != 0 {
		t.Errorf("written %q", m.ledger)
	}
	must(t, m, ask("read", "c1"), granting, true)
	says(t, c.Check(t.Context(), "shop"), ops.Denied, "not a")
	delete(c.databases["shop"].roles, "admin")
	if err := c.Check(t.Context(), "shop"); err != nil {
		t.Error(err)
	}
	m.table[0].until = time.Now().Add(-time.Hour)
	says(t, c.Check(t.Context(), "shop"), ops.Conflict, "ann still has read, which should have ended")
}

func TestConfigurationsThatCannotWork(t *testing.T) {
	fine := Database{Kind: Postgres, Address: "db:5432", Name: "shop", User: "orderly", Password: "geheim", Roles: map[string][]string{"read": {"app_read"}}}
	for words, change := range map[string]func(*Database){
		"needs an address":               func(d *Database) { d.Address = "db" },
		`"read" of the database shop gi`: func(d *Database) { d.Roles = map[string][]string{"read": nil} },
		"user and roles":                 func(d *Database) { d.Roles = nil },
		"known: postgres, mysql":         func(d *Database) { d.Kind = "oracle" },
		"of a-z, 0-9":                    func(d *Database) { d.Env = "Prod" },
		"cannot read":                    func(d *Database) { d.CAFile = "/no/such" },
		`is no port`:                     func(d *Database) { d.Address = "db:many" },
		`"ALL PRIVILEGES", which is not`: func(d *Database) { d.Kind, d.Roles = MySQL, map[string][]string{"all": {"all privileges"}} },
		`"SELECT ON *.* TO EVE; --", wh`: func(d *Database) { d.Kind, d.Roles = MySQL, map[string][]string{"all": {"select on *.* to eve; --"}} },
	} {
		one := fine
		change(&one)
		_, err := New(Config{Databases: map[string]Database{"shop": one}})
		says(t, err, ops.Invalid, words)
	}
	for _, kind := range []string{Postgres, MySQL} {
		one := fine
		if one.Kind = kind; kind == MySQL {
			one.Roles = map[string][]string{"read": {"select", "show  view"}}
		}
		one.Address = "127.0.0.1:1"
		c, err := New(Config{Databases: map[string]Database{"shop": one}, Timeout: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		says(t, c.Check(t.Context(), "shop"), ops.Unavailable, "cannot be reached")
		if kind == MySQL && !slices.Equal(c.databases["shop"].roles["read"], []string{"SELECT", "SHOW VIEW"}) {
			t.Errorf("%v", c.databases["shop"].roles)
		}
	}
}

// TestNamesAreNames: whatever a name holds, it stays one.
func TestNamesAreNames(t *testing.T) {
	if got := quoted(`a"; DROP ROLE b; --`, "c"); got != `"a""; DROP ROLE b; --", "c"` {
		t.Error(got)
	}
	m := &mysqlServer{name: "a_b%`c"}
	if got := m.on("TO", "x`@`%`; DROP@10.%", []string{"SELECT", "SHOW VIEW"}); got != " SELECT, SHOW VIEW ON `a\\_b\\%``c`.* TO `x``@``%``; DROP`@`10.%`" {
		t.Error(got)
	}
}
