package lark

import (
	"slices"
	"strings"
	"testing"

	"orderly.example/bot/lark/larktest"
	"orderly.example/ops"
)

func offered() []SlashCommand {
	return []SlashCommand{{"ops", ops.Text{En: "what one may ask for", Zh: "可使用的操作"}}, {"scale", ops.Text{En: "change how many run", Zh: "调整实例数"}}, {"status", ops.Text{En: "how it is", Zh: "查询状态"}}}
}

// TestSlashCommandsAreReconciled: what is missing is made, what is old renewed, and what others made left alone.
func TestSlashCommandsAreReconciled(t *testing.T) {
	s := larktest.New(t)
	c := clientIn(s, nil)
	foreign := []SlashCommand{{"lunch", ops.Text{En: "lunch", Zh: "午饭"}}, {"ops", ops.Text{En: "old", Zh: "旧"}}}
	if err := c.Offer(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Offer(t.Context(), offered()); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Commands(); !slices.Equal(got, []string{"lunch", "ops", "scale", "status"}) {
		t.Errorf("%v", got)
	}
	if made, renewed := len(s.Calls("application.command.create")), len(s.Calls("application.command.patch")); made != 4 || renewed != 1 {
		t.Errorf("%d made, %d renewed", made, renewed)
	}
	if gone := len(s.Calls("application.command.delete")); gone != 0 {
		t.Errorf("%d deleted", gone)
	}
	english := offered()
	english[1].Help.En = "change how many instances run"
	if err := c.Offer(t.Context(), english); err != nil || len(s.Calls("application.command.patch")) != 2 {
		t.Errorf("only the English help is another: %v, %d renewed", err, len(s.Calls("application.command.patch")))
	}
}

// TestOneBadCommandCostsNoOther: and without the scope nothing is tried in vain.
func TestOneBadCommandCostsNoOther(t *testing.T) {
	s := larktest.New(t)
	c := clientIn(s, nil)
	s.Fail("application.command.create", 1, larktest.ServerError)
	if err := c.Offer(t.Context(), offered()); ops.CodeOf(err) != ops.Unavailable || len(s.Commands()) != 2 {
		t.Errorf("%v, %v", err, s.Commands())
	}
	s.Scopes("application:app_slash_command:read")
	err := c.Offer(t.Context(), offered())
	if ops.CodeOf(err) != ops.Denied || !strings.Contains(err.Error(), "app_slash_command:write") || refusals(s, "application.command.create") != 2 {
		t.Errorf("%v", err)
	}
}
