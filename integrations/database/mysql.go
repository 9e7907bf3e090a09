package database

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"orderly.example/ops"
)

// privileges are those that may be given, and their columns in mysql.db. Those are missing by which something could be left
// behind that goes on after the end, such as routines, events, triggers and views.
var privileges = map[string]string{
	"SELECT": "Select_priv", "INSERT": "Insert_priv", "UPDATE": "Update_priv", "DELETE": "Delete_priv", "CREATE": "Create_priv", "DROP": "Drop_priv",
	"REFERENCES": "References_priv", "INDEX": "Index_priv", "ALTER": "Alter_priv", "CREATE TEMPORARY TABLES": "Create_tmp_table_priv",
	"LOCK TABLES": "Lock_tables_priv", "EXECUTE": "Execute_priv", "SHOW VIEW": "Show_view_priv",
}

// prepared is the first statement of a connection. What stands in the comment is for MariaDB alone: there a GRANT to an
// account that has just been dropped would make one without a password.
const prepared = "SET SESSION autocommit = 1 /*M!100100 , SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_CREATE_USER') */"

// useMySQL has the database speak to MySQL or MariaDB.
func (d *database) useMySQL(secure *tls.Config, timeout time.Duration) error {
	d.roles = map[string][]string{}
	for role, all := range d.config.Roles {
		for _, p := range all {
			p = strings.ToUpper(strings.Join(strings.Fields(p), " "))
			if privileges[p] == "" {
				return ops.Errorf(ops.Invalid, "the role %q of the database %s names the privilege %q, which is not given: what is made with it would outlast the grant", "数据库 %[2]s 的角色 %[1]q 含有不可授予的权限 %[3]q:其产物会在授权到期后继续生效", role, d.name, p)
			}
			d.roles[role] = append(d.roles[role], p)
		}
	}
	c := mysql.NewConfig()
	c.User, c.Passwd, c.Net, c.Addr, c.TLS = d.config.User, d.config.Password, "tcp", d.config.Address, secure
	c.Timeout, c.ReadTimeout, c.WriteTimeout, c.Logger = timeout/2, timeout, timeout, &mysql.NopLogger{}
	seconds := strconv.Itoa(max(1, int(timeout.Seconds()/2)))
	c.Params = map[string]string{"lock_wait_timeout": seconds, "innodb_lock_wait_timeout": seconds, "wait_timeout": "60"}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return ops.Errorf(ops.Invalid, "the client of the database %s cannot be made; check its configuration", "无法创建数据库 %s 的客户端;请检查配置", d.name).Because(err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxIdleConns(0)
	d.close, d.explain = db.Close, d.explainMySQL
	d.open = func(ctx context.Context, account string) (server, error) {
		conn, err := db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		s := &mysqlServer{conn: conn, name: d.config.Name}
		if err := s.begin(ctx, d, account, seconds); err != nil {
			s.close()
			return nil, err
		}
		return s, nil
	}
	return nil
}

// mysqlServer is a connection to MySQL or MariaDB.
type mysqlServer struct {
	conn *sql.Conn
	name string
}

func (m *mysqlServer) close() { _ = m.conn.Close() } // the lock goes with it

// begin prepares the connection and takes the lock of the account.
func (m *mysqlServer) begin(ctx context.Context, d *database, account, seconds string) error {
	if _, err := m.conn.ExecContext(ctx, prepared); err != nil || account == "" {
		return err
	}
	sum := sha256.Sum256([]byte(account))
	var got sql.NullInt64
	err := m.conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, "+seconds+")", "orderly/"+hex.EncodeToString(sum[:16])).Scan(&got)
	if err == nil && got.Int64 != 1 {
		return d.locked(errors.New("the lock is another's"))
	}
	return err
}

// split is an account as user and host.
func split(account string) (user, host string) {
	if i := strings.LastIndexByte(account, '@'); i >= 0 {
		return account[:i], account[i+1:]
	}
	return account, ""
}

