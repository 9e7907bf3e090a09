package activities

import (
	"testing"

	"orderly.example/ops"
)

// TestAGroupSaysWhetherItChanges: a repeat never does, and what the group does not allow is refused.
func TestAGroupSaysWhetherItChanges(t *testing.T) {
	g := Group{Wanted: 3, Min: 2, Max: 5, Members: []Member{{ID: "a", State: MemberServing}, {ID: "b", State: MemberLeaving}}}
	endless, least := g, g
	endless.Max, least.Wanted = 0, 2
	for name, tt := range map[string]struct {
		ask    func() (bool, error)
		change bool
		code   ops.Code
	}{
		"more":             {func() (bool, error) { return g.Resizes(ResizeIn{From: 3, Size: 5}) }, true, ""},
		"there already":    {func() (bool, error) { return g.Resizes(ResizeIn{From: 1, Size: 3}) }, false, ""},
		"somebody else":    {func() (bool, error) { return g.Resizes(ResizeIn{From: 4, Size: 5}) }, false, ops.Conflict},
		"too many":         {func() (bool, error) { return g.Resizes(ResizeIn{From: 3, Size: 6}) }, false, ops.Denied},
		"too few":          {func() (bool, error) { return g.Resizes(ResizeIn{From: 3, Size: 1}) }, false, ops.Denied},
		"no upper bound":   {func() (bool, error) { return endless.Resizes(ResizeIn{From: 3, Size: 60}) }, true, ""},
		"one leaves":       {func() (bool, error) { return g.Leaves(LeaveIn{ID: "a"}) }, true, ""},
		"it leaves":        {func() (bool, error) { return least.Leaves(LeaveIn{ID: "b"}) }, false, ""},
		"it has left":      {func() (bool, error) { return least.Leaves(LeaveIn{ID: "c"}) }, false, ""},
		"the last allowed": {func() (bool, error) { return least.Leaves(LeaveIn{ID: "a"}) }, false, ops.Denied},
	} {
		change, err := tt.ask()
		if change != tt.change || ops.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, %v", name, change, err)
		}
	}
}
