package slacktest

import "fmt"

// refusal is an answer with "ok": false.
type refusal struct {
	code string
	more object
	wait int // seconds, when there were too many calls
}

func refuse(code string) *refusal { return &refusal{code: code} }

// invalid is a refusal that says where the fault is, as Slack does for arguments, blocks and views.
func invalid(code string, messages ...string) *refusal {
	return &refusal{code: code, more: object{"response_metadata": object{"messages": messages}}}
}

// refusedFor is the refusal of content with problems; nil when there are none.
func refusedFor(problems []Problem) *refusal {
	if len(problems) == 0 {
		return nil
	}
	messages := make([]string, len(problems))
	for i, p := range problems {
		messages[i] = p.String()
	}
	return invalid(problems[0].Code, messages...)
}

func missing(argument string) *refusal {
	return invalid("invalid_arguments", fmt.Sprintf("[ERROR] missing required field: %s", argument))
}

func (r *refusal) answer() object {
	o := object{"ok": false, "error": r.code}
	for k, v := range r.more {
		o[k] = v
	}
	return o
}
