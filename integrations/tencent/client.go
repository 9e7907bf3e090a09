package tencent

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"

	"orderly.example/activities"
	"orderly.example/ops"
)

const (
	defaultURL     = "https://{service}.tencentcloudapi.com"
	defaultTimeout = 30 * time.Second
)

// Config says whose groups these are.
type Config struct {
	URL     string        // where the APIs answer; {service} stands for as and cvm; empty: the public cloud
	Region  string        // such as ap-guangzhou
	Key     string        // the SecretId
	Secret  string        // the SecretKey
	Timeout time.Duration // of one request, in whole seconds; 0: 30 seconds
}

// Client speaks to Tencent Cloud in one region.
type Client struct {
	config    Config
	endpoints map[string]*common.Client // by service
}

var _ activities.Cloud = (*Client)(nil)

// New makes a client. It does not connect.
func New(c Config) (*Client, error) {
	if c.Region == "" || c.Key == "" || c.Secret == "" {
		return nil, ops.Errorf(ops.Invalid, "Tencent Cloud needs a region, such as ap-guangzhou, a key (SecretId) and a secret (SecretKey)", "腾讯云需要 region(如 ap-guangzhou)、key(SecretId)和 secret(SecretKey)").At("region")
	}
	c.Timeout = max(cmp.Or(c.Timeout, defaultTimeout), time.Second)
	out := &Client{config: c, endpoints: map[string]*common.Client{}}
	for _, service := range []string{scaling.service, machines.service} {
		u, err := url.Parse(strings.ReplaceAll(cmp.Or(c.URL, defaultURL), "{service}", service))
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
			return nil, ops.Errorf(ops.Invalid, "this is no address of Tencent Cloud; write it like https://{service}.tencentcloudapi.com, or leave it out", "这不是有效的腾讯云地址;应形如 https://{service}.tencentcloudapi.com,或不填").At("url")
		}
		p := profile.NewClientProfile() // it does not retry: the step is tried again
		p.Language = "en-US"
		p.HttpProfile.Scheme, p.HttpProfile.Endpoint, p.HttpProfile.ReqTimeout = u.Scheme, u.Host, int(c.Timeout/time.Second)
		out.endpoints[service] = common.NewCommonClient(common.NewCredential(c.Key, c.Secret), c.Region, p)
	}
	return out, nil
}

// String names the cloud in errors.
func (c *Client) String() string { return "Tencent Cloud " + c.config.Region }

// Group reads a scaling group and its machines.
func (c *Client) Group(ctx context.Context, in activities.GroupIn) (activities.Group, error) {
	g, err := c.group(ctx, in.Pool)
	if err != nil {
		return activities.Group{}, err
	}
	if g.Members, err = c.members(ctx, in.Pool); err != nil {
		return activities.Group{}, err
	}
	return g, c.addresses(ctx, in.Pool, g.Members)
}

// group reads a scaling group without its machines.
func (c *Client) group(ctx context.Context, pool activities.Pool) (activities.Group, error) {
	var out struct {
		AutoScalingGroupSet []struct{ DesiredCapacity, MinSize, MaxSize int }
	}
	if err := c.do(ctx, scaling.ask("DescribeAutoScalingGroups", pool, params{"AutoScalingGroupIds": []string{pool.Group}}), &out); err != nil {
		return activities.Group{}, err
	}
	if len(out.AutoScalingGroupSet) != 1 {
		return activities.Group{}, c.unknown(pool)
	}
	g := out.AutoScalingGroupSet[0]
	return activities.Group{Wanted: g.DesiredCapacity, Min: g.MinSize, Max: g.MaxSize}, nil
}

// Resize sets the desired capacity.
func (c *Client) Resize(ctx context.Context, in activities.ResizeIn) (activities.Done, error) {
	g, err := c.group(ctx, in.Pool)
	if err != nil {
		return activities.Done{}, err
	}
	changes, err := g.Resizes(in)
	if err != nil || !changes || in.DryRun {
		return activities.Done{Changed: changes}, err
	}
	err = c.do(ctx, scaling.ask("ModifyDesiredCapacity", in.Pool, params{"AutoScalingGroupId": in.Pool.Group, "DesiredCapacity": in.Size}), nil)
	return activities.Done{Changed: err == nil}, err
}

// Leave removes a machine, and the group wants one less.
func (c *Client) Leave(ctx context.Context, in activities.LeaveIn) (activities.Done, error) {
	g, err := c.group(ctx, in.Pool)
	if err != nil {
		return activities.Done{}, err
	}
	if g.Members, err = c.members(ctx, in.Pool); err != nil {
		return activities.Done{}, err
	}
	changes, err := g.Leaves(in)
	if err != nil || !changes || in.DryRun {
		return activities.Done{Changed: changes}, err
	}
	err = c.do(ctx, scaling.ask("RemoveInstances", in.Pool, params{"AutoScalingGroupId": in.Pool.Group, "InstanceIds": []string{in.ID}}), nil)
	if is(err, "ResourceNotFound.InstancesNotInAutoScalingGroup") {
		return activities.Done{}, nil
	}
	return activities.Done{Changed: err == nil}, err
}

// page is how many machines one answer has at most.
const page = 100

// members reads the machines of a scaling group, sorted by ID.
func (c *Client) members(ctx context.Context, pool activities.Pool) ([]activities.Member, error) {
	var all []activities.Member
	for {
		var out struct {
			AutoScalingInstanceSet []instance
			TotalCount             int
		}
		filters := []params{{"Name": "auto-scaling-group-id", "Values": []string{pool.Group}}}
		if err := c.do(ctx, scaling.ask("DescribeAutoScalingInstances", pool, params{"Filters": filters, "Limit": page, "Offset": len(all)}), &out); err != nil {
			return nil, err
		}
		for _, i := range out.AutoScalingInstanceSet {
			all = append(all, i.member())
		}
		if len(out.AutoScalingInstanceSet) == 0 || len(all) >= out.TotalCount {
			break
		}
	}
	slices.SortFunc(all, func(a, b activities.Member) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b activities.Member) bool { return a.ID == b.ID }), nil
}

// addresses fills in the addresses of machines. One that its service does not know yet, or any more, has none.
func (c *Client) addresses(ctx context.Context, pool activities.Pool, members []activities.Member) error {
	for some := range slices.Chunk(members, page) {
		ids := make([]string, len(some))
		for i, m := range some {
			ids[i] = m.ID
		}
		var out struct{ InstanceSet []machine }
		if err := c.do(ctx, machines.ask("DescribeInstances", pool, params{"InstanceIds": ids, "Limit": page}), &out); err != nil {
			return err
		}
		for _, m := range out.InstanceSet {
			if i := slices.Index(ids, m.ID); i >= 0 && len(m.Addresses) > 0 {
				some[i].IP = m.Addresses[0] // the main one
			}
		}
	}
	return nil
}
