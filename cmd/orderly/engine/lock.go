package engine

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"orderly.example/ops"
)

// lock takes the database for this process alone: two engines on one file would both believe that its changes are
// theirs. The system frees it when the process ends, however it ends.
func lock(file string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	f, err := os.OpenFile(file+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	_ = f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ops.Errorf(ops.Conflict, "another orderly is running on the data directory %s; use that one, stop it, or choose another directory",
			"数据目录 %s 已被另一个 orderly 进程使用;请使用该进程、停止它,或换一个目录", filepath.Dir(file))
	}
	return nil, fmt.Errorf("lock the data directory: %w", err)
}

// free says whether a port can be had; the server itself would end the whole process when it cannot.
func free(port int, flag string) error {
	l, err := net.Listen("tcp", address(port))
	if err != nil {
		return ops.Errorf(ops.Conflict, "port %d is taken by another program; choose another one (%s)", "端口 %d 已被其他程序占用;请换一个端口(%s)", port, flag).Because(err)
	}
	return l.Close()
}
