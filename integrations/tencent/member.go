package tencent

import "orderly.example/activities"

// instance is a machine as Auto Scaling tells of it.
type instance struct {
	ID     string `json:"InstanceId"`
	Life   string `json:"LifeCycleState"`
	Health string `json:"HealthStatus"`
}

// machine is a machine as Cloud Virtual Machine tells of it.
type machine struct {
	ID        string   `json:"InstanceId"`
	Addresses []string `json:"PrivateIpAddresses"`
}

// member says how far a machine is.
func (i instance) member() activities.Member {
	m := activities.Member{ID: i.ID}
	switch i.Life {
	case "IN_SERVICE", "MODIFYING_LB", "DETACHING_LB": // its load balancer may change while it stays
		m.State = activities.MemberServing
	case "TERMINATING", "DETACHING", "IN_TERMINATING_HOOK":
		m.State = activities.MemberLeaving
	case "CREATION_FAILED", "ATTACH_FAILED", "START_FAILED", "STOP_FAILED", "TERMINATION_FAILED", "DETACH_FAILED":
		m.State, m.Problem = activities.MemberBroken, i.Life
	default: // a stopped one as well: it starts when the group grows, and can be removed
		m.State = activities.MemberComing
	}
	if m.Problem == "" && i.Health != "HEALTHY" && m.State == activities.MemberServing {
		m.Problem = i.Health
	}
	return m
}
