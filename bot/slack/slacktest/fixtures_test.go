package slacktest_test

import (
	"errors"
	"testing"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

// client is the real client, pointed at the fake.
func client(s *slacktest.Server) *slack.Client {
	return slack.New(s.BotToken, slack.OptionAPIURL(s.API()), slack.OptionAppLevelToken(s.AppToken))
}

// code is the error code of an answer; empty when there is no error.
func code(err error) string {
	var answer slack.SlackErrorResponse
	switch {
	case err == nil:
		return ""
	case errors.As(err, &answer):
		return answer.Err
	}
	return err.Error()
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// post posts a message with one button.
func post(t *testing.T, c *slack.Client, channel string, more ...slack.MsgOption) string {
	t.Helper()
	_, ts, err := c.PostMessage(channel, append([]slack.MsgOption{
		slack.MsgOptionText("Scale web?", false), slack.MsgOptionBlocks(section("*Scale web* to 5?"), buttons("approve", "Approve")),
	}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

func section(text string) slack.Block {
	return slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, text, false, false), nil, nil)
}

func plain(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}

func buttons(id, label string) slack.Block {
	return slack.NewActionBlock("acts", slack.NewButtonBlockElement(id, "web", plain(label)))
}

func modal(blocks ...slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain("Scale"), Submit: plain("Run"), CallbackID: "scale", PrivateMetadata: "p",
		Blocks: slack.Blocks{BlockSet: blocks},
	}
}

func input(block, action string) slack.Block {
	return slack.NewInputBlock(block, plain(block), nil, slack.NewPlainTextInputBlockElement(nil, action))
}
