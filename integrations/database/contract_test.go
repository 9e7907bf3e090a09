//go:build e2e

package database

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/deploy/parts/linetest"
	"orderly.example/integrations/database/databasetest"
	"orderly.example/ops"
)

// The contract: the same promises on every kind of server.

// odd is a name that is none, unless it is quoted.
const odd = "an\"n'`; drop"

// kind is what differs between the kinds of servers.
type kind struct {
	name     string
	variable string
	setUp    []string // of the server
	inside   []string // of the database shop_db
	read     []string // what the role read gives
	write    []string
	account  string   // of ann, in full
	byHand   []string // an administrator gives ann what read gives
	stays    string   // a statement by which a session keeps what it has
	mighty   []string
}

var kinds = []kind{
	{
		name: Postgres, variable: databasetest.Postgres, account: "ann", mighty: []string{"pg_write_server_files"},
		setUp: []string{
			"CREATE DATABASE shop_db", "CREATE ROLE app_read", "CREATE ROLE app_write", "CREATE ROLE app_other", "GRANT pg_signal_backend TO orderly", "GRANT app_read, app_write TO orderly WITH ADMIN OPTION",
		},
		inside: []string{
			"CREATE SCHEMA orderly AUTHORIZATION orderly", "CREATE TABLE public.orders (id int)", "CREATE SCHEMA orderly_secret",
			"GRANT SELECT ON public.orders TO app_read", "GRANT INSERT ON public.orders TO app_write",
		},
		read: []string{"app_read"}, write: []string{"app_read", "app_write"}, byHand: []string{"GRANT app_read TO ann"}, stays: "SET ROLE app_read",
	},
	{
		name: MySQL, variable: databasetest.MariaDB, account: "ann@%", mighty: nil,
		setUp: []string{
			"CREATE DATABASE shop_db", "CREATE DATABASE shopxdb", "CREATE TABLE shopxdb.orders (id int)", "CREATE DATABASE orderly",
			"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON orderly.* TO orderly", "GRANT SELECT (User, Host) ON mysql.user TO orderly", "GRANT SELECT ON mysql.db TO orderly",
			"GRANT PROCESS, CONNECTION ADMIN ON *.* TO orderly", "GRANT SELECT, INSERT ON `shop\\_db`.* TO orderly WITH GRANT OPTION", "SET GLOBAL sql_mode = ''",
		},
		inside: []string{"CREATE TABLE orders (id int)"},
		read:   []string{"SELECT"}, write: []string{"SELECT", "INSERT"}, byHand: []string{"GRANT SELECT ON `shop\\_db`.* TO ann"}, stays: "USE shop_db",
	},
}

// bench is a server with a database, people and a client.
type bench struct {
	kind
	*databasetest.Server
	t *testing.T
}

func TestContractReal(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			b := &bench{kind: k, Server: databasetest.Start(t, k.variable), t: t}
			b.Do("", b.person("orderly"))
			b.Do("", k.setUp...)
			b.Do("shop_db", k.inside...)
			for name, test := range map[string]func(*bench){
				"a grant ends": endsOfGrants, "what another hand has given stays": otherHands, "names": names, "faults": faults, "who is not let in": refusals, "at once": atOnce,
				"a longer one takes over": longerOnes, "a slow line": slowLine,
			} {
				t.Run(name, func(t *testing.T) { test(b.fresh(t)) })
			}
		})
	}
}

// person is the statement that makes an account.
func (b *bench) person(name string) string {
	if b.name == Postgres {
		return fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s'", quoted(name), databasetest.Password)
	}
	return fmt.Sprintf("CREATE USER %s@`%%` IDENTIFIED BY '%s'", backticked(name), databasetest.Password)
}

// fresh is the bench for one test, with a new ann.
func (b *bench) fresh(t *testing.T) *bench {
	t.Helper()
	out := *b
	out.t = t
	for _, name := range []string{"ann", odd} {
		if b.name == Postgres {
			out.Do("shop_db", "DROP ROLE IF EXISTS "+quoted(name), b.person(name))
		} else {
			out.Do("shop_db", "DROP USER IF EXISTS "+backticked(name)+"@`%`", b.person(name))
		}
	}
	t.Cleanup(func() {
		if look, err := out.client("").DatabaseLook(context.Background(), activities.DatabaseLookIn{Database: "shop"}); err != nil || len(look.Grants) > 0 {
			t.Errorf("left: %+v, %v", look.Grants, err)
		}
	})
	return &out
}

