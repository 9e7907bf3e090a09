package slacktest_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"orderly.example/bot/slack/slacktest"
)

func TestMentionsInChannelsAndAllOfDirectMessages(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	ann.Says(ops, "just chatting with @ann")
	ann.Says(s.Channel("away").WithoutApp(), "@orderly help")
	first := ann.Says(ops, "@orderly scale web <5 see https://x.example/?a=1&b=2")
	m := a.inner(t, 0).(*slackevents.AppMentionEvent)
	if m.Text != "<@U_BOT> scale web &lt;5 see <https://x.example/?a=1&amp;b=2>" || m.User != "U_ANN" || m.Channel != "C_OPS" || m.TimeStamp != first.TS() || m.BotID != "" {
		t.Errorf("%+v", m)
	}
	ann.Replies(ann.Replies(first, "hm"), "@orderly yes")
	if m = a.inner(t, 1).(*slackevents.AppMentionEvent); m.ThreadTimeStamp != first.TS() {
		t.Errorf("%+v", m)
	}
	ann.Says(ann.DM(), "help")
	d := a.inner(t, 2).(*slackevents.MessageEvent)
	if d.Text != "help" || !d.IsIM() || d.Channel != "D_ANN" || d.User != "U_ANN" {
		t.Errorf("%+v", d)
	}
	outer := a.got(socketmode.EventTypeEventsAPI)[2].Data.(slackevents.EventsAPIEvent).Data.(*slackevents.EventsAPICallbackEvent)
	if !strings.HasPrefix(outer.EventID, "Ev") || outer.TeamID != slacktest.TeamID || outer.APIAppID != slacktest.AppID || len(outer.Authorizations) != 1 {
		t.Errorf("%+v", outer)
	}
	const want = "#ops\nAnn: just chatting with @Ann\nAnn: @orderly scale web <5 see https://x.example/?a=1&b=2\n    Ann: hm\n    Ann: @orderly yes\n"
	if ops.Draw() != want {
		t.Error(ops.Draw())
	}
}

// TestTheAppHearsItselfInDirectMessages: so that one that answers its own words is found out.
func TestTheAppHearsItselfInDirectMessages(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	dm := s.Person("U_ANN").DM()
	ts := post(t, a.Client, dm.ID())
	if _, _, _, err := a.UpdateMessage(dm.ID(), ts, slack.MsgOptionText("Done", false)); err != nil {
		t.Fatal(err)
	}
	if m := a.inner(t, 0).(*slackevents.MessageEvent); m.BotID != slacktest.BotID || m.SubType != "" {
		t.Errorf("%+v", m)
	}
	if m := a.inner(t, 1).(*slackevents.MessageEvent); m.SubType != "message_changed" || m.Message.Text != "Done" || m.Message.BotID != slacktest.BotID {
		t.Errorf("%+v", m)
	}
}

func TestTheHomeTabIsOpenedAndPublished(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann := s.Person("U_ANN")
	ann.OpensHome()
	if e := a.inner(t, 0).(*slackevents.AppHomeOpenedEvent); e.User != "U_ANN" || e.Tab != "home" || e.View != nil {
		t.Errorf("%+v", e)
	}
	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{buttons("new", "New change")}}}
	first := must[*slack.ViewResponse](t)(a.PublishView("U_ANN", home, ""))
	if _, err := a.PublishView("U_ANN", home, first.Hash); err != nil {
		t.Error(err)
	}
	if _, err := a.PublishView("U_ANN", home, first.Hash); code(err) != "hash_conflict" {
		t.Error(err)
	}
	ann.OpensHome()
	if e := a.inner(t, 1).(*slackevents.AppHomeOpenedEvent); e.View == nil || e.View.ID != first.ID {
		t.Errorf("%+v", e)
	}
	v, _ := ann.Home()
	ann.Clicks(v, "new")
	if c := a.interaction(t, 0); c.Container.Type != "view" || c.Container.ViewID != first.ID || c.View.Type != slack.VTHomeTab || c.TriggerID == "" || c.ResponseURL != "" {
		t.Errorf("%+v", c)
	}
}

func TestAnEventThatNoClientKnows(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	d := s.Happens("moon_landed")
	slacktest.Await(t, "the client to stumble", func() bool { return len(a.got(socketmode.EventTypeErrorBadMessage)) == 1 })
	bad := a.got(socketmode.EventTypeErrorBadMessage)[0].Data.(*socketmode.ErrorBadMessage)
	if !strings.Contains(string(bad.Message), "moon_landed") || d.Settled() {
		t.Errorf("%s", bad.Message)
	}
}
