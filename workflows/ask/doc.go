// Package ask answers the questions that people wake up with: how is it, where does it run, whose is it, who uses up
// this node, and what was changed here lately.
//
// Why a question is a change like any other, only without plan and approval: the same policy decides who may ask, every
// surface can ask, and the record says who looked at what.
package ask
