package slack

import (
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"orderly.example/bot"
	"orderly.example/ops"
)

// press is what a button says when it is clicked. Nothing of it is believed but what the person meant.
type press struct {
	Version int         `json:"v"`
	Change  string      `json:"c"`
	Act     ops.ActKind `json:"a,omitempty"`
	Undo    bool        `json:"u,omitempty"`
	Plan    string      `json:"p,omitempty"`
	Why     bool        `json:"w,omitempty"` // ask for a reason first
}

// pressVersion is the form of a press. A click on a button of another form is answered with the change as it is now.
const pressVersion = 1

// maxPress bounds what comes back from a click, in bytes.
const maxPress = 2000

// actionPrefix starts the action IDs of the buttons of changes.
const actionPrefix = "change-"

func (d drawing) button(change string, n int, a bot.Action) *slack.ButtonBlockElement {
	value, err := json.Marshal(press{Version: pressVersion, Change: change, Act: a.Act, Undo: a.Undo, Plan: a.PlanHash, Why: a.Why})
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

// readPress reads what a click brought back.
func readPress(value string) (press, error) {
	var p press
	if len(value) > maxPress || json.Unmarshal([]byte(value), &p) != nil || p.Version != pressVersion || p.Change == "" || p.Undo == (p.Act != "") {
		return press{}, ops.Errorf(ops.Invalid, "this button is from another version of the program; look at the change as it is now with: show <id>",
			"该按钮来自其他版本的程序;请用 show <id> 查看变更的当前状态")
	}
	return p, nil
}
