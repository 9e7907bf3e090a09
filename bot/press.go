package bot

import (
	"encoding/json"

	"orderly.example/ops"
)

// Press is what a button on a chat platform says when it is clicked. Nothing of it is believed but what the person
// meant: the change answers from what it knows at that moment.
type Press struct {
	Version int         `json:"v"`
	Change  string      `json:"c,omitempty"`
	Act     ops.ActKind `json:"a,omitempty"`
	Undo    bool        `json:"u,omitempty"`
	Say     string      `json:"s,omitempty"` // a line, as if the person had typed it
	Plan    string      `json:"p,omitempty"` // the plan that was shown
	Why     bool        `json:"w,omitempty"` // a reason is asked for
	At      string      `json:"m,omitempty"` // the message that the button stands on; on a copy of it the button does nothing
}

// pressVersion is the form of a Press. A click on a button of another form changes nothing.
const pressVersion = 1

// maxPress bounds what comes back from a click, in bytes.
const maxPress = 2000

// Press is what the button of an action says; c is the card that it stands on.
func (a Action) Press(c Card) Press {
	if a.Say != "" {
		return Press{Version: pressVersion, Say: a.Say}
	}
	return Press{Version: pressVersion, Change: c.ID, Act: a.Act, Undo: a.Undo, Plan: a.PlanHash, Why: a.Why, At: c.At}
}

// ReadPress reads what a click on a message brought back.
func ReadPress(raw []byte, message string) (Press, error) {
	var p Press
	if len(raw) > maxPress || json.Unmarshal(raw, &p) != nil || p.Version != pressVersion || !p.whole() {
		return Press{}, ops.Errorf(ops.Invalid, "this button is from another version of the program; look at the change as it is now with: show <id>",
			"该按钮来自其他版本的程序;请用 show <id> 查看变更的当前状态")
	}
	if p.Say == "" && (p.At == "" || p.At != message) {
		return Press{}, ops.Errorf(ops.Denied, "this is a copy of the message; its buttons do nothing. Look at the change with: show %s", "这是消息的副本,按钮无效;请用 show %s 查看该变更", neutral(p.Change))
	}
	return p, nil
}

// whole says whether exactly one thing is asked for.
func (p Press) whole() bool {
	n := 0
	for _, asked := range []bool{p.Act != "", p.Undo, p.Say != ""} {
		if asked {
			n++
		}
	}
	return n == 1 && (p.Say != "") == (p.Change == "")
}
