package database

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"orderly.example/ops"
)

// usePostgres has the database speak to PostgreSQL.
func (d *database) usePostgres(secure *tls.Config, timeout time.Duration) error {
	c, err := pgx.ParseConfig("sslmode=disable")
	if err != nil {
		return ops.Errorf(ops.Invalid, "the environment of this process (PG...) does not fit: take those variables out", "进程环境变量(PG…)不合适,请移除").Because(err)
	}
	host, port, _ := net.SplitHostPort(d.config.Address) // was looked at before
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return ops.Errorf(ops.Invalid, "the database %s: %q is no port", "数据库 %s:%q 不是端口", d.name, port)
	}
	c.Host, c.Port, c.Database, c.User, c.Password = host, uint16(number), d.config.Name, d.config.User, d.config.Password
	c.TLSConfig, c.Fallbacks, c.ConnectTimeout = secure, nil, timeout/2
	c.DefaultQueryExecMode = pgx.QueryExecModeExec
	milli := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	c.RuntimeParams = map[string]string{
		"application_name": "orderly", "search_path": "pg_catalog", "lock_timeout": milli(timeout / 2), "statement_timeout": milli(timeout),
		"tcp_keepalives_idle": "20", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3", // a lock goes with a connection that is dead
	}
	db := stdlib.OpenDB(*c)
	db.SetMaxIdleConns(0)
	d.close, d.explain = db.Close, d.explainPostgres
	d.open = func(ctx context.Context, account string) (server, error) {
		conn, err := db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		s := &postgres{conn: conn, name: d.config.Name}
		if account != "" {
			if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtextextended('orderly/' || $1, 0))", account); err != nil {
				s.close()
				return nil, err
			}
		}
		return s, nil
	}
	return nil
}

// postgres is a connection to PostgreSQL.
type postgres struct {
	conn *sql.Conn
	name string
}

func (p *postgres) close() { _ = p.conn.Close() } // the lock goes with it