// client speaks to the server, over another address when one is named.
func (b *bench) client(address string, change ...func(*Database)) *Client {
	b.t.Helper()
	if address == "" {
		address = b.Address
	}
	one := Database{
		Kind: b.name, Address: address, Name: "shop_db", User: "orderly", Password: databasetest.Password, Plain: true, Env: "prod",
		Roles: map[string][]string{"read": b.read, "write": b.write},
	}
	for _, f := range change {
		f(&one)
	}
	c, err := New(Config{Timeout: 4 * time.Second, Databases: map[string]Database{"shop": one}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(c.Close)
	return c
}

func (b *bench) ask(role, change string) activities.DatabaseGrantIn {
	in := ask(role, change)
	in.Account = b.account
	return in
}

// may says whether an account may do a statement in the database.
func (b *bench) may(account, statement string) bool {
	b.t.Helper()
	db := b.Open(account, map[string]string{Postgres: "shop_db"}[b.name])
	defer func() { _ = db.Close() }()
	_, err := db.Exec(statement)
	return err == nil
}

const (
	reads  = "SELECT * FROM %s.orders"
	writes = "INSERT INTO %s.orders VALUES (1)"
)

func (b *bench) on(statement string) string {
	return fmt.Sprintf(statement, map[string]string{Postgres: "public", MySQL: "shop_db"}[b.name])
}

func (b *bench) expect(account string, read, write bool) {
	b.t.Helper()
	if got := b.may(account, b.on(reads)); got != read {
		b.t.Errorf("%s may read: %t", account, got)
	}
	if got := b.may(account, b.on(writes)); got != write {
		b.t.Errorf("%s may write: %t", account, got)
	}
}

func (b *bench) must(c *Client, in activities.DatabaseGrantIn, do func(*Client, context.Context, activities.DatabaseGrantIn) (activities.Done, error), changed bool) {
	b.t.Helper()
	if out, err := do(c, b.t.Context(), in); err != nil || out.Changed != changed {
		b.t.Fatalf("%+v: %+v, %v", in, out, err)
	}
}

func endsOfGrants(b *bench) {
	c := b.client("")
	b.expect("ann", false, false)
	look, err := c.DatabaseLook(b.t.Context(), activities.DatabaseLookIn{Database: "shop", Account: "ann", Role: "write"})
	if err != nil || look.Account != b.account || len(look.Powers) != 2 || len(look.Held) != 0 {
		b.t.Fatalf("%+v, %v", look, err)
	}
	try := b.ask("read", "c1")
	try.DryRun = true
	b.must(c, try, granting, true)
	b.expect("ann", false, false)
	b.must(c, b.ask("read", "c1"), granting, true)
	b.must(c, b.ask("read", "c1"), granting, false)
	b.expect("ann", true, false)
	b.must(c, b.ask("write", "c2"), granting, true)
	b.expect("ann", true, true)
	session := b.session(b)
	b.must(c, b.ask("read", "c1"), revoking, true)
	b.expect("ann", true, true) // the other needs it as well
	b.must(c, b.ask("write", "c2"), revoking, true)
	b.must(c, b.ask("write", "c2"), revoking, false)
	b.expect("ann", false, false)
	if _, err := session.ExecContext(b.t.Context(), b.on(reads)); err == nil {
		b.t.Error("who stayed connected may still read")
	}
}

// session is one that would keep what it has.
func (k kind) session(b *bench) *sql.Conn {
	b.t.Helper()
	db := b.Open("ann", map[string]string{Postgres: "shop_db"}[b.name])
	b.t.Cleanup(func() { _ = db.Close() })
	session, err := db.Conn(b.t.Context())
	if err == nil {
		_, err = session.ExecContext(b.t.Context(), k.stays)
	}
	if err == nil {
		_, err = session.ExecContext(b.t.Context(), b.on(reads))
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return session
}

func otherHands(b *bench) {
	c := b.client("")
	b.Do("shop_db", b.byHand...)
	_, err := c.DatabaseGrant(b.t.Context(), b.ask("read", "c1"))
	says(b.t, err, ops.Conflict, "by another hand")
	b.must(c, b.ask("write", "c1"), granting, true)
	b.expect("ann", true, true)
	b.must(c, b.ask("write", "c1"), revoking, true)
	b.expect("ann", true, false)
}

func names(b *bench) {
	c := b.client("")
	in := b.ask("write", "c1'; --")
	in.Account = strings.Replace(b.account, "ann", odd, 1)
	b.must(c, in, granting, true)
	db := b.Open("root", "shop_db")
	defer func() { _ = db.Close() }()
	look, err := c.DatabaseLook(b.t.Context(), activities.DatabaseLookIn{Database: "shop", Account: odd, Role: "read"})
	if err != nil || look.Account != in.Account || len(look.Grants) != 1 || look.Grants[0].Change != in.Change || !look.Grants[0].Until.Equal(in.Until) {
		b.t.Errorf("%+v, %v", look, err)
	}
	b.expect("ann", false, false)
	b.must(c, in, revoking, true)
	if b.name == MySQL { // _ stands for any letter, unless it is escaped
		b.must(c, b.ask("read", "c2"), granting, true)
		if b.may("ann", "SELECT * FROM shopxdb.orders") {
			b.t.Error("a grant on shop_db is one on shopxdb")
		}
		b.must(c, b.ask("read", "c2"), revoking, true)
	}
}

func longerOnes(b *bench) {
	c := b.client("")
	b.must(c, b.ask("read", "c1"), granting, true)
	_, err := c.DatabaseGrant(b.t.Context(), b.ask("read", "c2"))
	says(b.t, err, ops.Conflict, "by c1")
	longer := b.ask("read", "c2")
	longer.Over = "c1"
	b.must(c, longer, granting, true)
	b.must(c, b.ask("read", "c1"), revoking, false)
	b.expect("ann", true, false)
	b.must(c, longer, revoking, true)
	b.expect("ann", false, false)
}

// faults: a statement that does not arrive, or whose answer does not come back, is repeated, and ends as it should.
func faults(b *bench) {
	line := databasetest.NewLine(b.t, b.Address)
	c := b.client(line.Address)
	for _, step := range []struct {
		word string
		do   func(*Client, context.Context, activities.DatabaseGrantIn) (activities.Done, error)
		read bool
	}{{"GRANT", granting, true}, {"orderly.", granting, true}, {"REVOKE", revoking, false}, {"DELETE", revoking, false}} {
		for _, at := range []databasetest.Cut{databasetest.Before, databasetest.After} {
			if step.read {
				b.must(b.client(""), b.ask("read", "c1"), revoking, b.has("c1"))
			} else if !b.has("c1") {
				b.must(b.client(""), b.ask("read", "c1"), granting, true)
			}
			line.CutOnce(at, step.word)
			tries := 0
			for ; ; tries++ {
				_, err := step.do(c, b.t.Context(), b.ask("read", "c1"))
				if err == nil {
					break
				}
				if ops.CodeOf(err) != ops.Unavailable || tries > 5 {
					b.t.Fatalf("%s, cut %d: %v", step.word, at, err)
				}
			}
			if line.Cuts() != 1 || tries == 0 {
				b.t.Errorf("%s, cut %d: %d cuts, %d tries", step.word, at, line.Cuts(), tries)
			}
			b.expect("ann", step.read, false)
		}
	}
}

// has says whether a change has given something.
func (b *bench) has(change string) bool {
	b.t.Helper()
	look, err := b.client("").DatabaseLook(b.t.Context(), activities.DatabaseLookIn{Database: "shop"})
	if err != nil {
		b.t.Fatal(err)
	}
	return len(look.Grants) > 0 && look.Grants[0].Change == change
}

// atOnce: grants about one account that come at the same moment come one after the other.
func atOnce(b *bench) {
	c := b.client("")
	for _, do := range []func(*Client, context.Context, activities.DatabaseGrantIn) (activities.Done, error){granting, revoking} {
		var all sync.WaitGroup
		for _, role := range []string{"read", "write", "read", "write"} {
			all.Go(func() {
				if _, err := do(c, b.t.Context(), b.ask(role, role)); err != nil {
					b.t.Errorf("%s: %v", role, err)
				}
			})
		}
		all.Wait()
	}
	b.expect("ann", false, false)
	// Another is at work on the account, for longer than we wait.
	s, err := c.databases["shop"].open(b.t.Context(), b.account)
	if err != nil {
		b.t.Fatal(err)
	}
	_, err = c.DatabaseGrant(b.t.Context(), b.ask("read", "c1"))
	says(b.t, err, ops.Unavailable, "another is at work on the account")
	s.close()
	b.must(c, b.ask("read", "c1"), granting, true)
	b.must(c, b.ask("read", "c1"), revoking, true)
}

func refusals(b *bench) {
	ctx := b.t.Context()
	says(b.t, b.client("", func(d *Database) { d.Password = "falsch" }).Check(ctx, "shop"), ops.Denied, "does not let Orderly in")
	if b.name == Postgres {
		says(b.t, b.client("", func(d *Database) { d.Name = "none" }).Check(ctx, "shop"), ops.NotFound, `no database "none"`)
	}
	if err := b.client("").Check(ctx, "shop"); err != nil {
		b.t.Error(err)
	}
	says(b.t, b.client("127.0.0.1:1").Check(ctx, "shop"), ops.Unavailable, "cannot be reached")
	try := b.ask("read", "c1")
	try.DryRun, try.Account = true, "eve"
	_, err := b.client("").DatabaseGrant(ctx, try)
	says(b.t, err, ops.NotFound, `no account "eve"`)
	try.Account = "orderly"
	_, err = b.client("").DatabaseGrant(ctx, try)
	says(b.t, err, ops.Invalid, "of Orderly itself")
	try.Account = b.account
	says(b.t, b.client("", func(d *Database) { d.Plain = false }).Check(ctx, "shop"), ops.Denied, "nobody vouches for")
	if err := b.client("", func(d *Database) { d.Plain, d.CAFile = false, b.CAFile }).Check(ctx, "shop"); err != nil {
		b.t.Errorf("over TLS: %v", err)
	}
	// An account of ours that may not do what it has to.
	less := b.client("", func(d *Database) { d.User, d.Roles = "ann", map[string][]string{"read": b.read} })
	try.Account = strings.Replace(b.account, "ann", odd, 1)
	_, err = less.DatabaseGrant(ctx, try)
	says(b.t, err, ops.Denied, "does not let Orderly do this")
	if b.name == Postgres {
		_, err = b.client("", func(d *Database) { d.Roles = map[string][]string{"read": {"app_other"}} }).DatabaseGrant(ctx, try)
		says(b.t, err, ops.Denied, "GRANT \"app_other\" TO orderly WITH ADMIN OPTION")
		_, err = b.client("", func(d *Database) { d.Roles = map[string][]string{"read": b.mighty} }).DatabaseGrant(ctx, try)
		says(b.t, err, ops.Denied, "may do more on the server")
		_, err = b.client("", func(d *Database) { d.Roles = map[string][]string{"read": {"nobodys"}} }).DatabaseGrant(ctx, try)
		says(b.t, err, ops.NotFound, `no role "nobodys"`)
		super := try
		super.Account = "root"
		_, err = b.client("").DatabaseGrant(ctx, super)
		says(b.t, err, ops.Conflict, "is a superuser")
		return
	}
	_, err = b.client("", func(d *Database) { d.Roles = map[string][]string{"read": {"DELETE"}} }).DatabaseGrant(ctx, try)
	says(b.t, err, ops.Denied, "GRANT DELETE ON `shop\\_db`.* TO orderly WITH GRANT OPTION")
}

// slowLine: over a line that takes its time everything works, and over one that takes too long, or is cut, we say so.
func slowLine(b *bench) {
	line := linetest.New(b.t, b.Address)
	c := b.client(line.Address)
	line.Slow(50 * time.Millisecond)
	b.must(c, b.ask("read", "c1"), granting, true)
	line.Slow(6 * time.Second)
	_, err := c.DatabaseRevoke(b.t.Context(), b.ask("read", "c1"))
	says(b.t, err, ops.Unavailable, "it is tried again")
	line.Cut()
	_, err = c.DatabaseRevoke(b.t.Context(), b.ask("read", "c1"))
	says(b.t, err, ops.Unavailable, "cannot be reached")
	b.must(b.client(""), b.ask("read", "c1"), revoking, true)
	b.expect("ann", false, false)
}
