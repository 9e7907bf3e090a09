package chat

import (
	"encoding/json"
	"time"

	"orderly.example/bot"
	"orderly.example/ops"
)

// Kind says what a person did, and so which fields of a Delivery are filled.
type Kind string

// The kinds of deliveries.
const (
	Say     Kind = "say"     // Text
	Press   Kind = "press"   // Press and, when the platform asked for it already, Why
	Submit  Kind = "submit"  // Form and Values
	Suggest Kind = "suggest" // Form, Field, Text and Values; answered at once
	Home    Kind = "home"    // nothing more
)

// Delivery is one thing that a person did, as the front door understood it.
type Delivery struct {
	Kind   Kind              `json:"kind"`
	Key    string            `json:"key"` // the same in every repeat of the delivery
	By     Asker             `json:"by"`
	At     time.Time         `json:"at"`
	Text   string            `json:"text,omitempty"`   // a line without the mention of the bot, or what was typed so far
	Press  json.RawMessage   `json:"press,omitempty"`  // what the button says
	Why    string            `json:"why,omitempty"`    // the reason that was given with a click
	Form   string            `json:"form,omitempty"`   // the operation whose form it is
	Field  string            `json:"field,omitempty"`  // the input that wants suggestions
	Values map[string]string `json:"values,omitempty"` // of the form, by input
	Again  bool              `json:"again,omitempty"`  // it may have been seen before, here or by another process
}

// Answer is what a front door can say at once, in its acknowledgement.
type Answer struct {
	Text    ops.Text            // what came of it; zero when it is still being done
	Bad     bool                // Text is a refusal
	Wrong   map[string]ops.Text // of a form: by input, what is wrong with it
	Form    *bot.Form           // the form as it was filled in, when something is wrong with it; nil: it could not be looked up
	Options []string            // of a Suggest
}
