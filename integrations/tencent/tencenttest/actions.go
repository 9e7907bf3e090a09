package tencenttest

import (
	"fmt"
	"slices"
)

// request is what any action takes.
type request struct {
	AutoScalingGroupIDs []string `json:"AutoScalingGroupIds"`
	AutoScalingGroupID  string   `json:"AutoScalingGroupId"`
	InstanceIDs         []string `json:"InstanceIds"`
	DesiredCapacity     *int
	Limit, Offset       int
	Filters             []struct {
		Name   string
		Values []string
	}
}

func (s *Server) do(action string, in request) map[string]any {
	switch action {
	case "DescribeAutoScalingGroups":
		return s.describeGroups(in)
	case "DescribeAutoScalingInstances":
		return s.describeMembers(in)
	case "DescribeInstances":
		return s.describeMachines(in)
	case "ModifyDesiredCapacity":
		return s.resize(in)
	case "RemoveInstances":
		return s.remove(in)
	}
	return refused("InvalidParameter.ActionNotFound", "no such action "+action)
}

func (s *Server) describeGroups(in request) map[string]any {
	found := []*group{}
	for _, id := range in.AutoScalingGroupIDs {
		if s.groups[id] != nil {
			found = append(found, s.groups[id])
		}
	}
	return map[string]any{"AutoScalingGroupSet": found, "TotalCount": len(found)}
}

func (s *Server) describeMembers(in request) map[string]any {
	if len(in.Filters) != 1 || in.Filters[0].Name != "auto-scaling-group-id" || len(in.Filters[0].Values) != 1 || in.Limit < 1 || in.Limit > 100 {
		return refused("InvalidParameterValue.Filter", "one filter and a limit of 100")
	}
	g := s.groups[in.Filters[0].Values[0]]
	if g == nil {
		return refused("InvalidParameterValue.InvalidAutoScalingGroupId", "no such group")
	}
	from := min(in.Offset, len(g.instances))
	return map[string]any{"AutoScalingInstanceSet": g.instances[from:min(from+in.Limit, len(g.instances))], "TotalCount": len(g.instances)}
}

// describeMachines tells of machines by ID; of those that it does not know it says nothing.
func (s *Server) describeMachines(in request) map[string]any {
	if len(in.InstanceIDs) > 100 || in.Limit > 100 {
		return refused("InvalidParameterValue.LimitExceeded", "100 at most")
	}
	found := []*instance{}
	for _, g := range s.groups {
		for _, i := range g.instances {
			if slices.Contains(in.InstanceIDs, i.InstanceID) && i.LifeCycleState != "CREATING" {
				found = append(found, i)
			}
		}
	}
	return map[string]any{"InstanceSet": found, "TotalCount": len(found)}
}

func (s *Server) resize(in request) map[string]any {
	g := s.groups[in.AutoScalingGroupID]
	switch {
	case g == nil:
		return refused("ResourceNotFound.AutoScalingGroupNotFound", "no such group")
	case in.DesiredCapacity == nil || *in.DesiredCapacity < g.MinSize || *in.DesiredCapacity > g.MaxSize:
		return refused("InvalidParameterValue.Size", fmt.Sprintf("%d to %d", g.MinSize, g.MaxSize))
	}
	s.ledger = append(s.ledger, fmt.Sprintf("resize %s %d->%d", in.AutoScalingGroupID, g.DesiredCapacity, *in.DesiredCapacity))
	g.DesiredCapacity = *in.DesiredCapacity
	s.grow(g)
	for _, i := range g.instances[g.DesiredCapacity:] {
		i.LifeCycleState = "TERMINATING"
	}
	return map[string]any{}
}

func (s *Server) remove(in request) map[string]any {
	g := s.groups[in.AutoScalingGroupID]
	if g == nil || len(in.InstanceIDs) != 1 {
		return refused("ResourceNotFound.AutoScalingGroupNotFound", "no such group")
	}
	at := slices.IndexFunc(g.instances, func(i *instance) bool { return i.InstanceID == in.InstanceIDs[0] })
	busy := slices.ContainsFunc(g.instances, func(i *instance) bool {
		return i.LifeCycleState == "CREATING" || i.LifeCycleState == "TERMINATING"
	})
	switch {
	case busy:
		return refused("ResourceUnavailable.AutoScalingGroupInActivity", "an activity is going on")
	case at < 0:
		return refused("ResourceNotFound.InstancesNotInAutoScalingGroup", "not in the group")
	case g.DesiredCapacity <= g.MinSize:
		return refused("ResourceInsufficient.AutoScalingGroupBelowMinSize", "too few")
	}
	g.instances[at].LifeCycleState = "TERMINATING"
	g.DesiredCapacity--
	s.ledger = append(s.ledger, "remove "+in.InstanceIDs[0])
	return map[string]any{"ActivityId": "asa-1"}
}
