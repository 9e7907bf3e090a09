package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"orderly.example/ops"
)

// outcome is an exit code of a change that was followed; everything has been said already.
type outcome int

// Error names the code.
func (o outcome) Error() string { return fmt.Sprintf("exit code %d", int(o)) }

// The exit codes, as the README lists them.
const (
	exitFailed      = 1
	exitInvalid     = 2
	exitDenied      = 3
	exitNotFound    = 4
	exitUnavailable = 5
	exitCancelled   = 6
	exitWaiting     = 7
)

// exitOf is the exit code of an error.
func exitOf(c ops.Code) int {
	switch c {
	case ops.Invalid:
		return exitInvalid
	case ops.Denied, ops.Frozen:
		return exitDenied
	case ops.NotFound:
		return exitNotFound
	case ops.Unavailable:
		return exitUnavailable
	}
	return exitFailed
}

// exitOfState is the exit code of a change that ended, nil for success.
func exitOfState(s ops.State) error {
	switch s {
	case ops.Succeeded, ops.Planned:
		return nil
	case ops.Refused:
		return outcome(exitDenied)
	case ops.Cancelled, ops.Expired:
		return outcome(exitCancelled)
	}
	return outcome(exitFailed)
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// writeLine writes JSON on one line.
func writeLine(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
