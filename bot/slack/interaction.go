package slack

import (
	"encoding/json"
	"strings"

	"orderly.example/bot/chat"
)

// interaction is what of an interactivity payload is read.
type interaction struct {
	Type string `json:"type"`
	Team struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Channel struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"channel"`
	Container struct {
		Type      string `json:"type"`
		MessageTS string `json:"message_ts"`
		ThreadTS  string `json:"thread_ts"`
	} `json:"container"`
	Message struct {
		ThreadTS string `json:"thread_ts"`
	} `json:"message"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	Actions     []struct {
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
	} `json:"actions"`
	ActionID string `json:"action_id"` // of a suggestion
	Value    string `json:"value"`     // what was typed so far
	View     struct {
		ID              string `json:"id"`
		PrivateMetadata string `json:"private_metadata"`
		State           struct {
			Values map[string]map[string]filled `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// filled is the value of one input.
type filled struct {
	Value    string `json:"value"`
	Selected *struct {
		Value string `json:"value"`
	} `json:"selected_option"`
}

// interaction reads a click, a filled-in form, or the wish for suggestions; nil when it asks for nothing.
func (i inbound) interaction(raw []byte) (*chat.Delivery, error) {
	var p interaction
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, unreadable("interaction", err)
	}
	if p.Team.ID != i.team {
		return nil, errForeign(p.Team.ID)
	}
	switch p.Type {
	case "block_actions":
		return i.click(p), nil
	case "view_submission":
		return p.submission()
	case "block_suggestion":
		return p.suggestion()
	case "shortcut":
		return &chat.Delivery{Kind: chat.Say, Key: p.TriggerID, Text: "ops", By: chat.Asker{Account: p.User.ID, Trigger: p.TriggerID, Place: chat.Place{Direct: true}}}, nil
	}
	return nil, nil
}

func (i inbound) click(p interaction) *chat.Delivery {
	if len(p.Actions) != 1 || !strings.HasPrefix(p.Actions[0].ActionID, actionPrefix) {
		return nil // a link, or a select in a form
	}
	thread := p.Container.ThreadTS
	if thread == "" {
		thread = p.Message.ThreadTS
	}
	if thread == p.Container.MessageTS {
		thread = "" // the message has a thread and is not in it
	}
	press := json.RawMessage(p.Actions[0].Value)
	if !json.Valid(press) {
		press = nil // no button of ours; the click is told so
	}
	return &chat.Delivery{Kind: chat.Press, Key: p.TriggerID, Press: press, By: chat.Asker{
		Account: p.User.ID, On: p.Container.MessageTS, Trigger: p.TriggerID, Reply: p.ResponseURL,
		Place: chat.Place{Channel: p.Channel.ID, Thread: thread, Direct: p.Channel.ID == "" || i.direct(p.Channel.ID)},
	}}
}

// meta is what the form knows of why it was opened.
func (p interaction) meta() (asked, error) {
	var a asked
	if err := json.Unmarshal([]byte(p.View.PrivateMetadata), &a); err != nil {
		return a, unreadable("form", err)
	}
	a.By.Account, a.By.Trigger, a.By.Reply = p.User.ID, p.TriggerID, "" // whoever opened it, this person filled it in
	return a, nil
}

func (p interaction) values() map[string]string {
	out := map[string]string{}
	for name, block := range p.View.State.Values {
		for _, v := range block {
			out[name] = v.Value
			if v.Selected != nil {
				out[name] = v.Selected.Value
			}
		}
	}
	return out
}

func (p interaction) submission() (*chat.Delivery, error) {
	a, err := p.meta()
	if err != nil {
		return nil, err
	}
	if a.Press != nil {
		press, _ := json.Marshal(a.Press) // it was read from such a text
		return &chat.Delivery{Kind: chat.Press, Key: p.View.ID, By: a.By, Press: press, Why: p.values()[whyField]}, nil
	}
	return &chat.Delivery{Kind: chat.Submit, Key: p.View.ID, By: a.By, Form: a.Form, Values: p.values()}, nil
}

func (p interaction) suggestion() (*chat.Delivery, error) {
	a, err := p.meta()
	return &chat.Delivery{Kind: chat.Suggest, Key: p.TriggerID, By: a.By, Form: a.Form, Field: p.ActionID, Text: p.Value, Values: p.values()}, err
}
