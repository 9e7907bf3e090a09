package slack

import (
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"orderly.example/bot"
	"orderly.example/ops"
)

// actionPrefix starts the action IDs of the buttons of changes.
const actionPrefix = "change-"

func (d drawing) button(c bot.Card, n int, a bot.Action) *slack.ButtonBlockElement {
	value, err := json.Marshal(a.Press(c))
	if err != nil {
		panic(err) // of texts and numbers only
	}
	b := slack.NewButtonBlockElement(fmt.Sprint(actionPrefix, n), string(value), plain(a.Label.In(d.lang), maxLabel))
	switch a.Weight {
	case bot.WeightGo:
		b.WithStyle(slack.StylePrimary)
	case bot.WeightStop:
		b.WithStyle(slack.StyleDanger)
	}
	if !a.Confirm.IsZero() {
		b.WithConfirm(slack.NewConfirmationBlockObject(
			plain(a.Label.In(d.lang), maxLabel), plain(a.Confirm.In(d.lang), maxConfirm), plain(a.Label.In(d.lang), 30),
			plain(ops.Text{En: "back", Zh: "返回"}.In(d.lang), 30),
		))
	}
	return b
}
