// Package gallery answers: what does a change look like in each of its states?
//
// It holds one invented status per state, and per thing that a state can have. The goldens of every surface and
// `orderly preview` draw the same ones, so that a state which one surface forgets is seen.
package gallery
