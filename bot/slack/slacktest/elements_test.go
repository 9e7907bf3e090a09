package slacktest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

// everything is a form with an element of each kind, each in an input block of its name.
func everything(t *testing.T) slack.ModalViewRequest {
	t.Helper()
	const options = `"options":[{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}]`
	groups := `"option_groups":[{"label":{"type":"plain_text","text":"g"},` + options + `}]`
	var blocks []string
	for _, e := range []string{
		`"plain_text_input"`, `"number_input","is_decimal_allowed":false`, `"datepicker","initial_date":"2026-01-01"`, `"timepicker"`,
		`"static_select",` + groups, `"multi_static_select",` + options, `"radio_buttons",` + options, `"checkboxes",` + options, `"external_select"`,
		`"users_select"`, `"multi_users_select"`, `"channels_select"`, `"conversations_select"`,
	} {
		id := strings.Trim(strings.SplitN(e, ",", 2)[0], `"`)
		blocks = append(blocks, `{"type":"input","block_id":"`+id+`","label":{"type":"plain_text","text":"l"},"element":{"action_id":"a","type":`+e+`}}`)
	}
	var v slack.ModalViewRequest
	raw := `{"type":"modal","title":{"type":"plain_text","text":"t"},"submit":{"type":"plain_text","text":"s"},"blocks":[` + strings.Join(blocks, ",") + `]}`
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEveryKindOfFieldIsFilledIn(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann := s.Person("U_ANN")
	ann.Shortcut("run")
	if _, err := a.OpenView(a.interaction(t, 0).TriggerID, everything(t)); err != nil {
		t.Fatal(err)
	}
	v, _ := ann.Modal()
	got := ann.Submits(v, slacktest.Values{
		"plain_text_input": "x", "number_input": 5, "timepicker": "10:00", "static_select": "2", "multi_static_select": []string{"2", "1"},
		"radio_buttons": "1", "checkboxes": []string{"1"}, "external_select": "any", "users_select": "U_BOB", "multi_users_select": []string{"U_BOB"},
		"channels_select": "C_OPS", "conversations_select": "C_DB",
	})
	if !got.Acked {
		t.Fatalf("%+v", got)
	}
	of := func(block string) slack.BlockAction { return a.interaction(t, 1).View.State.Values[block]["a"] }
	for block, same := range map[string]bool{
		"plain_text_input": of("plain_text_input").Value == "x", "number_input": of("number_input").Value == "5",
		"datepicker": of("datepicker").SelectedDate == "2026-01-01", "timepicker": of("timepicker").SelectedTime == "10:00",
		"static_select":       of("static_select").SelectedOption.Text.Text == "Two",
		"multi_static_select": len(of("multi_static_select").SelectedOptions) == 2, "radio_buttons": of("radio_buttons").SelectedOption.Value == "1",
		"checkboxes": of("checkboxes").SelectedOptions[0].Value == "1", "external_select": of("external_select").SelectedOption.Value == "any",
		"users_select": of("users_select").SelectedUser == "U_BOB", "multi_users_select": of("multi_users_select").SelectedUsers[0] == "U_BOB",
		"channels_select": of("channels_select").SelectedChannel == "C_OPS", "conversations_select": of("conversations_select").SelectedConversation == "C_DB",
	} {
		if !same || string(of(block).Type) != block {
			t.Errorf("%s: %+v", block, of(block))
		}
	}
}

// TestAnEphemeralMessageIsReachedByItsResponseURLOnly: it is nowhere in the history, and cannot be updated.
func TestAnEphemeralMessageIsReachedByItsResponseURLOnly(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	ts, err := a.PostEphemeral(ops.ID(), ann.ID(), slack.MsgOptionBlocks(buttons("ok", "OK")))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := a.UpdateMessage(ops.ID(), ts, slack.MsgOptionText("x", false)); code(err) != "message_not_found" {
		t.Error(err)
	}
	ann.Clicks(ops.Last(), "ok")
	c := a.interaction(t, 0)
	if !c.Container.IsEphemeral {
		t.Errorf("%+v", c.Container)
	}
	if _, _, _, err := a.SendMessage("", slack.MsgOptionText("Thanks", false), slack.MsgOptionReplaceOriginal(c.ResponseURL)); err != nil {
		t.Fatal(err)
	}
	if want := "#ops\norderly: (only Ann sees this) (edited 1x) Thanks\n"; ops.Draw() != want {
		t.Error(ops.Draw())
	}
}

func TestOtherWaysIn(t *testing.T) {
	s := slacktest.New(t)
	ops := s.Channel("ops").ID()
	for _, c := range []struct {
		method string
		args   url.Values
		want   any
	}{
		{"chat.postNothing", url.Values{}, "unknown_method"},
		{"chat.postMessage", url.Values{"channel": {ops}, "markdown_text": {"**x**"}}, nil},
		{"chat.postMessage", url.Values{"channel": {ops}, "markdown_text": {"**x**"}, "text": {"x"}}, "markdown_text_conflict"},
		{"chat.postMessage", url.Values{"channel": {ops}, "markdown_text": {of(12001)}}, "msg_too_long"},
		{"chat.postMessage", url.Values{"channel": {ops}, "blocks": {"{"}}, "invalid_blocks_format"},
		{"chat.postMessage", url.Values{"channel": {ops}, "text": {"x"}, "metadata": {"{"}}, "invalid_metadata_format"},
		{"conversations.open", url.Values{"channel": {ops}}, nil},
		{"conversations.open", url.Values{}, "users_list_not_supplied"},
		{"conversations.open", url.Values{"users": {"U_A,U_B"}}, "too_many_users"},
		{"conversations.history", url.Values{"channel": {s.Channel("away").WithoutApp().ID()}}, "not_in_channel"},
		{"conversations.history", url.Values{"channel": {ops}, "cursor": {"x"}}, "invalid_cursor"},
		{"conversations.info", url.Values{"channel": {"C_NONE"}}, "channel_not_found"},
		{"views.update", url.Values{"view": {"{}"}}, "invalid_arguments"},
		{"views.publish", url.Values{"view": {"{}"}, "user_id": {"U_NONE"}}, "invalid_arguments"},
		{"users.info", url.Values{"user": {"U_NONE"}}, "user_not_found"},
	} {
		c.args.Set("token", s.BotToken)
		r, err := http.PostForm(s.API()+c.method, c.args)
		if err != nil {
			t.Fatal(err)
		}
		var answer map[string]any
		err = json.NewDecoder(r.Body).Decode(&answer)
		r.Body.Close()
		if err != nil || answer["error"] != c.want || answer["ok"] != (c.want == nil) {
			t.Errorf("%s %v: %v, want %v", c.method, c.args, answer, c.want)
		}
	}
}
