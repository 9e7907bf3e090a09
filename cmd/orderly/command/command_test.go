package command

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // times are said in the zone of the machine
	os.Exit(m.Run())
}

func operations() []ops.Operation {
	return change.Catalogue{Definitions: workflows.All()}.Operations()
}

// said is what a command line did.
type said struct {
	out, err string
	code     int
}

// orderly runs a command line as main does.
func orderly(t *testing.T, operations []ops.Operation, args ...string) said {
	t.Helper()
	var out, errors bytes.Buffer
	root := New(Hooks{Operations: operations, Version: "test", Lang: LangOf(args, func(string) string { return "" })})
	root.SetOut(&out)
	root.SetErr(&errors)
	code := Run(t.Context(), root, args)
	return said{out.String(), errors.String(), code}
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
		{[]string{"--lang", "fr", "version"}, exitInvalid},
	} {
		if got := orderly(t, operations(), tt.args...); got.code != tt.want {
			t.Errorf("%v: exit %d, want %d: %s", tt.args, got.code, tt.want, got.err)
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

func TestLanguage(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		locale string
		want   Lang
	}{
		{nil, "", "en"},
		{nil, "zh_CN.UTF-8", "zh"},
		{nil, "de_DE.UTF-8", "en"},
		{[]string{"ls", "--lang", "zh"}, "en_US.UTF-8", "zh"},
		{[]string{"--lang=zh-CN", "ls"}, "", "zh"},
		{[]string{"--lang=en", "ls"}, "zh_CN.UTF-8", "en"},
		{[]string{"--lang=fr", "ls"}, "zh_CN.UTF-8", "zh"},
		{[]string{"--lang"}, "", "en"},
		{[]string{"run", "x", "--", "--lang=zh"}, "", "en"},
	} {
		if got := LangOf(tt.args, func(name string) string { return map[string]string{"LANG": tt.locale}[name] }); got != tt.want {
			t.Errorf("%v in %q: %s, want %s", tt.args, tt.locale, got, tt.want)
		}
	}
}
