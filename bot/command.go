package bot

import "orderly.example/ops"

// CommandKind says what a line of chat asks for, and so which fields of a Command are filled.
type CommandKind string

// The kinds of commands.
const (
	CommandRequest CommandKind = "request" // Operation, Request and At: every required parameter has a value
	CommandForm    CommandKind = "form"    // the same, but required parameters are missing: ask for them
	CommandAct     CommandKind = "act"     // Act, ID, Note and Plan
	CommandShow    CommandKind = "show"    // ID
	CommandList    CommandKind = "list"    // Filter and Mine
	CommandHelp    CommandKind = "help"    // Operation, when it is about one, and All
)

// Command is one understood line of chat. Kind says which of the other fields mean something.
type Command struct {
	Kind      CommandKind
	Operation ops.Operation
	Request   ops.Request // without By, From and Key, which a line of text cannot know
	At        string      // a start time that depends on the clock, such as "tomorrow 09:30" or "+30m"; see StartTime
	Act       ops.ActKind
	ID        string // the change that Act and Show are about
	Note      string
	Plan      string // the first letters of the hash of the plan that the person saw; empty: the present one
	Filter    ops.Filter
	Mine      bool // Filter is about the speaker's own changes
	All       bool // help also says why the rest is not allowed
}
