// Package database answers: who may work in a database for a time, and how does that end?
//
// A Client speaks to the PostgreSQL, MySQL and MariaDB servers that the configuration names. Every error says what was
// wrong, where, and what to do next.
//
// Why an account that is there already gets a role, and none is made: a new account has a password, which would have to get
// to one person without standing in a plan, in history or in a message. The account that a person has keeps its own.
//
// Why a role is membership in roles on PostgreSQL, and privileges on a schema on MySQL: membership also covers tables that
// come later, and is taken back in one place; it holds in every database of the server in which the role may do something.
// MySQL's roles do nothing until a session switches them on.
//
// Why a table (orderly.grants) says what is ours: MySQL has no comments on accounts that would do, PostgreSQL's COMMENT ON
// ROLE belongs to the people who made the role, and neither holds several grants. The table stands on the server that it is
// about, so that whoever looks there sees what Orderly gave, to whom, by which change and until when.
//
// Why it is written before anything is given, and emptied after everything is taken: MySQL ends every transaction at a
// GRANT, so the two cannot be one. In this order whatever was given is known, wherever the process dies. Both kinds of
// servers go the same way, so that one contract holds for both.
//
// Why what another hand has given is noted by leaving it out: a power that the account has already and that no line of the
// table claims is not ours, is not given again and not taken back. A power that two grants claim goes with the last.
//
// Why the sessions of the account are ended: MySQL looks at privileges when a session chooses its schema, and PostgreSQL
// leaves a session that has done SET ROLE as it is. Without that the end would be none for who stays connected. On MySQL it
// is all sessions of the name, because a session does not say to which host pattern it belongs.
//
// Why VALID UNTIL is not used: it is about the account as a whole, and would lock a person out of everything else. The
// second net is the table: `orderly check` and database.grants name what is overdue.
//
// Why one connection per step, with a lock on the account: two changes about one account come one after the other, and a
// statement whose answer was lost is over before its repeat begins, because the lock goes with the connection.
//
// Why the schema orderly is not made here: it takes a right over the whole server. What an administrator does once:
//
//	PostgreSQL:  CREATE ROLE orderly LOGIN PASSWORD '...'; GRANT pg_signal_backend TO orderly;
//	             GRANT app_read TO orderly WITH ADMIN OPTION; -- each role that is given
//	             CREATE SCHEMA orderly AUTHORIZATION orderly; -- in each database
//	MySQL:       CREATE USER orderly IDENTIFIED BY '...'; CREATE DATABASE orderly;
//	             GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON orderly.* TO orderly;
//	             GRANT SELECT (User, Host) ON mysql.user TO orderly; GRANT SELECT ON mysql.db TO orderly;
//	             GRANT PROCESS, CONNECTION_ADMIN ON *.* TO orderly; -- MariaDB writes CONNECTION ADMIN
//	             GRANT SELECT ON `shop`.* TO orderly WITH GRANT OPTION; -- what is given, where
package database
