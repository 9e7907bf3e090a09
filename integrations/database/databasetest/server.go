package databasetest

import (
	"bytes"
	"context"
	"crypto/x509"
	"database/sql"
	"encoding/pem"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that sql.Open knows as pgx
)

// The environment variables with the folders of the programs.
const (
	Postgres = "ORDERLY_POSTGRES"
	MariaDB  = "ORDERLY_MARIADB"
)

// Password is that of every account.
const Password = "geheim"

// patience is how long a server may take until it is ready.
const patience = time.Minute

// Server is a running database server.
type Server struct {
	Kind    string // Postgres or MariaDB
	Address string // such as 127.0.0.1:40505
	CAFile  string // who vouches for it

	t testing.TB
}

// Start starts a server that ends with the test.
func Start(t testing.TB, kind string) *Server {
	t.Helper()
	folder := os.Getenv(kind)
	if folder == "" {
		t.Fatalf("%s is not set; run these tests with `make e2e`, or set it to what the script in deploy/parts prints", kind)
	}
	data, err := os.MkdirTemp("", "databasetest-") // a folder of the test lies where only the one who runs it may look
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	s := &Server{Kind: kind, Address: freeAddress(t), t: t}
	s.CAFile = s.certify(data)
	if kind == Postgres {
		s.startPostgres(folder, data)
	} else {
		s.startMariaDB(folder, data)
	}
	return s
}

func (s *Server) startPostgres(folder, data string) {
	s.t.Helper()
	secret := filepath.Join(data, "password")
	if err := os.WriteFile(secret, []byte(Password), 0o644); err != nil {
		s.t.Fatal(err)
	}
	prepare := command(folder, "initdb", "-D", filepath.Join(data, "d"), "--no-sync", "-U", "root", "-A", "scram-sha-256", "--pwfile", secret, "--locale=C", "-E", "UTF8")
	if err := asNobody(prepare, data); err != nil {
		s.t.Fatal(err)
	}
	s.prepare(prepare)
	_, port, _ := net.SplitHostPort(s.Address)
	run := command(folder, "postgres", "-D", filepath.Join(data, "d"), "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "jit=off",
		"-c", "ssl=on", "-c", "ssl_cert_file="+s.CAFile, "-c", "ssl_key_file="+key(s.CAFile))
	if err := asNobody(run, data); err != nil {
		s.t.Fatal(err)
	}
	s.run(run)
}

func (s *Server) startMariaDB(folder, data string) {
	s.t.Helper()
	s.prepare(command(folder, "mariadb-install-db", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--user="+user()))
	_, port, _ := net.SplitHostPort(s.Address)
	first := filepath.Join(data, "first.sql")
	if err := os.WriteFile(first, []byte("CREATE OR REPLACE USER root@'%' IDENTIFIED BY '"+Password+"';\nGRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;\nDROP USER IF EXISTS root@'127.0.0.1', root@'::1';\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.run(command(folder, "mariadbd", "--datadir="+data, "--bind-address=127.0.0.1", "--port="+port, "--socket="+filepath.Join(data, "s"), "--pid-file="+filepath.Join(data, "pid"),
		"--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", "--init-file="+first, "--user="+user(), "--ssl-cert="+s.CAFile, "--ssl-key="+key(s.CAFile)))
}

func key(certificate string) string { return certificate + ".key" }

// certify writes the certificate of a server and its key into a folder.
func (s *Server) certify(data string) string {
	s.t.Helper()
	web := httptest.NewTLSServer(nil) // has a certificate for this machine
	defer web.Close()
	secret, err := x509.MarshalPKCS8PrivateKey(web.TLS.Certificates[0].PrivateKey)
	if err != nil {
		s.t.Fatal(err)
	}
	file := filepath.Join(data, "server.pem")
	for name, block := range map[string]*pem.Block{file: {Type: "CERTIFICATE", Bytes: web.Certificate().Raw}, key(file): {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			s.t.Fatal(err)
		}
		if err := toNobody(name); err != nil {
			s.t.Fatal(err)
		}
	}
	return file
}

func user() string {
	if os.Geteuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}

func command(folder, program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(folder, program), args...)
	dieWithUs(cmd)
	return cmd
}

func (s *Server) prepare(cmd *exec.Cmd) {
	s.t.Helper()
	if said, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", cmd.Path, err, said)
	}
}

// run starts the server and waits until it lets us in.
func (s *Server) run(cmd *exec.Cmd) {
	s.t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("start %s: %v", cmd.Path, err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	s.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if s.t.Failed() {
			s.t.Logf("what %s said:\n%s", cmd.Path, said.String())
		}
	})
	for late := time.After(patience); ; {
		db := s.Open("root", "")
		err := db.Ping()
		_ = db.Close()
		if err == nil {
			return
		}
		select {
		case <-time.After(30 * time.Millisecond):
		case <-ended:
			s.t.Fatalf("%s ended: %v", cmd.Path, err)
		case <-late:
			s.t.Fatalf("%s is not ready after %s: %v", cmd.Path, patience, err)
		}
	}
}

// Open is a pool of connections of an account to a database of the server; an empty one is none in particular.
func (s *Server) Open(account, database string) *sql.DB {
	s.t.Helper()
	driver, source := "pgx", fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", account, Password, s.Address, database)
	if s.Kind == MariaDB {
		c := mysql.NewConfig()
		c.User, c.Passwd, c.Net, c.Addr, c.DBName, c.Logger, c.MultiStatements = account, Password, "tcp", s.Address, database, &mysql.NopLogger{}, true
		driver, source = "mysql", c.FormatDSN()
	} else if database == "" {
		source = fmt.Sprintf("postgres://%s:%s@%s/postgres?sslmode=disable", account, Password, s.Address)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		s.t.Fatal(err)
	}
	return db
}

// Do has the administrator do statements, one after the other.
func (s *Server) Do(database string, statements ...string) {
	s.t.Helper()
	db := s.Open("root", database)
	defer func() { _ = db.Close() }()
	for _, one := range statements {
		if _, err := db.ExecContext(context.Background(), one); err != nil {
			s.t.Fatalf("%s: %v", one, err)
		}
	}
}

// freeAddress is a port that nobody uses now.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
