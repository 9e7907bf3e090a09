// Package schedule answers: what runs again and again, and how does one pause, skip or end it?
//
// A schedule is made by any request with a cron line (change/scheduled.go). What is in this package looks after the
// schedules that exist.
//
// Why skip is an operation and not pause and resume: nobody remembers to resume.
package schedule
