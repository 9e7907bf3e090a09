package larktest_test

import (
	"testing"

	"orderly.example/bot/lark/larktest"
)

func TestMentionsInGroupsAndAllThatIsSaidAlone(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	ann.Says(ops, "just chatting with @ann and @all")
	ann.Says(s.Chat("away").WithoutApp(), "@orderly help")
	first := ann.Says(ops, "@orderly scale web <5 for @ann, not @nobody")
	e := a.message(t, 0).Event
	m := e.Message
	if *m.Content != text("@_user_1 scale web <5 for @_user_2, not @nobody") || *m.ChatType != "group" || *m.ChatId != "oc_ops" || *m.MessageType != "text" ||
		*m.MessageId != first.ID() || m.ThreadId != nil || m.RootId != nil || len(*m.CreateTime) != 13 {
		t.Errorf("%+v", *m.Content)
	}
	if len(m.Mentions) != 2 || *m.Mentions[0].Id.OpenId != larktest.BotOpenID || *m.Mentions[0].MentionedType != "bot" || *m.Mentions[1].Key != "@_user_2" || *m.Mentions[1].Id.OpenId != "ou_ann" || *m.Mentions[1].Name != "Ann" {
		t.Errorf("%+v", m.Mentions)
	}
	if *e.Sender.SenderType != "user" || *e.Sender.SenderId.OpenId != "ou_ann" || *e.Sender.SenderId.UnionId != "on_ann" || e.Sender.SenderId.UserId != nil || *e.Sender.TenantKey != larktest.TenantKey {
		t.Errorf("%+v", e.Sender)
	}
	below := ann.Replies(first, "@orderly yes")
	if m = a.message(t, 1).Event.Message; *m.ThreadId != first.Thread() || *m.RootId != first.ID() || *m.ParentId != first.ID() {
		t.Errorf("%+v", m)
	}
	ann.Quotes(below, "@orderly no")
	if m = a.message(t, 2).Event.Message; *m.ThreadId != first.Thread() || *m.RootId != first.ID() || *m.ParentId != below.ID() {
		t.Errorf("%+v", m)
	}
	ann.Quotes(ann.Says(ops, "hm"), "@orderly well")
	if m = a.message(t, 3).Event.Message; m.ThreadId != nil || *m.RootId != *m.ParentId {
		t.Errorf("%+v", m)
	}
	ann.Says(ann.DM(), "help")
	if m = a.message(t, 4).Event.Message; *m.ChatType != "p2p" || *m.ChatId != ann.DM().ID() || len(m.Mentions) != 0 {
		t.Errorf("%+v", m)
	}
	const want = `#ops
Ann: just chatting with @Ann and @_all
Ann: @orderly scale web <5 for @Ann, not @nobody
    Ann: @orderly yes
    Ann: @orderly no
Ann: hm
Ann: (to Ann) @orderly well
`
	if ops.Draw() != want || len(s.Deliveries()) != 5 {
		t.Error(ops.Draw(), len(s.Deliveries()))
	}
}

func TestWithoutTheScopesNothingIsHeard(t *testing.T) {
	s := larktest.New(t)
	ann := s.Person("ou_ann")
	s.Scopes("im:message.p2p_msg:readonly")
	ann.Says(s.Chat("ops"), "@orderly help")
	ann.Says(ann.DM(), "help")
	s.Scopes("im:message.group_at_msg:readonly")
	ann.Says(s.Chat("ops"), "@orderly help")
	ann.Says(ann.DM(), "help")
	if n := len(s.Deliveries("im.message.receive_v1")); n != 2 {
		t.Error(n)
	}
}

func TestMenusChatsThatAreEnteredAndGroupsThatAreJoined(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, away := s.Person("ou_ann"), s.Chat("away").WithoutApp()
	ann.OpensMenu("help").Answer()
	if e := nth(t, a, &a.menus, 0).Event; *e.EventKey != "help" || *e.Operator.OperatorId.OpenId != "ou_ann" || *e.Operator.OperatorName != "Ann" {
		t.Errorf("%+v", e)
	}
	ann.Enters().Answer()
	if e := nth(t, a, &a.entered, 0).Event; *e.ChatId != ann.DM().ID() || *e.OperatorId.OpenId != "ou_ann" || e.LastMessageId != nil {
		t.Errorf("%+v", e)
	}
	said := a.say(t, ann.DM(), "Hi")
	ann.Enters().Answer()
	if e := nth(t, a, &a.entered, 1).Event; *e.LastMessageId != said {
		t.Errorf("%+v", e)
	}
	ann.Adds(away).Answer()
	if e := nth(t, a, &a.added, 0).Event; *e.ChatId != away.ID() || *e.Name != "away" || *e.OperatorId.OpenId != "ou_ann" {
		t.Errorf("%+v", e)
	}
	a.say(t, away, "Hi")
}

func TestSlashCommandsComeAsMessages(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	if _, err := a.raw(t, "POST", "/open-apis/application/v7/app_slash_commands", object{"command": "scale"}); err != nil {
		t.Fatal(err)
	}
	s.Person("ou_ann").Command("/scale", "web 5")
	if m := a.message(t, 0).Event.Message; *m.Content != text("/scale web 5") || *m.ChatType != "p2p" {
		t.Errorf("%+v", m)
	}
}

func TestDeliveriesComeTwiceAndInAnotherOrder(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	s.DuplicateNext(2)
	ann.Says(ops, "@orderly one")
	one, two := a.message(t, 0), a.message(t, 1)
	if *one.Event.Message.MessageId != *two.Event.Message.MessageId || one.EventV2Base.Header.EventID == two.EventV2Base.Header.EventID {
		t.Error("the same message with another event ID")
	}
	ann.OpensMenu("help")
	if first := nth(t, a, &a.menus, 0).EventV2Base.Header.EventID; nth(t, a, &a.menus, 1).EventV2Base.Header.EventID != first {
		t.Error("the same event with the same ID")
	}
	for _, d := range s.Deliveries() {
		d.Answer()
	}
	s.SwapNext()
	second := ann.Says(ops, "@orderly two")
	n := len(s.Deliveries())
	third := ann.Says(ops, "@orderly three")
	if all := s.Deliveries(); len(all) != n+2 || *messageOf(t, all[n]) != third.ID() || *messageOf(t, all[n+1]) != second.ID() {
		t.Errorf("%d, then %d", n, len(all))
	}
}
