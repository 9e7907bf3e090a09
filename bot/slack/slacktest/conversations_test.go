package slacktest_test

import (
	"testing"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

func TestThreadsAndMetadataAreRead(t *testing.T) {
	s := slacktest.New(t)
	ops, api := s.Channel("ops").ID(), client(s)
	root := post(t, api, ops)
	reply := post(t, api, ops, slack.MsgOptionTS(root), slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType: "change", EventPayload: map[string]any{"id": "c7"},
	}))
	below := post(t, api, ops, slack.MsgOptionTS(reply)) // the thread of a reply is that of its first message
	all := thread(t, api, ops, reply)
	if len(all) != 3 || all[0].ReplyCount != 2 || all[1].Metadata.EventPayload["id"] != "c7" || all[2].ThreadTimestamp != root || all[2].Timestamp != below {
		t.Fatalf("%+v", all)
	}
	some, _, _, err := api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: ops, Timestamp: root})
	if err != nil || some[1].Metadata.EventType != "" {
		t.Errorf("metadata that nobody asked for: %+v, %v", some[1].Metadata, err)
	}
	if _, _, _, err := api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: ops, Timestamp: "1.000001"}); code(err) != "thread_not_found" {
		t.Error(err)
	}
	h := must[*slack.GetConversationHistoryResponse](t)(api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: ops}))
	if len(h.Messages) != 1 || h.Messages[0].Timestamp != root {
		t.Errorf("%+v", h.Messages)
	}
}

func TestHistoryComesInPagesNewestFirst(t *testing.T) {
	s := slacktest.New(t)
	ops, api := s.Channel("ops").ID(), client(s)
	var posted, got []string
	for range 7 {
		posted = append(posted, post(t, api, ops))
	}
	p := &slack.GetConversationHistoryParameters{ChannelID: ops, Limit: 2, Oldest: posted[1], Latest: posted[6], Inclusive: true}
	for {
		h := must[*slack.GetConversationHistoryResponse](t)(api.GetConversationHistory(p))
		for _, m := range h.Messages {
			got = append([]string{m.Timestamp}, got...)
		}
		if !h.HasMore {
			break
		}
		p.Cursor = h.ResponseMetaData.NextCursor
	}
	if len(got) != 6 || got[0] != posted[1] || got[5] != posted[6] {
		t.Errorf("%v of %v", got, posted)
	}
}

func TestChannelsAndPeopleAreLookedUp(t *testing.T) {
	s := slacktest.New(t)
	ann, api := s.Person("U_ANN"), client(s)
	dm, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{ann.ID()}})
	if err != nil || dm.ID != ann.DM().ID() || !dm.IsIM || dm.User != ann.ID() {
		t.Fatalf("%+v, %v", dm, err)
	}
	if _, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{"U_NONE"}}); code(err) != "user_not_found" {
		t.Error(err)
	}
	info := must[*slack.Channel](t)(api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: s.Channel("ops").ID()}))
	if info.Name != "ops" || !info.IsChannel || !info.IsMember {
		t.Errorf("%+v", info)
	}
	u := must[*slack.User](t)(api.GetUserByEmail("Ann@example.com"))
	if u.ID != ann.ID() || u.RealName != "Ann" {
		t.Errorf("%+v", u)
	}
	if u = must[*slack.User](t)(api.GetUserInfo(ann.ID())); u.Profile.Email != "ann@example.com" {
		t.Errorf("%+v", u)
	}
	if _, err := api.GetUserByEmail("nobody@example.com"); code(err) != "users_not_found" {
		t.Error(err)
	}
	if ts := post(t, api, ann.ID()); thread(t, api, ann.DM().ID(), ts)[0].Timestamp != ts {
		t.Error("a message to a person is not in their direct messages")
	}
}
