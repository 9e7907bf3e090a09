package alibabatest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

func (s *Server) do(action string, q url.Values) reply {
	g := s.groups[q.Get("ScalingGroupId")]
	switch {
	case q.Get("RegionId") != Region:
		return refused(http.StatusNotFound, "InvalidRegionId.NotFound", "another region")
	case action == "DescribeScalingGroups":
		found := []*group{}
		if g := s.groups[q.Get("ScalingGroupIds.1")]; g != nil {
			found = append(found, g)
		}
		return fine(map[string]any{"ScalingGroups": found, "TotalCount": len(found)})
	case action == "DescribeInstances":
		return s.describeMachines(q)
	case g == nil:
		return refused(http.StatusNotFound, "InvalidScalingGroupId.NotFound", "no such group")
	case action == "DescribeScalingInstances":
		return describeMembers(g, q)
	case action == "ModifyScalingGroup":
		return s.resize(g, q)
	case action == "RemoveInstances":
		return s.remove(g, q)
	}
	return refused(http.StatusNotFound, "InvalidAction.NotFound", "no such action "+action)
}

func describeMembers(g *group, q url.Values) reply {
	number, _ := strconv.Atoi(q.Get("PageNumber"))
	size, _ := strconv.Atoi(q.Get("PageSize"))
	if number < 1 || size < 1 || size > 100 {
		return refused(http.StatusBadRequest, "InvalidParameter", "PageSize is 100 at most")
	}
	from := min((number-1)*size, len(g.instances))
	return fine(map[string]any{"ScalingInstances": g.instances[from:min(from+size, len(g.instances))], "TotalCount": len(g.instances), "PageNumber": number})
}

// describeMachines tells of machines by ID; of those that it does not know it says nothing.
func (s *Server) describeMachines(q url.Values) reply {
	var ids []string
	if err := json.Unmarshal([]byte(q.Get("InstanceIds")), &ids); err != nil || len(ids) > 100 || q.Get("PageSize") != "100" {
		return refused(http.StatusBadRequest, "InvalidInstanceIds.Malformed", "a list of 100 at most")
	}
	found := []map[string]any{}
	for _, g := range s.groups {
		for _, i := range g.instances {
			if slices.Contains(ids, i.InstanceID) && i.LifecycleState != "Pending" {
				list := map[string]any{"IpAddress": []string{fmt.Sprintf("10.8.%d.%d", i.number/256, i.number%256)}}
				found = append(found, map[string]any{"InstanceId": i.InstanceID, "HostName": "node-" + i.InstanceID, "VpcAttributes": map[string]any{"PrivateIpAddress": list}})
			}
		}
	}
	return fine(map[string]any{"Instances": map[string]any{"Instance": found}, "TotalCount": len(found)})
}

func (s *Server) resize(g *group, q url.Values) reply {
	size, err := strconv.Atoi(q.Get("DesiredCapacity"))
	if err != nil || g.DesiredCapacity == nil || size < g.MinSize || size > g.MaxSize {
		return refused(http.StatusBadRequest, "InvalidParameter.Conflict", fmt.Sprintf("%d to %d", g.MinSize, g.MaxSize))
	}
	s.ledger = append(s.ledger, fmt.Sprintf("resize %s %d->%d", g.ScalingGroupID, *g.DesiredCapacity, size))
	*g.DesiredCapacity = size
	s.grow(g)
	for _, i := range g.instances[size:] {
		i.LifecycleState = "Removing"
	}
	return fine(map[string]any{})
}

// remove releases a machine. A token that was seen before is answered as it was, and nothing is done again.
func (s *Server) remove(g *group, q url.Values) reply {
	id, token := q.Get("InstanceIds.1"), q.Get("ClientToken")
	if token == "" || len(token) > 64 || q.Get("RemovePolicy") != "release" || q.Get("DecreaseDesiredCapacity") != "true" {
		return refused(http.StatusBadRequest, "InvalidParameter", "a token of 64 characters at most, and to be released")
	}
	if s.tokens[token] == id {
		return fine(map[string]any{"ScalingActivityId": "asa-1"})
	}
	at := slices.IndexFunc(g.instances, func(i *instance) bool { return i.InstanceID == id })
	busy := slices.ContainsFunc(g.instances, func(i *instance) bool { return i.LifecycleState == "Pending" || i.LifecycleState == "Removing" })
	switch {
	case busy:
		return refused(http.StatusBadRequest, "ScalingActivityInProgress", "an activity is going on")
	case at < 0:
		return refused(http.StatusNotFound, "InvalidInstanceId.NotFound", "not in the group")
	case len(g.instances) <= g.MinSize:
		return refused(http.StatusBadRequest, "IncorrectCapacity.MinSize", "too few")
	}
	g.instances[at].LifecycleState = "Removing"
	if g.DesiredCapacity != nil {
		*g.DesiredCapacity--
	}
	s.tokens[token] = id
	s.ledger = append(s.ledger, "remove "+id)
	return fine(map[string]any{"ScalingActivityId": "asa-1"})
}
