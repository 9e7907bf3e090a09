package workflows_test

import (
	"slices"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// listed waits until visibility shows n changes for the filter.
func (s *stage) listed(f ops.Filter, n int) ops.Page {
	s.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		page, err := s.List(s.t.Context(), f)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(page.Changes) == n {
			return page
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%+v lists %d changes, want %d: %+v", f, len(page.Changes), n, page.Changes)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestLists(t *testing.T) {
	const here = "list.cart.api@idc7/c1:stage"
	s := newStage(t, changetest.NewWorld(3, here, "list.cart.web@idc8/c1:stage"))
	s.Decide = func(f ops.Facts) (ops.Decision, error) {
		if f.Operation.Name == "restart" {
			return sre(f)
		}
		return ops.Decision{Allow: true, Sure: true}, nil
	}
	first := s.start(s.ask("scale", "target", here, "replicas", "6"))
	s.until(first, ops.Succeeded)
	second := s.start(s.ask("scale", "target", "list.*@idc8:stage", "replicas", "4"))
	s.until(second, ops.Succeeded)
	open := s.start(s.ask("restart", "target", here))
	s.until(open, ops.WaitingApproval)
	for _, tt := range []struct {
		name string
		f    ops.Filter
		want []string
	}{
		{"by service", ops.Filter{Service: "list.cart.api"}, []string{open, first}},
		{"by the service that a pattern found", ops.Filter{Service: "list.cart.web"}, []string{second}},
		{"by data centre", ops.Filter{IDC: "idc8", Env: "stage"}, []string{second}},
		{"open ones", ops.Filter{Open: true, Env: "stage"}, []string{open}},
		{"by state", ops.Filter{State: ops.WaitingApproval, Env: "stage"}, []string{open}},
		{"by operation", ops.Filter{Operation: "restart", Env: "stage"}, []string{open}},
		{"by requester", ops.Filter{Requester: "ann", Env: "stage"}, []string{open, second, first}},
		{"by somebody else", ops.Filter{Requester: "eve", Env: "stage"}, nil},
		{"by a word", ops.Filter{Text: "restart", Env: "stage"}, []string{open}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.t = t
			page := s.listed(tt.f, len(tt.want))
			var got []string
			for _, c := range page.Changes {
				got = append(got, c.ID)
				if c.Requester != "ann" || c.Text.Zh == "" || c.CreatedAt.IsZero() {
					t.Errorf("a thin line: %+v", c)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	t.Run("page by page", func(t *testing.T) {
		s.t = t
		var got []string
		f := ops.Filter{Env: "stage", Limit: 1}
		for {
			page, err := s.List(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Changes {
				got = append(got, c.ID)
			}
			if f.PageToken = page.Next; f.PageToken == "" {
				break
			}
		}
		if !slices.Equal(got, []string{open, second, first}) {
			t.Errorf("pages gave %v", got)
		}
	})
	t.Run("nothing gets out of its quotes", func(t *testing.T) {
		for _, f := range []ops.Filter{{Service: "x' OR '1'='1"}, {Env: "'"}, {Text: "a b"}, {Service: "shop.*"}, {PageToken: "%%%"}} {
			if _, err := s.List(t.Context(), f); ops.CodeOf(err) != ops.Invalid {
				t.Errorf("%+v: %v", f, err)
			}
		}
	})
}
