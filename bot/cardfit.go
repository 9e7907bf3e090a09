package bot

import (
	"slices"

	"orderly.example/ops"
)

// shrinks make a card smaller, the least painful way first. Title, actions and foot always stay: whoever is asked to
// approve must see to what, and with which buttons.
var shrinks = []func(Card) Card{
	func(c Card) Card { return c.eachSection(withoutNotes) },
	func(c Card) Card { return c.eachSection(withoutDone) },
	func(c Card) Card { return c.eachSection(func(s Section) Section { return s.cut(5) }) },
	func(c Card) Card { return c.eachSection(func(s Section) Section { return s.cut(1) }) },
	func(c Card) Card { return c.eachSection(func(s Section) Section { return s.cut(0) }) },
	func(c Card) Card { c.Sections = nil; return c },
}

// Fit is the largest form of the card that fits, or its smallest form when none does. Whatever is left out is counted.
func (c Card) Fit(fits func(Card) bool) Card {
	for _, shrink := range shrinks {
		if fits(c) {
			return c
		}
		c = shrink(c)
	}
	return c
}

func (c Card) eachSection(f func(Section) Section) Card {
	c.Sections = slices.Clone(c.Sections)
	for i, s := range c.Sections {
		c.Sections[i] = f(s)
	}
	return c
}

func withoutNotes(s Section) Section {
	s.Lines = slices.Clone(s.Lines)
	for i := range s.Lines {
		s.Lines[i].Note = ops.Text{}
	}
	return s
}

// withoutDone leaves out finished lines; their number is kept.
func withoutDone(s Section) Section {
	before := len(s.Lines)
	s.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(l Fact) bool { return l.Done })
	s.Left += before - len(s.Lines)
	return s
}

// cut leaves n lines and n rows.
func (s Section) cut(n int) Section {
	if len(s.Lines) > n {
		s.Left += len(s.Lines) - n
		s.Lines = s.Lines[:n]
	}
	if t := s.Table; t != nil && len(t.Rows) > n {
		s.Left += len(t.Rows) - n
		s.Table = &Table{Columns: t.Columns, Rows: t.Rows[:n]}
		if n == 0 {
			s.Table = nil
		}
	}
	return s
}
