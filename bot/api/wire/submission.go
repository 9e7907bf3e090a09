package wire

import "encoding/json"

// Submission is a request as a client writes it; the person comes from the token.
type Submission struct {
	Operation  string                     `json:"operation" doc:"Name or alias of the operation" example:"scale"`
	Params     map[string]json.RawMessage `json:"params,omitempty" doc:"Values of the parameters: texts, numbers, booleans or lists of these; see the operation's schema"`
	Reason     string                     `json:"reason,omitempty" doc:"Why; it stays in the record"`
	DryRun     bool                       `json:"dry_run,omitempty" doc:"Only plan, change nothing"`
	At         string                     `json:"at,omitempty" doc:"Not before this time: RFC 3339, 20:00, tomorrow 09:30 or +30m" example:"2026-11-24T20:00:00+08:00"`
	Cron       string                     `json:"cron,omitempty" doc:"Run again and again: a cron line of five fields" example:"0 8 * * 1-5"`
	TimeZone   string                     `json:"timezone,omitempty" doc:"Time zone of cron and at, an IANA name" example:"Asia/Shanghai"`
	BreakGlass string                     `json:"break_glass,omitempty" doc:"Go through a freeze for this reason; it is reviewed afterwards"`
	Hold       bool                       `json:"hold,omitempty" doc:"When a step fails wait for a person instead of undoing at once"`
	Channel    string                     `json:"channel,omitempty" doc:"The console room that follows the change; nobody when empty" example:"ops"`
}

// Started says which change a request became.
type Started struct {
	ID string `json:"id" doc:"The change" example:"scale-abcdefghijkl"`
}
