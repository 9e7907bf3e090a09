//go:build !linux

package databasetest

import "os/exec"

// dieWithUs lets the process end when the test is killed, which only Linux can do.
func dieWithUs(*exec.Cmd) {}

// asNobody is for Linux, where tests may be root.
func asNobody(*exec.Cmd, string) error { return nil }

// toNobody is for Linux as well.
func toNobody(string) error { return nil }
