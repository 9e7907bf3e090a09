package bot

import (
	"slices"

	"orderly.example/ops"
)

// Card is what a surface shows of one change, without how it is drawn: a room of the console writes it as text, a chat
// platform as a card with buttons.
type Card struct {
	ID       string
	Title    ops.Text
	Tone     Tone
	Sections []Section // in the order in which they are read
	Actions  []Action
	Links    []Link
	Foot     ops.Text // what everybody must know, such as that nothing real is touched
	At       string   // the message that carries the card; buttons that change something are bound to it
}

// Link leads to more about a change.
type Link struct {
	Label ops.Text
	URL   string
}

// Buttons are the actions that can be drawn as buttons: without a message to bind them to only those that say a line.
func (c Card) Buttons() []Action {
	if c.At != "" {
		return c.Actions
	}
	return slices.DeleteFunc(slices.Clone(c.Actions), func(a Action) bool { return a.Say == "" })
}

// Tone says how a card should strike the eye.
type Tone string

// The tones.
const (
	ToneCalm Tone = "calm" // nothing is asked of anybody
	ToneAsks Tone = "asks" // somebody has to answer
	ToneRuns Tone = "runs"
	ToneGood Tone = "good"
	ToneBad  Tone = "bad"
)

// Part names a section, for surfaces that draw some of them in a way of their own.
type Part string

// The parts of a card.
const (
	PartRequest   Part = "request"
	PartPlan      Part = "plan"
	PartPolicy    Part = "policy"
	PartApprovals Part = "approvals"
	PartSteps     Part = "steps"
	PartAnswer    Part = "answer"
	PartError     Part = "error"
	PartEnd       Part = "end"
)

// Section is one part of a card: a head, and lines or a table below it.
type Section struct {
	Part  Part
	Head  ops.Text // zero: the lines speak for themselves
	Lines []Fact
	Left  int // lines that were left out
	Table *Table
}

// Fact is one line, and what more there is to say about it.
type Fact struct {
	Text ops.Text
	Note ops.Text // such as why a step failed
	Done bool     // it is finished: the first to go when there is no room
}

// Table is rows under their columns.
type Table struct {
	Columns []ops.Text
	Rows    [][]string
}

// Action is something that a person may do now, as a button or as the line that means it.
type Action struct {
	Act      ops.ActKind // what to do to the change
	Undo     bool        // or ask for the inverse change
	Say      string      // or a line to say, as if the person had typed it
	Label    ops.Text
	Weight   Weight
	Confirm  ops.Text // what to ask before it is done; zero: nothing
	Why      bool     // a reason is asked for
	PlanHash string   // the plan that the person sees; an answer counts for no other
	Line     string   // what one would type
}

// Weight says what an action does to the change.
type Weight string

// The weights.
const (
	WeightPlain Weight = "plain"
	WeightGo    Weight = "go"   // the change goes on
	WeightStop  Weight = "stop" // it ends, or something is taken back
)
