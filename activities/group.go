package activities

import (
	"slices"

	"orderly.example/ops"
)

// Resizes says whether a Resize changes the group as it is now. Conflict when the size is neither From nor Size, Denied when
// Size is outside of the group's bounds: nothing may be sent then.
func (g Group) Resizes(in ResizeIn) (bool, error) {
	switch {
	case g.Wanted == in.Size:
		return false, nil
	case g.Wanted != in.From:
		return false, ops.Errorf(ops.Conflict, "%s should have %d machines and has %d by now; look at it and ask again", "%s 应有 %d 台机器,现为 %d 台;请查看后重新申请", in.Object(), in.From, g.Wanted)
	case in.Size < g.Min || g.Max > 0 && in.Size > g.Max:
		return false, ops.Errorf(ops.Denied, "%s may have %d to %d machines, not %d; have the group's bounds changed in the cloud", "%s 允许 %d 至 %d 台机器,不能为 %d 台;请在云平台调整上下限", in.Object(), g.Min, g.Max, in.Size)
	}
	return true, nil
}

// Leaves says whether a Leave changes the group as it is now: a machine that is not there, or is leaving, does not. Denied when
// the group would be smaller than its least: nothing may be sent then.
func (g Group) Leaves(in LeaveIn) (bool, error) {
	i := slices.IndexFunc(g.Members, func(m Member) bool { return m.ID == in.ID })
	switch {
	case i < 0 || g.Members[i].State == MemberLeaving:
		return false, nil
	case g.Wanted <= g.Min:
		return false, ops.Errorf(ops.Denied, "%s has %d machines and may not have fewer; have the group's lower bound changed in the cloud", "%s 现有 %d 台机器,已是下限;请在云平台调整下限", in.Pool.Object(), g.Wanted)
	}
	return true, nil
}
