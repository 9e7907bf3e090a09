package consultest

import (
	"os/exec"
	"syscall"
)

// dieWithUs lets the process end when the test is killed.
func dieWithUs(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
