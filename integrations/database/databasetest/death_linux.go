package databasetest

import (
	"os"
	"os/exec"
	"syscall"
)

// nobody is the account without rights, and the right to read everything, as Linux numbers them.
const (
	nobody  = 65534
	readAll = 2
)

// dieWithUs lets the process end when the test is killed.
func dieWithUs(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// asNobody lets the process run without root's rights, and gives it the folder.
func asNobody(cmd *exec.Cmd, folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	cmd.SysProcAttr.AmbientCaps = []uintptr{readAll}
	cmd.Dir = folder
	return toNobody(folder)
}

// toNobody gives a file to the one that asNobody makes of root.
func toNobody(file string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return os.Chown(file, nobody, nobody)
}
