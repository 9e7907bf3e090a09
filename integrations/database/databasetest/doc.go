// Package databasetest answers: how does a test get a real PostgreSQL or MariaDB, and a bad line to it?
//
// Start starts the programs in the folders that ORDERLY_POSTGRES and ORDERLY_MARIADB name, on a free port of loopback, with
// data of their own that goes with the test. A Line stands between a client and a server: it cuts the connection right
// before or right after a statement, so that a test does not have to guess how long anything takes.
//
// Why a PostgreSQL is started as nobody when the test is root: it refuses to run as root. It may then read what root may, so
// that its programs may lie under root's home.
package databasetest
