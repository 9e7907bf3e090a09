package slacktest_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

// TestEveryKindOfBlockIsDrawn: those that few use by their texts.
func TestEveryKindOfBlockIsDrawn(t *testing.T) {
	s := slacktest.New(t)
	dm := s.Person("U_ANN").DM()
	const blocks = `[
		{"type":"image","image_url":"https://x.example/i.png","alt_text":"a graph"},
		{"type":"markdown","text":"**bold**"},
		{"type":"context","elements":[{"type":"image","image_url":"https://x.example/i.png","alt_text":"icon"}]},
		{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"rich"},{"type":"text","text":"text"}]}]},
		{"type":"table","rows":[[{"type":"raw_text","text":"a"},{"type":"raw_text","text":"b"}]]},
		{"type":"actions","elements":[
			{"type":"overflow","options":[{"text":{"type":"plain_text","text":"More"},"value":"m"}]},
			{"type":"checkboxes","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}]},
			{"type":"static_select","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"}],"initial_option":{"text":{"type":"plain_text","text":"One"},"value":"1"}}]},
		{"type":"input","optional":true,"label":{"type":"plain_text","text":"Why"},"element":{"type":"plain_text_input","initial_value":"so"}}]`
	r, err := http.PostForm(s.API()+"chat.postMessage", url.Values{
		"token": {s.BotToken}, "channel": {"U_ANN"}, "blocks": {blocks}, "attachments": {`[{"text":"<!here>"},{"blocks":[{"type":"divider"}]}]`},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	const want = `direct messages with Ann
orderly:
    (a graph)
    **bold**
    ((icon))
    (rich_text) rich text
    (table) a b
    [...] [One | Two] [One]
    Why (optional): [so]
    @here
    ---
`
	if got := dm.Draw(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestAThreadOutlivesItsFirstMessage: what is left of that is a trace.
func TestAThreadOutlivesItsFirstMessage(t *testing.T) {
	s := slacktest.New(t)
	ops, api := s.Channel("ops"), client(s)
	root := post(t, api, ops.ID())
	post(t, api, ops.ID(), slack.MsgOptionTS(root))
	if _, _, err := api.DeleteMessage(ops.ID(), root); err != nil {
		t.Fatal(err)
	}
	if want := "#ops\n(deleted)\n    orderly:\n        *Scale web* to 5?\n        [Approve]\n"; ops.Draw() != want {
		t.Error(ops.Draw())
	}
}

// TestButtonsInAttachmentsAreClicked: Slack draws them like those of the message.
func TestButtonsInAttachmentsAreClicked(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ops := s.Channel("ops")
	if _, _, err := a.PostMessage(ops.ID(), slack.MsgOptionAttachments(slack.Attachment{Blocks: slack.Blocks{BlockSet: []slack.Block{buttons("go", "Go")}}})); err != nil {
		t.Fatal(err)
	}
	s.Person("U_ANN").Clicks(ops.Last(), "go")
	if c := a.interaction(t, 0); c.ActionCallback.BlockActions[0].BlockID != "acts" {
		t.Errorf("%+v", c.ActionCallback.BlockActions[0])
	}
}
