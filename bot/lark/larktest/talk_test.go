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

func TestRichTextsPicturesAndOtherBots(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	ann.Posts(ops, "@orderly scale web", "for @ann and @nobody")
	m := a.message(t, 0).Event.Message
	const want = `{"content":[[{"style":[],"tag":"at","user_id":"@_user_1","user_name":"orderly"},{"style":[],"tag":"text","text":" scale web"}],` +
		`[{"style":[],"tag":"text","text":"for "},{"style":[],"tag":"at","user_id":"@_user_2","user_name":"Ann"},{"style":[],"tag":"text","text":" and @nobody"}]],"title":""}`
	if *m.MessageType != "post" || *m.Content != want || len(m.Mentions) != 2 {
		t.Error(*m.Content)
	}
	ann.Shares(ann.DM(), "image", `{"image_key":"img_1"}`)
	if m := a.message(t, 1).Event.Message; *m.MessageType != "image" || *m.Content != `{"image_key":"img_1"}` {
		t.Error(*m.Content)
	}
	other := s.Person("ou_other").IsBot()
	said := other.Says(ops, "@orderly hello")
	if e := a.message(t, 2).Event; *e.Sender.SenderType != "bot" || *e.Sender.SenderId.OpenId != "ou_other" {
		t.Errorf("%+v", e.Sender)
	}
	if got := ops.Draw() + ann.Draw(); got != "#ops\nAnn: @orderly scale web\n    for @Ann and @nobody\nOther: @orderly hello\ndirect messages with Ann\nAnn: (image)\n" {
		t.Error(got)
	}
	got, err := a.get(t, said.ID())
	if err != nil || *got.Sender.SenderType != "user" || *got.Mentions[0].Id != larktest.BotOpenID || *got.Mentions[0].Key != "@_user_1" {
		t.Errorf("%+v %v", got, err)
	}
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