func (m *mysqlServer) accounts(ctx context.Context, name string) ([]string, error) {
	const all = "SELECT CONCAT(User, '@', Host) FROM mysql.user WHERE Host <> '' AND User <> '' AND " // neither roles nor anonymous accounts
	if user, host := split(name); host != "" {
		if one, err := column(ctx, m.conn, all+"User = ? AND Host = ?", user, host); err != nil || len(one) > 0 {
			return one, err
		}
	}
	return column(ctx, m.conn, all+"User = ? ORDER BY Host", name)
}

// pattern is the name of a schema where GRANT reads it: there _ and % stand for others.
func pattern(name string) string { return strings.NewReplacer(`_`, `\_`, `%`, `\%`).Replace(name) }

func (m *mysqlServer) held(ctx context.Context, account string) ([]string, error) {
	user, host := split(account)
	names := make([]string, 0, len(privileges))
	for p := range privileges {
		names = append(names, p)
	}
	slices.Sort(names)
	columns, into := make([]string, len(names)), make([]any, len(names))
	has := make([]string, len(names))
	for i, p := range names {
		columns[i], into[i] = privileges[p], &has[i]
	}
	err := m.conn.QueryRowContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM mysql.db WHERE User = ? AND Host = ? AND Db = ?", user, host, pattern(m.name)).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return slices.DeleteFunc(names, func(p string) bool { return has[slices.Index(names, p)] != "Y" }), err
}

// backticked is a name as MySQL reads it, whatever it holds.
func backticked(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func (m *mysqlServer) on(word, account string, powers []string) string {
	user, host := split(account)
	return fmt.Sprintf(" %s ON %s.* %s %s@%s", strings.Join(powers, ", "), backticked(pattern(m.name)), word, backticked(user), backticked(host))
}

func (m *mysqlServer) give(ctx context.Context, account string, powers []string) error {
	_, err := m.conn.ExecContext(ctx, "GRANT"+m.on("TO", account, powers))
	return err
}

func (m *mysqlServer) take(ctx context.Context, account string, powers []string) error {
	_, err := m.conn.ExecContext(ctx, "REVOKE"+m.on("FROM", account, powers))
	if is(err, 1141) { // nothing was given
		return nil
	}
	return err
}

func (m *mysqlServer) expel(ctx context.Context, account string) error {
	user, _ := split(account)
	open, err := column(ctx, m.conn, "SELECT id FROM information_schema.processlist WHERE user = ? AND id <> CONNECTION_ID()", user)
	for _, id := range open {
		if _, err := m.conn.ExecContext(ctx, "KILL "+id); err != nil && !is(err, 1094) { // 1094: it has ended
			return err
		}
	}
	return err
}

func (m *mysqlServer) able(ctx context.Context, _ string, powers []string) error {
	var me string
	if err := m.conn.QueryRowContext(ctx, "SELECT CURRENT_USER()").Scan(&me); err != nil {
		return err
	}
	user, host := split(me)
	grantee := "'" + user + "'@'" + host + "'"
	everywhere, err := column(ctx, m.conn, "SELECT CONCAT(privilege_type, ' ', is_grantable) FROM information_schema.user_privileges WHERE grantee = ?", grantee)
	if err != nil {
		return err
	}
	here, err := column(ctx, m.conn, "SELECT CONCAT(privilege_type, ' ', is_grantable) FROM information_schema.schema_privileges WHERE grantee = ? AND table_schema IN (?, ?)", grantee, m.name, pattern(m.name))
	if err != nil {
		return err
	}
	for _, p := range powers {
		if !slices.Contains(append(here, everywhere...), p+" YES") {
			return ops.Errorf(ops.Denied, "the account of Orderly may not give %[1]s; have it allowed: GRANT %[1]s ON %[2]s.* TO orderly WITH GRANT OPTION", "Orderly 的账号无权授予 %[1]s;请执行:GRANT %[1]s ON %[2]s.* TO orderly WITH GRANT OPTION", p, backticked(pattern(m.name)))
		}
	}
	may := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool {
			return slices.Contains(everywhere, n+" YES") || slices.Contains(everywhere, n+" NO")
		})
	}
	if !may("PROCESS") || !may("SUPER", "CONNECTION ADMIN", "CONNECTION_ADMIN") {
		return ops.Errorf(ops.Denied, "the account of Orderly may not end sessions, so that no grant would end; have it allowed: GRANT PROCESS, CONNECTION_ADMIN (on MariaDB CONNECTION ADMIN) ON *.* TO orderly", "Orderly 的账号无权终止会话,授权将无法真正收回;请执行:GRANT PROCESS, CONNECTION_ADMIN(MariaDB 写作 CONNECTION ADMIN) ON *.* TO orderly")
	}
	schemas, err := column(ctx, m.conn, "SELECT schema_name FROM information_schema.schemata WHERE schema_name IN (?, 'orderly')", m.name)
	switch {
	case err != nil:
		return err
	case !slices.Contains(schemas, "orderly"):
		return ops.Errorf(ops.Denied, "there is no schema orderly in which to note what is given; have it made: CREATE DATABASE orderly, and GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON orderly.* TO orderly", "没有用于登记授权的 orderly 库;请执行:CREATE DATABASE orderly,并 GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON orderly.* TO orderly")
	case !slices.Contains(schemas, m.name):
		return ops.Errorf(ops.NotFound, "the server has no schema %q, which the configuration names", "服务器没有配置中的库 %q", m.name)
	}
	return nil
}

