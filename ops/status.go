package ops

import "time"

// Status is everything there is to know about a change; every surface shows it and only shows it.
type Status struct {
	ID          string     `json:"id"`
	Operation   string     `json:"operation"`
	Request     Request    `json:"request"`
	State       State      `json:"state"`
	Waiting     Text       `json:"waiting,omitzero"` // what it waits for, while it waits
	Risk        Risk       `json:"risk"`
	Plan        *Plan      `json:"plan,omitempty"`
	Decision    *Decision  `json:"decision,omitempty"`
	Approvals   []Approval `json:"approvals,omitempty"` // answers that count for the present plan
	Steps       []Step     `json:"steps,omitempty"`
	Progress    []Progress `json:"progress,omitempty"` // of the steps that run now
	Answer      *Answer    `json:"answer,omitempty"`   // what a reading operation found
	Error       *Error     `json:"error,omitempty"`
	Events      []Event    `json:"events,omitempty"`
	ReviewOwed  bool       `json:"review_owed,omitempty"` // a freeze was broken: somebody must look at it afterwards
	Undoable    bool       `json:"undoable,omitempty"`
	Demo        bool       `json:"demo,omitempty"` // it acts on the simulated cloud
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
	ClosedAt    time.Time  `json:"closed_at,omitzero"`
	CanContinue []ActKind  `json:"actions,omitempty"` // what a person may do with it in this state
}

// Event is one line of the record: what happened, when, and by whom. Seq counts from 1 without gaps.
type Event struct {
	Seq  int       `json:"seq"`
	At   time.Time `json:"at"`
	Kind EventKind `json:"kind"`
	By   string    `json:"by,omitempty"` // a person's id; empty when the program did it
	Text Text      `json:"text"`
}

// EventKind says what sort of turn an Event records.
type EventKind string

// The kinds of events.
const (
	EventState    EventKind = "state"
	EventPlan     EventKind = "plan"
	EventDecision EventKind = "decision"
	EventApproval EventKind = "approval"
	EventRefused  EventKind = "refused"
	EventLock     EventKind = "lock"
	EventStep     EventKind = "step"
	EventUndo     EventKind = "undo"
	EventAct      EventKind = "act"
	EventNote     EventKind = "note"
)

// Step is one side effect of a change and how it went.
type Step struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"` // provider.step
	Object  string    `json:"object,omitempty"`
	State   StepState `json:"state"`
	Undo    bool      `json:"undo,omitempty"` // it takes something back
	Started time.Time `json:"started,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	Error   *Error    `json:"error,omitempty"`
}

// StepState is how far a step is.
type StepState string

// The states of a step.
const (
	StepRunning StepState = "running"
	StepDone    StepState = "done"
	StepFailed  StepState = "failed"
)

// Progress is the fine progress of a running step; it costs no history.
type Progress struct {
	Object  string `json:"object"`
	Done    int    `json:"done"`
	Total   int    `json:"total"`
	Text    Text   `json:"text,omitzero"`
	Attempt int    `json:"attempt,omitempty"` // which try of the step this is, from 1
}

// Answer is what a reading operation found: a sentence and a table.
type Answer struct {
	Text    Text       `json:"text"`
	Columns []Text     `json:"columns,omitempty"`
	Rows    [][]string `json:"rows,omitempty"`
}

// Notice tells the surface that a request came from that its change has news. It carries no status: whoever shows the
// change reads it as it is at that moment, so that what is shown is always the latest.
type Notice struct {
	Change string `json:"change"`
	From   Origin `json:"from"`
	Ref    string `json:"ref,omitempty"`   // what the surface answered the last time
	Again  bool   `json:"again,omitempty"` // it was told before without an answer: what it asks for may be there already
}

// Receipt is the answer of a surface to a Notice.
type Receipt struct {
	Ref   string    `json:"ref,omitempty"`  // where the message is and what was said so far, in the surface's own words
	Renew time.Time `json:"renew,omitzero"` // when the message stops taking answers, so that a change that waits must be shown anew
}

// Summary is one line of a list of changes; it is read from visibility alone.
type Summary struct {
	ID        string    `json:"id"`
	Operation string    `json:"operation"`
	State     State     `json:"state"`
	Text      Text      `json:"text"` // the plan's summary, or the request in words
	Requester string    `json:"requester"`
	Targets   string    `json:"targets,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	ClosedAt  time.Time `json:"closed_at,omitzero"`
}

// Schedule is a request that runs again and again.
type Schedule struct {
	ID        string      `json:"id"`
	Request   Request     `json:"request"`
	When      string      `json:"when"` // the cron line and its time zone
	Paused    bool        `json:"paused"`
	Note      string      `json:"note,omitempty"`
	Next      []time.Time `json:"next,omitempty"`
	LastRunAt time.Time   `json:"last_run_at,omitzero"`
}
