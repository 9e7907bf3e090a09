package chat

import (
	"time"

	"orderly.example/bot"
	"orderly.example/ops"
)

// note is a new message beside the card: it is said once, when somebody is needed.
type note struct {
	name string // it is said once by this name
	text ops.Text
	call []ops.User // who is called to it
	ask  bool       // they are asked for an answer, so that they need the card with its buttons
	loud bool       // the whole channel should see it
}

// longChange is how long a change runs before its requester is told of its end.
const longChange = time.Minute

// notes are what should have been said about a change by now.
func notes(s ops.Status, people *bot.Identities) []note {
	var out []note
	switch {
	case s.State == ops.WaitingApproval && s.Decision != nil && s.Decision.Need != nil && s.Plan != nil:
		n := note{name: "ask-" + s.Plan.Hash[:min(8, len(s.Plan.Hash))], text: ops.Textf("%s waits for approval: %s", "%s 等待审批:%s", s.ID, s.Decision.Need.Text()), ask: true}
		for _, u := range people.Voters(*s.Decision.Need) {
			if u.ID != s.Request.By.ID {
				n.call = append(n.call, u)
			}
		}
		out = append(out, n)
	case s.State == ops.Held:
		out = append(out, note{name: "held-" + lastStep(s), text: ops.Textf("%s is held: a step failed; try it again or cancel", "%s 已暂停:步骤失败,请重试或取消", s.ID), call: []ops.User{s.Request.By}})
	}
	if s.State == ops.Paused {
		out = append(out, note{name: "paused-" + lastStep(s), text: ops.Textf("%s is paused: %s", "%s 已暂停:%s", s.ID, s.Waiting), call: []ops.User{s.Request.By}})
	}
	if n, ok := ending(s); ok {
		out = append(out, n)
	}
	if s.ReviewOwed && !s.ClosedAt.IsZero() {
		out = append(out, note{name: "review", text: ops.Textf("%s went through a freeze: somebody else must review it", "%s 紧急突破了封网:须由他人复核", s.ID), loud: true})
	}
	return out
}

// ending is the note about the end: of what failed, and of what took long enough for its requester to look away.
func ending(s ops.Status) (note, bool) {
	if s.ClosedAt.IsZero() || s.Risk == ops.Read {
		return note{}, false
	}
	took := s.ClosedAt.Sub(s.CreatedAt).Round(time.Second)
	bad := s.State == ops.Failed || s.State == ops.RolledBack
	if !bad && took < longChange {
		return note{}, false
	}
	text := ops.Textf("%s: %s, after %s", "%s:%s,用时 %s", s.ID, s.State.Text(), took)
	if s.Error != nil {
		text = ops.Textf("%s: %s", "%s:%s", text, s.Error.Text)
	}
	return note{name: "end", text: text, call: []ops.User{s.Request.By}, loud: bad}, true
}

func lastStep(s ops.Status) string {
	if len(s.Steps) == 0 {
		return "0"
	}
	return s.Steps[len(s.Steps)-1].ID
}
