package slacktest_test

import (
	"testing"
	"time"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

func TestAChannelIsDrawnAsPeopleSeeIt(t *testing.T) {
	s := slacktest.New(t)
	ops, api, ann := s.Channel("ops"), client(s), s.Person("U_ANN")
	root := post(t, api, ops.ID())
	below := post(t, api, ops.ID(), slack.MsgOptionTS(root))
	rich := []slack.Block{
		slack.NewHeaderBlock(plain("Scale")), slack.NewDividerBlock(),
		slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, "by <@U_ANN> in <#C_OPS> &lt;3", false, false),
			[]*slack.TextBlockObject{plain("one"), plain("two")}, slack.NewAccessory(slack.NewButtonBlockElement("b", "v", plain("Open")))),
		slack.NewContextBlock("", slack.NewTextBlockObject(slack.MarkdownType, "<https://x.example|docs>", false, false), plain("note")),
		slack.NewActionBlock("", slack.NewButtonBlockElement("y", "", plain("Yes")), slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Pick"), "p",
			slack.NewOptionBlockObject("1", plain("one"), nil))),
		input("why", "w"),
	}
	for range 3 {
		if _, _, _, err := api.UpdateMessage(ops.ID(), below, slack.MsgOptionBlocks(rich...)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := api.PostEphemeral(ops.ID(), ann.ID(), slack.MsgOptionText("You may not,\n<@U_ANN>.", false), slack.MsgOptionTS(root)); err != nil {
		t.Fatal(err)
	}
	gone := post(t, api, ops.ID())
	if _, _, err := api.DeleteMessage(ops.ID(), gone); err != nil {
		t.Fatal(err)
	}
	const want = `#ops
orderly:
    *Scale web* to 5?
    [Approve]
    orderly: (edited 3x)
        # Scale
        ---
        by @Ann in #ops <3  [Open]
        one
        two
        (docs (https://x.example) · note)
        [Yes] [Pick]
        why: []
    orderly: (only Ann sees this) You may not,
        @Ann.
`
	if got := ops.Draw(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestTheLedgerKeepsEveryCall: refused ones as well, and no token.
func TestTheLedgerKeepsEveryCall(t *testing.T) {
	s := slacktest.New(t)
	ops, api := s.Channel("ops").ID(), client(s)
	post(t, api, ops)
	s.Advance(time.Hour)
	_, _, _ = api.PostMessage("C_NONE", slack.MsgOptionText("x", false))
	_, _ = api.AuthTest()
	all := s.Calls()
	if len(all) != 3 || len(s.Calls("auth.test")) != 1 {
		t.Fatalf("%+v", all)
	}
	first, second := all[0], all[1]
	if first.Method != "chat.postMessage" || first.Args["channel"] != ops || first.Error != "" || first.Args["blocks"] == "" || len(first.Answer) == 0 {
		t.Errorf("%+v", first)
	}
	if second.Error != "channel_not_found" || second.At.Sub(first.At) < time.Hour {
		t.Errorf("%+v", second)
	}
	if _, kept := first.Args["token"]; kept {
		t.Error("the ledger keeps a token")
	}
}

func TestAwaitLooksUntilItIsSo(t *testing.T) {
	n := 0
	slacktest.Await(t, "three looks", func() bool { n++; return n == 3 })
	if n != 3 {
		t.Error(n)
	}
}
