package gallery

import (
	"strings"

	"orderly.example/ops"
)

// Huge is a change that waits for approval and has more to say than any platform takes.
func Huge() ops.Status {
	s := Statuses()["waiting-approval"]
	for range 200 {
		s.Plan.Diffs = append(s.Plan.Diffs, ops.Diff{Object: strings.Repeat("对象", 60), Field: "replicas", From: "1", To: "2"})
		s.Plan.Notes = append(s.Plan.Notes, ops.Plain(strings.Repeat("note ", 60)))
		s.Approvals = append(s.Approvals, ops.Approval{By: ops.User{ID: "x"}, Note: strings.Repeat("长", 400)})
	}
	s.Waiting = ops.Plain(strings.Repeat("group:x, ", 2000))
	return s
}

// Written is a change in which a text stands wherever people, tickets, clusters and images can write one.
func Written(text string) ops.Status {
	s := Statuses()["held"]
	s.Request.Reason, s.Request.By.Name, s.Waiting = text, text, ops.Plain(text)
	s.Plan.Diffs[0].Object, s.Plan.Summary, s.Plan.Notes[0] = text, ops.Plain(text), ops.Plain(text)
	s.Steps[0].Object, s.Error = text, ops.Errorf(ops.Unsafe, "%s", "%s", text)
	s.Steps[1].Error = s.Error
	s.Answer = &ops.Answer{Text: ops.Plain(text), Columns: []ops.Text{ops.Plain(text)}, Rows: [][]string{{text}}}
	return s
}
