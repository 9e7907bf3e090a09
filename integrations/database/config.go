package database

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"maps"
	"net"
	"os"
	"slices"
	"time"

	"orderly.example/ops"
)

const defaultTimeout = 10 * time.Second

// The kinds of servers.
const (
	Postgres = "postgres"
	MySQL    = "mysql" // MariaDB as well
)

// Config says which databases there are.
type Config struct {
	Databases map[string]Database
	Timeout   time.Duration // of one call; 0: 10 seconds
}

// Database is one database on a server, and what may be given there.
type Database struct {
	Kind     string              // postgres or mysql
	Address  string              // host:port of the server itself: locks are lost behind a pooler
	Name     string              // of the database on the server; on MySQL that of the schema
	User     string              // that may give the roles
	Password string              //
	Plain    bool                // without TLS
	CAFile   string              // who vouches for the server; empty: the authorities of this machine
	IDC      string              // where it is; empty: nowhere in particular
	Env      string              // what it serves; empty: no one environment
	Roles    map[string][]string // what a role gives: roles of the server on PostgreSQL, privileges on MySQL
}

// Client speaks to all databases of the configuration.
type Client struct {
	databases map[string]*database
	timeout   time.Duration
}

// database is one of them.
type database struct {
	name   string
	config Database
	roles  map[string][]string
	// open connects, and has the account for itself until the server is closed; an empty account is nobody's.
	open    func(ctx context.Context, account string) (server, error)
	explain func(err error) error // what an answer of the server means; nil: it is none
	close   func() error
}

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	out := &Client{databases: map[string]*database{}, timeout: cmp.Or(c.Timeout, defaultTimeout)}
	for name, one := range c.Databases {
		made, err := dial(name, one, out.timeout)
		if err != nil {
			out.Close()
			return nil, err
		}
		out.databases[name] = made
	}
	return out, nil
}

// Close ends all connections.
func (c *Client) Close() {
	for _, d := range c.databases {
		_ = d.close() // nothing is left open between calls
	}
}

// Names are the databases, sorted.
func (c *Client) Names() []string { return slices.Sorted(maps.Keys(c.databases)) }

func dial(name string, one Database, timeout time.Duration) (*database, error) {
	target := ops.Target{Service: "database." + name, IDC: one.IDC, Env: one.Env}
	_, _, noAddress := net.SplitHostPort(one.Address)
	if t, err := ops.ParseTarget(target.String()); err != nil || t.IsPattern() || noAddress != nil || one.Name == "" || one.User == "" || len(one.Roles) == 0 {
		return nil, ops.Errorf(ops.Invalid, "the database %q needs an address like db.example.com:5432, name, user and roles, and a name, and perhaps an idc and env, of a-z, 0-9, - and _", "数据库 %q 需要 address(形如 db.example.com:5432)、name、user、roles;名称、idc、env 只能含小写字母、数字、- 和 _", name)
	}
	for role, gives := range one.Roles {
		if len(gives) == 0 {
			return nil, ops.Errorf(ops.Invalid, "the role %q of the database %s gives nothing; say what: roles: {%[1]s: [...]}", "数据库 %[2]s 的角色 %[1]q 为空;请填写 roles: {%[1]s: [...]}", role, name)
		}
	}
	secure, err := trusting(one)
	if err != nil {
		return nil, err
	}
	d := &database{name: name, config: one, roles: one.Roles}
	switch one.Kind {
	case Postgres:
		return d, d.usePostgres(secure, timeout)
	case MySQL:
		return d, d.useMySQL(secure, timeout)
	}
	return nil, ops.Errorf(ops.Invalid, "the database %q is of the kind %q; known: postgres, mysql", "数据库 %q 的类型为 %q;可用:postgres、mysql", name, one.Kind)
}

// trusting is TLS that believes those who the file, or this machine, vouches for; nil: none.
func trusting(one Database) (*tls.Config, error) {
	if one.Plain {
		return nil, nil
	}
	host, _, _ := net.SplitHostPort(one.Address) // was looked at before
	out := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if one.CAFile == "" {
		return out, nil
	}
	pem, err := os.ReadFile(one.CAFile)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "cannot read the certificates %s", "无法读取证书文件 %s", one.CAFile).Because(err)
	}
	out.RootCAs = x509.NewCertPool()
	if !out.RootCAs.AppendCertsFromPEM(pem) {
		return nil, ops.Errorf(ops.Invalid, "%s holds no certificate in PEM form", "%s 中没有 PEM 证书", one.CAFile)
	}
	return out, nil
}

// find is a database of the configuration.
func (c *Client) find(name string) (*database, error) {
	if d, ok := c.databases[name]; ok {
		return d, nil
	}
	return nil, ops.Errorf(ops.NotFound, "there is no database %q%s; known: %v", "没有数据库 %q%s;已知:%v", name, ops.DidYouMean(name, c.Names()), c.Names()).At("database")
}

// powers are what a role gives.
func (d *database) powers(role string) ([]string, error) {
	if p, ok := d.roles[role]; ok {
		return p, nil
	}
	known := slices.Sorted(maps.Keys(d.roles))
	return nil, ops.Errorf(ops.NotFound, "in the database %s there is no role %q%s; known: %v", "数据库 %s 没有角色 %q%s;可用:%v", d.name, role, ops.DidYouMean(role, known), known).At("role")
}
