package lark

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// posted is the answer to a message.
type posted struct {
	Data struct {
		MessageID string `json:"message_id"`
		Chat      string `json:"chat_id"`
	} `json:"data"`
}

// Post says something new. The platform itself makes sure for an hour that the same key is the same message.
func (c *Client) Post(ctx context.Context, p chat.Post) (chat.Message, error) {
	return c.post(ctx, p.To, drawContent(p.Content, p.To.Thread), p.Key)
}

func (c *Client) post(ctx context.Context, to chat.Place, card Card, key string) (chat.Message, error) {
	body, err := drawn(card)
	if err != nil {
		return chat.Message{}, err
	}
	body["uuid"] = ops.ShortHash(to.Channel, to.Thread, key)
	var out posted
	path := "/open-apis/im/v1/messages?receive_id_type=" + idType(to.Channel)
	if to.Thread != "" {
		path = "/open-apis/im/v1/messages/" + segment(to.Thread) + "/reply"
		body["reply_in_thread"] = !to.Direct
	} else {
		body["receive_id"] = to.Channel
	}
	if err := c.call(ctx, http.MethodPost, path, body, &out); err != nil {
		return chat.Message{}, err
	}
	// Clicks on it name the chat, also when it was posted to a person: one message has one name.
	return chat.Message{Channel: cmp.Or(out.Data.Chat, to.Channel), Thread: to.Thread, ID: out.Data.MessageID}, nil
}

// idType says what the name of a place is: a chat, or a person, whose conversation with the bot is meant.
func idType(channel string) string {
	if strings.HasPrefix(channel, "ou_") {
		return "open_id"
	}
	return "chat_id"
}

// Edit gives a message another content. Everything that we post is a card: a text could be edited 20 times only.
func (c *Client) Edit(ctx context.Context, m chat.Message, content chat.Content) error {
	body, err := drawn(drawContent(content, m.Thread))
	if err != nil {
		return err
	}
	return c.call(ctx, http.MethodPatch, "/open-apis/im/v1/messages/"+segment(m.ID), map[string]any{"content": body["content"]}, nil)
}

// Whisper answers one person where they are: the platform has no message that others do not see and that lasts.
func (c *Client) Whisper(ctx context.Context, to chat.Asker, content chat.Content) error {
	if !to.Place.Direct && to.Place.Channel != "" {
		content.Mention = append(content.Mention, to.Account)
	}
	return c.postCard(ctx, to, drawContent(content, to.Place.Thread))
}

// postCard posts a card where somebody is, or to them.
func (c *Client) postCard(ctx context.Context, to chat.Asker, card Card) error {
	place := to.Place
	if place.Channel == "" {
		place = chat.Place{Channel: to.Account, Direct: true}
	}
	key := rand.Text()
	if to.Key != "" { // the same answer to the same delivery is one message, also when its first try got no answer
		raw, err := json.Marshal(card)
		if err != nil {
			return ops.Errorf(ops.Internal, "the card cannot be written", "卡片无法生成").Because(err)
		}
		key = ops.ShortHash(to.Key, string(raw))
	}
	_, err := c.post(ctx, place, card, key)
	return err
}

// Home writes to a person what concerns them: a bot has no page of its own.
func (c *Client) Home(ctx context.Context, account string, content chat.Content) error {
	return c.postCard(ctx, chat.Asker{Account: account}, drawContent(content, ""))
}

// drawn is a card as a message.
func drawn(card Card) (map[string]any, error) {
	raw, err := json.Marshal(card)
	if err != nil {
		return nil, ops.Errorf(ops.Internal, "the card cannot be written", "卡片无法生成").Because(err)
	}
	return map[string]any{"msg_type": "interactive", "content": string(raw)}, nil
}

// maxText bounds a text, in characters.
const maxText = 3800

// drawContent draws a card, or writes a text as a card of one paragraph.
func drawContent(content chat.Content, thread string) Card {
	if content.Card != nil {
		return drawing{lang: content.Lang, thread: thread}.fit(*content.Card)
	}
	text := bot.Clip(strings.TrimSpace(content.Text.In(content.Lang)), maxText)
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		indent := len(l) - len(strings.TrimLeft(l, " "))
		lines = append(lines, strings.Repeat("\u2003", (indent+1)/2)+escape(strings.TrimLeft(l, " ")))
	}
	said := strings.Join(lines, "\n")
	for _, account := range content.Mention {
		said += " <at id=" + escape(account) + "></at>"
	}
	return Card{Schema: "2.0", Config: config{UpdateMulti: true}, Body: body{Elements: []element{markdown(said)}}}
}
