package command

import (
	"bytes"
	"strings"
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
)

func operations() []ops.Operation {
	return change.Catalogue{Definitions: workflows.All()}.Operations()
}

func run(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	root := New(Hooks{Operations: operations(), Version: "test"})
	root.SetOut(&out)
	root.SetErr(&out)
	return out.String(), func() int { code := Run(t.Context(), root, args); t.Log(out.String()); return code }()
}

// TestEveryOperationHasACommand also finds parameters that clash with the flags of every request.
func TestEveryOperationHasACommand(t *testing.T) {
	root := New(Hooks{Operations: operations()})
	for _, op := range operations() {
		cmd, _, err := root.Find([]string{"run", op.Name})
		if err != nil || cmd.Name() != op.Name {
			t.Errorf("run %s: %v", op.Name, err)
			continue
		}
		for _, p := range op.Params {
			if cmd.Flags().Lookup(strings.ReplaceAll(p.Name, "_", "-")) == nil {
				t.Errorf("run %s has no flag for %s", op.Name, p.Name)
			}
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want int
	}{
		{[]string{"version"}, 0},
		{[]string{"docs", "--lang", "zh"}, 0},
		{[]string{"run", "scael", "x"}, exitNotFound},
		{[]string{"--no-such-flag"}, exitInvalid},
		{[]string{"ls", "--server", "nonsense"}, exitInvalid},
		{[]string{"token", "new"}, exitInvalid},
		{[]string{"token", "new", "--person", "ann"}, 0},
	} {
		if _, got := run(t, tt.args...); got != tt.want {
			t.Errorf("%v: exit %d, want %d", tt.args, got, tt.want)
		}
	}
	for state, want := range map[ops.State]int{
		ops.Succeeded: 0, ops.Planned: 0, ops.Failed: exitFailed, ops.RolledBack: exitFailed, ops.Refused: exitDenied, ops.Cancelled: exitCancelled, ops.Expired: exitCancelled,
	} {
		got := 0
		if err := exitOfState(state); err != nil {
			got = int(err.(outcome))
		}
		if got != want {
			t.Errorf("%s: exit %d, want %d", state, got, want)
		}
	}
}
