package slacktest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

func TestAMessageIsPostedEditedAndDeleted(t *testing.T) {
	s := slacktest.New(t)
	ops, api := s.Channel("ops").ID(), client(s)
	ts := post(t, api, ops)
	seen := map[string]bool{ts: true}
	last := ts
	for range 100 {
		next := post(t, api, "#ops", slack.MsgOptionTS(ts))
		if seen[next] || next <= last {
			t.Fatalf("%s after %s", next, last)
		}
		seen[next], last = true, next
	}
	link := must[string](t)(api.GetPermalink(&slack.PermalinkParameters{Channel: ops, Ts: last}))
	if !strings.Contains(link, "thread_ts="+ts) {
		t.Error(link)
	}
	if _, _, err := api.DeleteMessage(ops, last); err != nil {
		t.Error(err)
	}
	if _, _, err := api.DeleteMessage(ops, last); code(err) != "message_not_found" {
		t.Error(err)
	}
}

// TestAnUpdateKeepsBlocksOnlyWithoutText: as chat.update documents it.
func TestAnUpdateKeepsBlocksOnlyWithoutText(t *testing.T) {
	s := slacktest.New(t)
	ops, api := s.Channel("ops").ID(), client(s)
	meta := slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "change", EventPayload: map[string]any{"id": "c1"}})
	for name, c := range map[string]struct {
		with   []slack.MsgOption
		blocks int
		text   string
		edited bool
	}{
		"text removes the blocks":       {[]slack.MsgOption{slack.MsgOptionText("Done", false)}, 0, "Done", true},
		"blocks alone keep the text":    {[]slack.MsgOption{slack.MsgOptionBlocks(section("x"))}, 1, "Scale web?", false},
		"text and blocks":               {[]slack.MsgOption{slack.MsgOptionText("Done", false), slack.MsgOptionBlocks(section("x"))}, 1, "Done", false},
		"attachments alone keep blocks": {[]slack.MsgOption{slack.MsgOptionAttachments(slack.Attachment{Text: "a"})}, 2, "Scale web?", false},
	} {
		ts := post(t, api, ops, meta)
		if _, _, _, err := api.UpdateMessage(ops, ts, c.with...); err != nil {
			t.Fatal(name, err)
		}
		m := thread(t, api, ops, ts)[0]
		if len(m.Blocks.BlockSet) != c.blocks || m.Text != c.text || (m.Edited != nil) != c.edited || m.Metadata.EventPayload["id"] != "c1" {
			t.Errorf("%s: %+v", name, m.Msg)
		}
	}
}

// TestAnUpdateKeepsMetadataUnlessItIsEmptied: an empty object removes it.
func TestAnUpdateKeepsMetadataUnlessItIsEmptied(t *testing.T) {
	s := slacktest.New(t)
	ops, api := s.Channel("ops").ID(), client(s)
	ts := post(t, api, ops, slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "change", EventPayload: map[string]any{"id": "c1"}}))
	r, err := http.PostForm(s.API()+"chat.update", url.Values{"token": {s.BotToken}, "channel": {ops}, "ts": {ts}, "text": {"x"}, "metadata": {"{}"}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if m := thread(t, api, ops, ts)[0]; m.Metadata.EventType != "" || m.Text != "x" {
		t.Errorf("%+v", m.Msg)
	}
}

func thread(t *testing.T, api *slack.Client, channel, ts string) []slack.Message {
	t.Helper()
	all, more, _, err := api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts, IncludeAllMetadata: true})
	if err != nil || more {
		t.Fatal(all, more, err)
	}
	return all
}

func TestMessagesAreRefused(t *testing.T) {
	s := slacktest.New(t)
	ops, away := s.Channel("ops").ID(), s.Channel("away").WithoutApp().ID()
	hidden := s.Channel("hidden").Private().WithoutApp().ID()
	api, ann := client(s), s.Person("U_ANN")
	mine, hers := post(t, api, ops), ann.Says(s.Channel("ops"), "hello").TS()
	long := strings.Repeat("x", 2800)
	text := func(t string) slack.MsgOption { return slack.MsgOptionText(t, false) }
	send := func(channel string, o ...slack.MsgOption) error {
		_, _, err := api.PostMessage(channel, o...)
		return err
	}
	edit := func(channel, ts string, o ...slack.MsgOption) error {
		_, _, _, err := api.UpdateMessage(channel, ts, o...)
		return err
	}
	for _, c := range []struct {
		want string
		err  error
	}{
		{"channel_not_found", send("C_NONE", text("x"))},
		{"channel_not_found", send(hidden, text("x"))},
		{"not_in_channel", send(away, text("x"))},
		{"no_text", send(ops)},
		{"", send(ops, text(strings.Repeat("x", 50000)))},
		{"invalid_arguments", send("", text("x"))},
		{"thread_not_found", send(ops, text("x"), slack.MsgOptionTS("1.000001"))},
		{"invalid_metadata_schema", send(ops, text("x"), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "e"}))},
		{"invalid_blocks", send(ops, slack.MsgOptionBlocks(section(strings.Repeat("x", 3001))))},
		{"msg_blocks_too_long", send(ops, slack.MsgOptionBlocks(section(long), section(long), section(long), section(long)))},
		{"msg_blocks_too_long", edit(ops, mine, slack.MsgOptionBlocks(section(long), section(long), section(long), section(long)))},
		{"message_not_found", edit(ops, "1.000001", text("x"))},
		{"channel_not_found", edit("ops", mine, text("x"))},
		{"msg_too_long", edit(ops, mine, text(strings.Repeat("x", 4001)))},
		{"", edit(ops, mine, text(strings.Repeat("字", 4000)))},
		{"no_text", edit(ops, mine)},
		{"cant_update_message", edit(ops, hers, text("x"))},
		{"cant_delete_message", func() error { _, _, err := api.DeleteMessage(ops, hers); return err }()},
	} {
		if code(c.err) != c.want {
			t.Errorf("%v, want %q", c.err, c.want)
		}
	}
	if _, err := api.PostEphemeral(ops, "U_NONE", text("x")); code(err) != "user_not_in_channel" {
		t.Error(err)
	}
	if _, err := api.PostEphemeral(ops, ann.ID(), text("x")); err != nil {
		t.Error(err)
	}
}

// TestARefusalSaysWhere: as Slack does in response_metadata.
func TestARefusalSaysWhere(t *testing.T) {
	s := slacktest.New(t)
	_, _, err := client(s).PostMessage(s.Channel("ops").ID(), slack.MsgOptionBlocks(section("")))
	answer, _ := err.(slack.SlackErrorResponse)
	if m := answer.ResponseMetadata.Messages; len(m) != 1 || !strings.Contains(m[0], "[json-pointer:/blocks/0/text/text]") {
		t.Errorf("%#v", err)
	}
}
