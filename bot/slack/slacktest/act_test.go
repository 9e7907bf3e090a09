package slacktest_test

import (
	"testing"
	"time"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

func TestAClickOnAMessage(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	root := post(t, a.Client, ops.ID())
	ts := post(t, a.Client, ops.ID(), slack.MsgOptionTS(root))
	if got := ann.Clicks(ops.Message(ts), "approve").Answer(); !got.Acked {
		t.Fatalf("%+v", got)
	}
	c := a.interaction(t, 0)
	if c.Type != slack.InteractionTypeBlockActions || c.User.ID != "U_ANN" || c.User.TeamID != slacktest.TeamID || c.Team.ID != slacktest.TeamID || c.APIAppID != slacktest.AppID {
		t.Errorf("%+v", c)
	}
	if c.Channel.ID != "C_OPS" || c.Message.Timestamp != ts || c.Message.ThreadTimestamp != root || c.Container.MessageTs != ts || c.Container.ChannelID != "C_OPS" || c.Container.IsEphemeral {
		t.Errorf("%+v", c.Container)
	}
	if len(c.ActionCallback.BlockActions) != 1 || c.BlockActionState == nil || c.TriggerID == "" || c.ResponseURL == "" || len(c.Message.Blocks.BlockSet) != 2 {
		t.Fatalf("%+v", c)
	}
	if b := c.ActionCallback.BlockActions[0]; b.ActionID != "approve" || b.BlockID != "acts" || b.Value != "web" || b.Text.Text != "Approve" || b.Type != "button" || b.ActionTs == "" {
		t.Errorf("%+v", b)
	}
}

// TestACopyIsClickedElsewhere: the app is told of the channel of the copy, and of the same button.
func TestACopyIsClickedElsewhere(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ops, lounge := s.Channel("ops"), s.Channel("lounge")
	post(t, a.Client, ops.ID())
	s.Person("U_BOB").Clicks(s.Person("U_BOB").Copies(ops.Last(), lounge), "approve")
	c := a.interaction(t, 0)
	if c.Channel.ID != "C_LOUNGE" || c.Message.Timestamp == ops.Last().TS() || c.ActionCallback.BlockActions[0].Value != "web" {
		t.Errorf("%+v", c)
	}
}

// TestALateClick: somebody clicks on what the message was.
func TestALateClick(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ops := s.Channel("ops")
	ts := post(t, a.Client, ops.ID())
	seen := ops.Last().Seen()
	if _, _, _, err := a.UpdateMessage(ops.ID(), ts, slack.MsgOptionText("Done", false)); err != nil {
		t.Fatal(err)
	}
	s.Person("U_ANN").Clicks(seen, "approve")
	c := a.interaction(t, 0)
	if c.Message.Timestamp != ts || ops.Last().Edits() != 1 {
		t.Errorf("%+v", c)
	}
	if _, _, _, err := a.SendMessage("", slack.MsgOptionText("Too late", false), slack.MsgOptionReplaceOriginal(c.ResponseURL)); err != nil {
		t.Fatal(err)
	}
	if want := "orderly: (edited 2x) Too late\n"; ops.Last().Draw() != want {
		t.Error(ops.Draw())
	}
}

func TestMenusKeepWhatWasChosen(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	option := slack.NewOptionBlockObject("prod", plain("Production"), nil)
	if _, _, err := a.PostMessage(ops.ID(), slack.MsgOptionBlocks(
		slack.NewActionBlock("acts", slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Where"), "where", option), slack.NewButtonBlockElement("go", "1", plain("Go"))),
	)); err != nil {
		t.Fatal(err)
	}
	ann.Clicks(ops.Last(), "where", "prod").Answer()
	if c := a.interaction(t, 0); c.ActionCallback.BlockActions[0].SelectedOption.Value != "prod" {
		t.Errorf("%+v", c.ActionCallback.BlockActions[0])
	}
	ann.Clicks(ops.Last(), "go").Answer()
	if c := a.interaction(t, 1); c.BlockActionState.Values["acts"]["where"].SelectedOption.Value != "prod" {
		t.Errorf("%+v", c.BlockActionState)
	}
}

func TestShortcuts(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	ann.Shortcut("ops_run")
	if c := a.interaction(t, 0); c.Type != slack.InteractionTypeShortcut || c.CallbackID != "ops_run" || c.TriggerID == "" || c.ResponseURL != "" || c.Channel.ID != "" {
		t.Errorf("%+v", c)
	}
	m := ann.Says(ops, "web is slow")
	ann.MessageShortcut("ops_from_message", m)
	if c := a.interaction(t, 1); c.Type != slack.InteractionTypeMessageAction || c.MessageTs != m.TS() || c.Message.Text != "web is slow" || c.Channel.ID != "C_OPS" || c.ResponseURL == "" {
		t.Errorf("%+v", c)
	}
}

func TestAResponseURLTakesFiveMessagesInHalfAnHour(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	ts := post(t, a.Client, ops.ID())
	ann.Clicks(ops.Message(ts), "approve")
	ann.Clicks(ops.Message(ts), "approve")
	first, second := a.interaction(t, 0).ResponseURL, a.interaction(t, 1).ResponseURL
	say := func(url, kind string) error {
		_, _, _, err := a.SendMessage("", slack.MsgOptionText("x", false), slack.MsgOptionResponseURL(url, kind))
		return err
	}
	for n := range 5 {
		if err := say(first, []string{slack.ResponseTypeEphemeral, slack.ResponseTypeInChannel}[n%2]); err != nil {
			t.Fatal(n, err)
		}
	}
	if err := say(first, ""); err == nil {
		t.Error("six messages")
	}
	const want = "#ops\norderly:\n    *Scale web* to 5?\n    [Approve]\norderly: (only Ann sees this) x\norderly: x\norderly: (only Ann sees this) x\norderly: x\norderly: (only Ann sees this) x\n"
	if ops.Draw() != want {
		t.Error(ops.Draw())
	}
	if _, _, _, err := a.SendMessage("", slack.MsgOptionDeleteOriginal(second)); err != nil {
		t.Error(err)
	}
	if _, _, _, err := a.UpdateMessage(ops.ID(), ts, slack.MsgOptionText("x", false)); code(err) != "message_not_found" {
		t.Error(err)
	}
	s.Advance(31 * time.Minute)
	if err := say(second, ""); err == nil {
		t.Error("after half an hour")
	}
}
