package slacktest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"orderly.example/bot/slack/slacktest"
)

// TestTheBodyOfAnAckIsAMessage: JSON or bare text, checked like any message.
func TestTheBodyOfAnAckIsAMessage(t *testing.T) {
	for _, c := range []struct{ body, trouble, drawn string }{
		{"", "", ""},
		{"{}", "", ""},
		{"Hi there", "", "orderly: (only Ann sees this) Hi there\n"},
		{`{"response_type":"in_channel","text":"Hi"}`, "", "orderly: Hi\n"},
		{`{"blocks":[{"type":"section"}]}`, "invalid_blocks", ""},
		{`{"text":`, "invalid_json", ""},
	} {
		s := slacktest.New(t)
		a := serve(t, s.SigningSecret, func(w http.ResponseWriter, _ int) { fmt.Fprint(w, c.body) })
		if err := s.DeliverTo(a.urls()); err != nil {
			t.Fatal(err)
		}
		dm := s.Person("U_ANN").DM()
		got := s.Person("U_ANN").Command("/ops", "hi", dm).Answer()
		if drawn := strings.TrimPrefix(dm.Draw(), "direct messages with Ann\n"); !got.Acked || got.Trouble != c.trouble || drawn != c.drawn {
			t.Errorf("%q: %+v, %s", c.body, got, drawn)
		}
		if a.commands[0].ChannelName != "directmessage" || a.commands[0].ChannelID != "D_ANN" {
			t.Errorf("%+v", a.commands[0])
		}
	}
}

func TestAResponseURLRefusesWhatSlackRefuses(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ops := s.Channel("ops").WithoutApp() // a response URL does not need the app in the channel
	s.Person("U_ANN").Command("/ops", "help", ops).Answer()
	to := a.got(socketmode.EventTypeSlashCommand)[0].Data.(slack.SlashCommand).ResponseURL
	say := func(o ...slack.MsgOption) error {
		_, _, _, err := a.SendMessage("", append(o, slack.MsgOptionResponseURL(to, slack.ResponseTypeInChannel))...)
		return err
	}
	if err := say(slack.MsgOptionBlocks(section(""))); code(err) != "invalid_blocks" {
		t.Error(err)
	}
	if err := say(); code(err) != "no_text" {
		t.Error(err)
	}
	if err := say(slack.MsgOptionText("Hi", false)); err != nil || ops.Draw() != "#ops\norderly: Hi\n" {
		t.Error(err, ops.Draw())
	}
}

func TestGroupsOfOptionsAreSuggested(t *testing.T) {
	s := slacktest.New(t)
	option := slack.NewOptionBlockObject("h1", plain("Host 1"), nil)
	a := listen(t, s, func(e socketmode.Event) (any, bool) {
		if c, _ := e.Data.(slack.InteractionCallback); c.Type != slack.InteractionTypeBlockSuggestion {
			return nil, true
		}
		return slack.OptionGroupsResponse{OptionGroups: []*slack.OptionGroupBlockObject{slack.NewOptionGroupBlockElement(plain("web"), option, option)}}, true
	})
	if got := s.Person("U_ANN").Types(form(t, s, a), "p", "h"); got.Trouble != "" || len(got.Options) != 2 {
		t.Errorf("%+v", got)
	}
}
