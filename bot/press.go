package bot

import (
	"encoding/json"

	"orderly.example/ops"
)

// Press is what a button on a chat platform says when it is clicked. Nothing of it is believed but what the person
// meant: the change answers from what it knows at that moment.
type Press struct {
	Version int         `json:"v"`
	Change  string      `json:"c"`
	Act     ops.ActKind `json:"a,omitempty"`
	Undo    bool        `json:"u,omitempty"`
	Plan    string      `json:"p,omitempty"` // the plan that was shown
	Why     bool        `json:"w,omitempty"` // a reason is asked for
}

// pressVersion is the form of a Press. A click on a button of another form changes nothing.
const pressVersion = 1

// maxPress bounds what comes back from a click, in bytes.
const maxPress = 2000

// Press is what the button of an action of a change says.
func (a Action) Press(change string) Press {
	return Press{Version: pressVersion, Change: change, Act: a.Act, Undo: a.Undo, Plan: a.PlanHash, Why: a.Why}
}

// ReadPress reads what a click brought back.
func ReadPress(raw []byte) (Press, error) {
	var p Press
	if len(raw) > maxPress || json.Unmarshal(raw, &p) != nil || p.Version != pressVersion || p.Change == "" || p.Undo == (p.Act != "") {
		return Press{}, ops.Errorf(ops.Invalid, "this button is from another version of the program; look at the change as it is now with: show <id>",
			"该按钮来自其他版本的程序;请用 show <id> 查看变更的当前状态")
	}
	return p, nil
}
