//go:build bench

package bench

import (
	"fmt"
	"time"

	"go.temporal.io/api/workflowservice/v1"

	"orderly.example/ops"
	"orderly.example/workflows/change"
	"orderly.example/workflows/changetest"
)

// refused starts a change that ends at once, to fill the list: its operation does not exist in this version.
func (s *stage) refused() (string, time.Duration) {
	r := changetest.Ask("no.such.operation")
	r.Key, r.From = fmt.Sprint("fill", s.keys.Add(1)), ops.Origin{Surface: "api"}
	began := time.Now()
	id, err := s.starter.Start(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	return id, time.Since(began)
}

// count is how many changes there are.
func (s *stage) count() int {
	n, err := s.temporal.CountWorkflow(s.t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: "WorkflowType = '" + change.WorkflowName + "'"})
	if err != nil {
		s.t.Fatal(err)
	}
	return int(n.GetCount())
}
