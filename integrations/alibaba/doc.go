// Package alibaba answers: how does a scaling group of Alibaba Cloud give a cluster machines and take them back?
//
// It speaks Auto Scaling (API ess, version 2022-02-22: DescribeScalingGroups, DescribeScalingInstances, ModifyScalingGroup,
// RemoveInstances), documented at https://www.alibabacloud.com/help/en/auto-scaling/developer-reference, and asks Elastic
// Compute Service (API ecs, version 2014-05-26: DescribeInstances) for addresses and host names. A pool's group is the ID of a
// scaling group, such as asg-bp1ffogfdauy0jw0xxxx. The key needs these five actions on it.
//
// A group needs an expected number of instances, or its size cannot be declared; one without it can only be made smaller.
// RemoveInstances lowers that number by itself, and carries the change in its ClientToken, so that Alibaba Cloud knows a
// repeat. A machine that the group has made is released; one that was put into the group by hand, and is not managed by it,
// leaves it and stays. While one activity of a group runs, it takes no removal: that is tried again.
//
// Auto Scaling has no state for a machine that could not be made; the group stays smaller than wanted, and its console says why.
package alibaba
