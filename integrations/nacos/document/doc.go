// Package document answers: which keys does a text in properties, YAML or JSON hold, and how does one of them change
// without touching the rest?
//
// Values flattens a text: spring.datasource.url, and servers[0] for lists. Edit changes keys in the text itself, so that
// comments, order and the way others wrote it stay.
//
// Why the outcome is read again: cutting into a text by hand may go wrong in a way that nobody foresaw. What is not exactly
// the old values with the changes is refused before anybody sees it.
//
// Why YAML with anchors, tags or several documents is refused: a key there may mean several places at once.
package document
