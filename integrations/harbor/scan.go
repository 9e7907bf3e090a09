package harbor

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"orderly.example/activities"
	"orderly.example/integrations/rest"
)

// reports are the forms of a result that are understood, the best first.
var reports = []string{"application/vnd.security.vulnerability.report; version=1.1", "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0"}

// summary is the result of a scan, as the API has it.
type summary struct {
	Status  string `json:"scan_status"`
	Summary *struct {
		Fixable int            `json:"fixable"`
		Summary map[string]int `json:"summary"`
	} `json:"summary"`
}

// LookScan says what a scan has found; see activities.Scanner.
func (c *Client) LookScan(ctx context.Context, in activities.ScanIn) (activities.Scan, error) {
	i, err := c.parse(in.Ref)
	if err != nil {
		return activities.Scan{}, err
	}
	a, err := c.artifact(ctx, i)
	if err != nil {
		return activities.Scan{}, err
	}
	out := activities.Scan{State: activities.ScanNone, Link: fmt.Sprintf("%s/harbor/projects/%d/repositories/%s/artifacts-tab/artifacts/%s", c, a.ProjectID, url.PathEscape(i.repository), a.Digest)}
	for _, form := range reports {
		if s, ok := a.Overview[form]; ok {
			s.into(&out)
			break
		}
	}
	return out, nil
}

// into puts a result into the words of the capability.
func (s summary) into(out *activities.Scan) {
	out.Status = s.Status
	switch strings.ToLower(s.Status) {
	case "", "not scanned":
		out.State = activities.ScanNone
	case "pending", "running", "scheduled":
		out.State = activities.ScanRuns
	case "success":
		if s.Summary == nil || s.Summary.Summary == nil {
			out.State = activities.ScanFailed
			return
		}
		out.State, out.Counts, out.Fixable = activities.ScanDone, map[string]int{}, s.Summary.Fixable
		for severity, n := range s.Summary.Summary {
			out.Counts[strings.ToLower(severity)] += n
		}
	default:
		out.State = activities.ScanFailed
	}
}

// StartScan has an image scanned; see activities.Scanner. Harbor itself refuses a second scan beside one that runs.
func (c *Client) StartScan(ctx context.Context, in activities.ScanIn) (activities.Done, error) {
	i, err := c.parse(in.Ref)
	if err != nil {
		return activities.Done{}, err
	}
	now, err := c.LookScan(ctx, in)
	if err != nil || now.State == activities.ScanRuns {
		return activities.Done{}, err
	}
	err = c.do(ctx, rest.Call{Method: http.MethodPost, Path: i.path(i.reference(), "scan"), Body: map[string]string{"scan_type": "vulnerability"}, What: "the scan of " + i.ref}, nil)
	if status(err) == http.StatusConflict {
		return activities.Done{}, nil // one has begun in the same moment
	}
	return activities.Done{Changed: err == nil}, err
}
