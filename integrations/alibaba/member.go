package alibaba

import "orderly.example/activities"

// instance is a machine as Auto Scaling tells of it.
type instance struct {
	ID     string `json:"InstanceId"`
	Life   string `json:"LifecycleState"`
	Health string `json:"HealthStatus"`
}

// machine is a machine as Elastic Compute Service tells of it.
type machine struct {
	ID            string `json:"InstanceId"`
	HostName      string
	VpcAttributes struct {
		PrivateIPAddress addresses `json:"PrivateIpAddress"`
	}
	InnerIPAddress addresses `json:"InnerIpAddress"` // outside of a VPC
}

type addresses struct {
	IPAddress []string `json:"IpAddress"`
}

// address is where a machine is reached inside.
func (m machine) address() string {
	for _, list := range [][]string{m.VpcAttributes.PrivateIPAddress.IPAddress, m.InnerIPAddress.IPAddress} {
		if len(list) > 0 {
			return list[0]
		}
	}
	return ""
}

// member says how far a machine is.
func (i instance) member() activities.Member {
	m := activities.Member{ID: i.ID}
	switch i.Life {
	case "InService", "Protected", "Standby": // a machine on standby runs, and gets nothing from load balancers
		m.State = activities.MemberServing
	case "Removing", "Removing:Wait":
		m.State = activities.MemberLeaving
	default: // a stopped one as well: it starts when the group grows, and can be removed
		m.State = activities.MemberComing
	}
	if i.Health != "Healthy" && m.State == activities.MemberServing {
		m.Problem = i.Health
	}
	return m
}
