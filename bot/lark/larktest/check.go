package larktest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Codes of what is wrong with a card.
const (
	codeTooLarge = 230025
	codeJSON     = 200621 // it is not as the description of cards has it
	codeTag      = 200861
	codeTooMuch  = 11310
	codeName     = 200530
)

// Limits of a card.
const (
	maxElements = 200
	maxTables   = 5
	maxNesting  = 5 // containers within each other
)

// Problem is one thing that Lark refuses in a card.
type Problem struct {
	Path string // JSON pointer
	Code int    // the one that Lark names below 230099
	Text string
}

func (p Problem) String() string {
	return fmt.Sprintf("%d: %s [json-pointer:%s]", p.Code, p.Text, p.Path)
}

// refusal is how Lark says it.
func (p Problem) refusal() *refusal {
	if p.Code == codeTooLarge {
		return refuse(p.Code, "The length of the message content reaches its limit.")
	}
	path := "ROOT" + strings.ReplaceAll(p.Path, "/", " -> ")
	return refuse(230099, "Failed to create card content, ext=ErrCode: %d; ErrPath: %s; ErrMsg: %s; ", p.Code, path, p.Text)
}

// checker collects the problems of one card.
type checker struct {
	problems []Problem
	names    map[string]bool // of interactive elements and forms
	ids      map[string]bool
	elements int
	tables   int
	depth    int   // of containers
	form     *form // that is being looked at
}

// form is what is known of a form so far.
type form struct{ submits int }

func (k *checker) say(code int, path, format string, args ...any) {
	k.problems = append(k.problems, Problem{Path: path, Code: code, Text: fmt.Sprintf(format, args...)})
}

// CheckCard says what Lark refuses in a card of JSON 2.0, and what its client library for Go cannot read when the card is
// clicked: a value that is not an object.
func CheckCard(raw []byte) []Problem {
	k := &checker{names: map[string]bool{}, ids: map[string]bool{}}
	var card any
	if err := json.Unmarshal(raw, &card); err != nil {
		k.say(codeJSON, "", "parse card json err, please check whether the card json is correct: %v", err)
		return k.problems
	}
	if len(raw) > maxCard {
		k.say(codeTooLarge, "", "%d bytes are more than %d", len(raw), maxCard)
	}
	k.shape("", card, wholeCard)
	if k.elements > maxElements {
		k.say(codeTooMuch, "/body/elements", "element exceeds the limit: %d are more than %d", k.elements, maxElements)
	}
	if k.tables > maxTables {
		k.say(codeTooMuch, "/body/elements", "card table number over limit: %d are more than %d", k.tables, maxTables)
	}
	return k.problems
}
