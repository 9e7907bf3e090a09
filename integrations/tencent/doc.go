// Package tencent answers: how does a scaling group of Tencent Cloud give a cluster machines and take them back?
//
// It speaks Auto Scaling (API as, version 2018-04-19: DescribeAutoScalingGroups, DescribeAutoScalingInstances,
// ModifyDesiredCapacity, RemoveInstances), documented at https://www.tencentcloud.com/document/product/377, and asks Cloud
// Virtual Machine (API cvm, version 2017-03-12: DescribeInstances) for addresses. A pool's group is the ID of a scaling group,
// such as asg-2umy5jbd. The key needs these five actions on it.
//
// RemoveInstances lowers the desired capacity by itself. A machine that the group has made is destroyed; one that was put
// into the group by hand leaves it and stays, which is Tencent Cloud's rule. While one activity of a group runs, it takes
// no other removal: that is tried again.
//
// Machines are known by their addresses: a CVM has a display name, which is not its host name.
package tencent