// strings asks for one column.
func column(ctx context.Context, c *sql.Conn, query string, args ...any) ([]string, error) {
	rows, err := c.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

func (p *postgres) accounts(ctx context.Context, name string) ([]string, error) {
	return column(ctx, p.conn, "SELECT rolname::text FROM pg_roles WHERE rolcanlogin AND rolname = $1", name)
}

func (p *postgres) held(ctx context.Context, account string) ([]string, error) {
	return column(ctx, p.conn, `SELECT DISTINCT r.rolname::text FROM pg_auth_members m
		JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles a ON a.oid = m.member WHERE a.rolname = $1`, account)
}

// mightiest are who may do more on a server than work in a database.
const mightiest = `(s.rolsuper OR s.rolcreaterole OR s.rolreplication OR s.rolbypassrls OR s.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))`

func (p *postgres) able(ctx context.Context, account string, powers []string) error {
	for _, power := range powers {
		var mighty, may bool
		err := p.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_roles s WHERE `+mightiest+` AND pg_has_role(r.oid, s.oid, 'MEMBER')),
			me.rolsuper OR pg_has_role(me.oid, r.oid, 'MEMBER WITH ADMIN OPTION') OR me.rolcreaterole AND current_setting('server_version_num')::int < 160000
			FROM pg_roles r, pg_roles me WHERE r.rolname = $1 AND me.rolname = current_user`, power).Scan(&mighty, &may)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return ops.Errorf(ops.NotFound, "the server has no role %q, which the configuration names; have it made: CREATE ROLE", "服务器没有配置中的角色 %q;请先创建:CREATE ROLE", power).At("role")
		case err != nil:
			return err
		case mighty:
			return ops.Errorf(ops.Denied, "the role %q may do more on the server than work in a database, and is not given; name another in the configuration", "角色 %q 拥有服务器级权限,不予授权;请在配置中改用其他角色", power).At("role")
		case !may:
			return ops.Errorf(ops.Denied, "the account of Orderly may not give the role %q; have it allowed: GRANT %[2]s TO orderly WITH ADMIN OPTION", "Orderly 的账号无权授予角色 %q;请执行:GRANT %[2]s TO orderly WITH ADMIN OPTION", power, quoted(power))
		}
	}
	var super, signals, notes bool
	err := p.conn.QueryRowContext(ctx, `SELECT coalesce(a.rolsuper, false), me.rolsuper OR pg_has_role(me.oid, 'pg_signal_backend', 'MEMBER'),
		coalesce(has_schema_privilege(me.oid, to_regnamespace('orderly')::oid, 'CREATE'), false) FROM pg_roles me LEFT JOIN pg_roles a ON a.rolname = $1 WHERE me.rolname = current_user`, account).Scan(&super, &signals, &notes)
	switch {
	case err != nil:
		return err
	case super:
		return ops.Errorf(ops.Conflict, "%s is a superuser and may do everything already", "%s 是超级用户,已拥有全部权限", account).At("account")
	case !signals:
		return ops.Errorf(ops.Denied, "the account of Orderly may not end sessions, so that no grant would end; have it allowed: GRANT pg_signal_backend TO orderly", "Orderly 的账号无权终止会话,授权将无法真正收回;请执行:GRANT pg_signal_backend TO orderly")
	case !notes:
		return ops.Errorf(ops.Denied, "there is no schema orderly in which to note what is given; have it made: CREATE SCHEMA orderly AUTHORIZATION orderly", "没有用于登记授权的 orderly 模式;请执行:CREATE SCHEMA orderly AUTHORIZATION orderly")
	}
	return nil
}

// quoted is a name as PostgreSQL reads it, whatever it holds.
func quoted(names ...string) string {
	var out []string
	for _, n := range names {
		out = append(out, pgx.Identifier{n}.Sanitize())
	}
	return strings.Join(out, ", ")
}

func (p *postgres) give(ctx context.Context, account string, powers []string) error {
	_, err := p.conn.ExecContext(ctx, "GRANT "+quoted(powers...)+" TO "+quoted(account))
	return err
}

func (p *postgres) take(ctx context.Context, account string, powers []string) error {
	_, err := p.conn.ExecContext(ctx, "REVOKE "+quoted(powers...)+" FROM "+quoted(account))
	return err
}

func (p *postgres) expel(ctx context.Context, account string) error {
	_, err := column(ctx, p.conn, "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE usename = $1 AND pid <> pg_backend_pid()", account)
	return err
}

func (p *postgres) kept(ctx context.Context) ([]grant, error) {
	all, err := lines(ctx, p.conn, "SELECT account, role_name, change_id, ends_at, powers FROM orderly.grants WHERE database_name = $1 ORDER BY account, role_name", p.name)
	var said *pgconn.PgError
	if errors.As(err, &said) && (said.Code == "42P01" || said.Code == "3F000") { // no such table: nothing was ever given
		return nil, nil
	}
	return all, err
}

func (p *postgres) keep(ctx context.Context, g grant) error {
	if _, err := p.conn.ExecContext(ctx, table("text", "text")); err != nil {
		return err
	}
	_, err := p.conn.ExecContext(ctx, `INSERT INTO orderly.grants (database_name, account, role_name, change_id, ends_at, powers) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (database_name, account, role_name) DO UPDATE SET change_id = excluded.change_id, ends_at = excluded.ends_at, powers = excluded.powers`, g.values(p.name)...)
	return err
}

func (p *postgres) forget(ctx context.Context, g grant) error {
	_, err := p.conn.ExecContext(ctx, "DELETE FROM orderly.grants WHERE database_name = $1 AND account = $2 AND role_name = $3 AND change_id = $4", p.name, g.account, g.role, g.change)
	return err
}

// explainPostgres says what an answer of PostgreSQL means.
func (d *database) explainPostgres(err error) error {
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		return nil
	}
	switch class := said.Code[:min(2, len(said.Code))]; {
	case class == "28":
		return d.unknownToServer(err)
	case said.Code == "3D000":
		return d.noSuchDatabase(err)
	case said.Code == "42501":
		return d.notAllowed(err)
	case said.Code == "42704":
		return d.vanished(err)
	case said.Code == "25006":
		return d.readOnly(err)
	case said.Code == "55P03", said.Code == "57014":
		return d.locked(err)
	case class == "08", class == "40", class == "53", class == "57", said.Code == "23505", said.Code == "XX000": // the last two: another was faster
		return d.busy(err)
	}
	return d.unexpected(said.Code, err)
}