func (m *mysqlServer) kept(ctx context.Context) ([]grant, error) {
	all, err := lines(ctx, m.conn, "SELECT account, role_name, change_id, ends_at, powers FROM orderly.`grants` WHERE database_name = ? ORDER BY account, role_name", m.name)
	if is(err, 1146) || is(err, 1049) { // no such table, or schema: nothing was ever given
		return nil, nil
	}
	return all, err
}

func (m *mysqlServer) keep(ctx context.Context, g grant) error {
	if _, err := m.conn.ExecContext(ctx, strings.Replace(table("varchar(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "text"), ".grants", ".`grants`", 1)); err != nil {
		return err
	}
	_, err := m.conn.ExecContext(ctx, "REPLACE INTO orderly.`grants` (database_name, account, role_name, change_id, ends_at, powers) VALUES (?, ?, ?, ?, ?, ?)", g.values(m.name)...)
	return err
}

func (m *mysqlServer) forget(ctx context.Context, g grant) error {
	_, err := m.conn.ExecContext(ctx, "DELETE FROM orderly.`grants` WHERE database_name = ? AND account = ? AND role_name = ? AND change_id = ?", m.name, g.account, g.role, g.change)
	return err
}

func is(err error, number uint16) bool {
	var said *mysql.MySQLError
	return errors.As(err, &said) && said.Number == number
}

// explainMySQL says what an answer of MySQL or MariaDB means.
func (d *database) explainMySQL(err error) error {
	var said *mysql.MySQLError
	if errors.Is(err, mysql.ErrNoTLS) {
		return ops.Errorf(ops.Denied, "the server of %s does not speak TLS; switch it on there, or say plain: true", "%s 所在服务器未启用 TLS;请在服务器上启用,或配置 plain: true", d.name).Because(err)
	}
	if !errors.As(err, &said) {
		return nil
	}
	switch said.Number {
	case 1045, 1130, 1698, 1862, 4151: // wrong, from there, by that plugin, expired, locked
		return d.unknownToServer(err)
	case 1049:
		return d.noSuchDatabase(err)
	case 1044, 1095, 1142, 1143, 1227, 1370:
		return d.notAllowed(err)
	case 1133, 1410: // GRANT to an account that is not there
		return d.vanished(err)
	case 1290, 1792, 1836:
		return d.readOnly(err)
	case 1205, 1213:
		return d.locked(err)
	case 1040, 1053, 1152, 1158, 1159, 1160, 1161, 1203, 1226, 1317, 1927, 3024: // too many, shutting down, cut, killed
		return d.busy(err)
	}
	return d.unexpected(said.Number, err)
}
