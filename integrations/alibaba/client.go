package alibaba

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"

	"orderly.example/activities"
	"orderly.example/ops"
)

const defaultTimeout = 30 * time.Second

// Config says whose groups these are.
type Config struct {
	URL     string        // where the APIs answer, such as https://{service}-vpc.{region}.aliyuncs.com; {service} stands for ess and ecs; empty: the public addresses
	Region  string        // such as cn-hangzhou
	Key     string        // the AccessKey ID
	Secret  string        // the AccessKey secret
	Timeout time.Duration // of one request; 0: 30 seconds
}

// Client speaks to Alibaba Cloud in one region.
type Client struct {
	config    Config
	endpoints map[string]*client.Client // by service
}

var _ activities.Cloud = (*Client)(nil)

// New makes a client. It does not connect.
func New(c Config) (*Client, error) {
	if c.Region == "" || c.Key == "" || c.Secret == "" {
		return nil, ops.Errorf(ops.Invalid, "Alibaba Cloud needs a region, such as cn-hangzhou, a key (AccessKey ID) and a secret (AccessKey secret)", "阿里云需要 region(如 cn-hangzhou)、key(AccessKey ID)和 secret(AccessKey Secret)").At("region")
	}
	c.Timeout = cmp.Or(c.Timeout, defaultTimeout)
	out := &Client{config: c, endpoints: map[string]*client.Client{}}
	plain := caller{&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	for _, a := range []api{scaling, machines} {
		address := strings.NewReplacer("{service}", a.service, "{region}", c.Region).Replace(cmp.Or(c.URL, a.address(c.Region)))
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
			return nil, ops.Errorf(ops.Invalid, "this is no address of Alibaba Cloud; write it like https://{service}.{region}.aliyuncs.com, or leave it out", "这不是有效的阿里云地址;应形如 https://{service}.{region}.aliyuncs.com,或不填").At("url")
		}
		sdk, err := client.NewClient(&client.Config{AccessKeyId: &c.Key, AccessKeySecret: &c.Secret, Endpoint: &u.Host, Protocol: &u.Scheme, RegionId: &c.Region})
		if err != nil {
			return nil, err
		}
		sdk.HttpClient, sdk.DisableSDKError = plain, dara.Bool(true) // its own errors carry more than may be shown
		out.endpoints[a.service] = sdk
	}
	return out, nil
}

// caller sends what the SDK has signed. The SDK's own way shares a client whose time-out it writes while others use it.
type caller struct{ *http.Client }

// Call sends a request.
func (c caller) Call(r *http.Request, _ *http.Transport) (*http.Response, error) { return c.Do(r) }

// String names the cloud in errors.
func (c *Client) String() string { return "Alibaba Cloud " + c.config.Region }

// Group reads a scaling group and its machines.
func (c *Client) Group(ctx context.Context, in activities.GroupIn) (activities.Group, error) {
	g, _, err := c.group(ctx, in.Pool)
	if err != nil {
		return activities.Group{}, err
	}
	if g.Members, err = c.members(ctx, in.Pool); err != nil {
		return activities.Group{}, err
	}
	return g, c.addresses(ctx, in.Pool, g.Members)
}

// group reads a scaling group without its machines, and whether its size can be declared.
func (c *Client) group(ctx context.Context, pool activities.Pool) (g activities.Group, declared bool, err error) {
	var out struct {
		ScalingGroups []struct {
			DesiredCapacity                 *int
			MinSize, MaxSize, TotalCapacity int
		}
	}
	if err := c.do(ctx, scaling.ask("DescribeScalingGroups", pool, params{"ScalingGroupIds": []string{pool.Group}}), &out); err != nil {
		return activities.Group{}, false, err
	}
	if len(out.ScalingGroups) != 1 {
		return activities.Group{}, false, c.unknown(pool)
	}
	found := out.ScalingGroups[0]
	g = activities.Group{Wanted: found.TotalCapacity, Min: found.MinSize, Max: found.MaxSize}
	if found.DesiredCapacity != nil {
		g.Wanted = *found.DesiredCapacity
	}
	return g, found.DesiredCapacity != nil, nil
}

// Resize sets the expected number of machines.
func (c *Client) Resize(ctx context.Context, in activities.ResizeIn) (activities.Done, error) {
	g, declared, err := c.group(ctx, in.Pool)
	if err != nil {
		return activities.Done{}, err
	}
	changes, err := g.Resizes(in)
	if err == nil && !declared {
		err = ops.Errorf(ops.Denied, "the scaling group of %s has no expected number of instances, so its size cannot be declared; set one in the cloud's console", "%s 的伸缩组未设置期望实例数,无法声明规模;请到云控制台设置", in.Object())
	}
	if err != nil || !changes || in.DryRun {
		return activities.Done{Changed: changes && err == nil}, err
	}
	err = c.do(ctx, scaling.ask("ModifyScalingGroup", in.Pool, params{"ScalingGroupId": in.Pool.Group, "DesiredCapacity": in.Size}), nil)
	return activities.Done{Changed: err == nil}, err
}

// Leave removes a machine, and the group expects one less.
func (c *Client) Leave(ctx context.Context, in activities.LeaveIn) (activities.Done, error) {
	g, _, err := c.group(ctx, in.Pool)
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
	token := sha256.Sum256([]byte(in.Change + "/" + in.Pool.Group + "/" + in.ID))
	err = c.do(ctx, scaling.ask("RemoveInstances", in.Pool, params{
		"ScalingGroupId": in.Pool.Group, "InstanceIds": []string{in.ID}, "DecreaseDesiredCapacity": true, "RemovePolicy": "release",
		"ClientToken": hex.EncodeToString(token[:]), // 64 characters, the most that it takes
	}), nil)
	if is(err, "InvalidInstanceId.NotFound") {
		return activities.Done{}, nil
	}
	return activities.Done{Changed: err == nil}, err
}

// page is how many machines one answer has at most.
const page = 100

// members reads the machines of a scaling group, sorted by ID.
func (c *Client) members(ctx context.Context, pool activities.Pool) ([]activities.Member, error) {
	var all []activities.Member
	for number := 1; ; number++ {
		var out struct {
			ScalingInstances []instance
			TotalCount       int
		}
		if err := c.do(ctx, scaling.ask("DescribeScalingInstances", pool, params{"ScalingGroupId": pool.Group, "PageNumber": number, "PageSize": page}), &out); err != nil {
			return nil, err
		}
		for _, i := range out.ScalingInstances {
			all = append(all, i.member())
		}
		if len(out.ScalingInstances) == 0 || len(all) >= out.TotalCount {
			break
		}
	}
	slices.SortFunc(all, func(a, b activities.Member) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b activities.Member) bool { return a.ID == b.ID }), nil
}

// addresses fills in the names and addresses of machines. One that its service does not know yet, or any more, has none.
func (c *Client) addresses(ctx context.Context, pool activities.Pool, members []activities.Member) error {
	for some := range slices.Chunk(members, page) {
		ids := make([]string, len(some))
		for i, m := range some {
			ids[i] = m.ID
		}
		list, err := json.Marshal(ids)
		if err != nil {
			return err
		}
		var out struct{ Instances struct{ Instance []machine } }
		if err := c.do(ctx, machines.ask("DescribeInstances", pool, params{"InstanceIds": string(list), "PageSize": page}), &out); err != nil {
			return err
		}
		for _, m := range out.Instances.Instance {
			if i := slices.Index(ids, m.ID); i >= 0 {
				some[i].Name, some[i].IP = m.HostName, m.address()
			}
		}
	}
	return nil
}
