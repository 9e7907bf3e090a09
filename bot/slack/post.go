package slack

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"orderly.example/bot/chat"
)

// keyName is the name under which a message's metadata holds what the message is about. Slack's post takes no
// idempotency key, so a message that may be there already is looked for by it.
const (
	keyName   = "key"
	eventType = "orderly_message"
	lookBack  = 100 // messages
)

// Post says something new.
func (c *Client) Post(ctx context.Context, p chat.Post) (chat.Message, error) {
	if p.To.Channel == "" {
		return chat.Message{}, nobodyHome()
	}
	if p.Again {
		m, found, err := c.find(ctx, p)
		if found || err != nil {
			return m, err
		}
	}
	options := append(drawn(p.Content), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: eventType, EventPayload: map[string]any{keyName: p.Key}}))
	if p.To.Thread != "" {
		options = append(options, slack.MsgOptionTS(p.To.Thread))
		if p.Loud {
			options = append(options, slack.MsgOptionBroadcast())
		}
	}
	channel, ts, err := c.api.PostMessageContext(ctx, p.To.Channel, options...)
	if err != nil {
		return chat.Message{}, explain("chat.postMessage", err)
	}
	return chat.Message{Channel: channel, Thread: p.To.Thread, ID: ts}, nil
}

// find looks for a message that was posted before without an answer.
func (c *Client) find(ctx context.Context, p chat.Post) (chat.Message, bool, error) {
	var all []slack.Message
	var err error
	if p.To.Thread != "" {
		all, _, _, err = c.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: p.To.Channel, Timestamp: p.To.Thread, Limit: lookBack, IncludeAllMetadata: true,
		})
		err = explain("conversations.replies", err)
	} else {
		var answer *slack.GetConversationHistoryResponse
		answer, err = c.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: p.To.Channel, Limit: lookBack, IncludeAllMetadata: true,
		})
		err = explain("conversations.history", err)
		if answer != nil {
			all = answer.Messages
		}
	}
	for _, m := range all {
		if key, _ := m.Metadata.EventPayload[keyName].(string); m.Metadata.EventType == eventType && key == p.Key {
			return chat.Message{Channel: p.To.Channel, Thread: p.To.Thread, ID: m.Timestamp}, true, nil
		}
	}
	return chat.Message{}, false, err
}

// Edit gives a message another content.
func (c *Client) Edit(ctx context.Context, m chat.Message, content chat.Content) error {
	_, _, _, err := c.api.UpdateMessageContext(ctx, m.Channel, m.ID, drawn(content)...)
	return explain("chat.update", err)
}

// Whisper answers one person: only they see it, but in their own conversation with the bot.
func (c *Client) Whisper(ctx context.Context, to chat.Asker, content chat.Content) error {
	options := drawn(content)
	switch {
	case to.Place.Channel == "" || to.Place.Direct:
		place := to.Place
		if place.Channel == "" {
			var err error
			if place, err = c.Direct(ctx, to.Account); err != nil {
				return err
			}
		}
		if place.Thread != "" {
			options = append(options, slack.MsgOptionTS(place.Thread))
		}
		_, _, err := c.api.PostMessageContext(ctx, place.Channel, options...)
		return explain("chat.postMessage", err)
	case to.Reply != "" && c.trusted(to.Reply):
		_, _, _, err := c.api.SendMessageContext(ctx, "", append(options, slack.MsgOptionResponseURL(to.Reply, slack.ResponseTypeEphemeral))...)
		if err == nil {
			return nil
		}
	}
	if to.Place.Thread != "" {
		options = append(options, slack.MsgOptionTS(to.Place.Thread))
	}
	_, err := c.api.PostEphemeralContext(ctx, to.Place.Channel, to.Account, options...)
	return explain("chat.postEphemeral", err)
}

// responses is where the addresses lead that Slack gives us to answer at.
const responses = "https://hooks.slack.com/"

// trusted says whether an address to answer at is Slack's: a forged one would have us call whatever it names.
func (c *Client) trusted(address string) bool {
	if c.config.API != "" {
		return strings.HasPrefix(address, strings.TrimSuffix(c.config.API, "api/"))
	}
	return strings.HasPrefix(address, responses)
}

// drawn is a content as Slack takes it.
func drawn(c chat.Content) []slack.MsgOption {
	m := drawContent(c)
	options := []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
	if len(m.Blocks) > 0 {
		options = append(options, slack.MsgOptionBlocks(m.Blocks...))
	}
	return options
}

// drawContent draws a card, or writes a text: one with columns or indented lines in a font of even width.
func drawContent(c chat.Content) Message {
	if c.Card != nil {
		return Draw(*c.Card, c.Lang)
	}
	text := strings.TrimSpace(c.Text.In(c.Lang))
	if strings.Contains(text, "\n  ") {
		text = fenced(clipBytes(text))
	} else {
		text = escape(clipBytes(text))
	}
	for _, account := range c.Mention {
		text += " <@" + account + ">"
	}
	return Message{Text: text}
}
