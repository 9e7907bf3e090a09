package machines

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

const defaultTimeout = 30 * time.Second

// Config says where the requests go.
type Config struct {
	URL     string        // such as https://machines.example.com/orderly
	Token   string        // sent as a bearer token; empty: none
	Timeout time.Duration // of one request; 0: 30 seconds
}

// Client speaks to one such service.
type Client struct {
	base    *url.URL
	token   string
	timeout time.Duration
	http    *http.Client
}

var _ activities.Cloud = (*Client)(nil)

// New makes a client. It does not connect.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, ops.Errorf(ops.Invalid, "this is no address of a service for machines; write it like https://machines.example.com/orderly", "这不是有效的机器服务地址;应形如 https://machines.example.com/orderly").At("url")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{base: u, token: c.Token, timeout: cmp.Or(c.Timeout, defaultTimeout), http: &http.Client{CheckRedirect: noRedirect}}, nil
}

// String names the service in errors.
func (c *Client) String() string { return c.base.Host }

// Group reads a group.
func (c *Client) Group(ctx context.Context, in activities.GroupIn) (activities.Group, error) {
	var out activities.Group
	err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: []string{"groups", in.Pool.Group}, What: in.Object()}, &out)
	if err != nil {
		return activities.Group{}, err
	}
	for _, m := range out.Members {
		switch m.State {
		case activities.MemberComing, activities.MemberServing, activities.MemberLeaving, activities.MemberBroken:
		default:
			return out, ops.Errorf(ops.Invalid, "%s says that machine %s is %q; it must be coming, serving, leaving or broken", "%s 返回机器 %s 的状态为 %q;应为 coming、serving、leaving 或 broken", c, m.ID, string(m.State))
		}
	}
	slices.SortFunc(out.Members, func(a, b activities.Member) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// Resize sets the size of a group.
func (c *Client) Resize(ctx context.Context, in activities.ResizeIn) (activities.Done, error) {
	var out activities.Done
	body := map[string]any{"wanted": in.Size, "from": in.From, "change": in.Change, "dry_run": in.DryRun}
	return out, c.do(ctx, rest.Call{Method: http.MethodPut, Path: []string{"groups", in.Pool.Group}, Body: body, What: in.Object()}, &out)
}

// Leave gives a machine back.
func (c *Client) Leave(ctx context.Context, in activities.LeaveIn) (activities.Done, error) {
	out := activities.Done{Changed: true}
	q := url.Values{"change": {in.Change}, "dry_run": {strconv.FormatBool(in.DryRun)}}
	err := c.do(ctx, rest.Call{Method: http.MethodDelete, Path: []string{"groups", in.Pool.Group, "members", in.ID}, Query: q, What: in.Object()}, &out)
	if ops.CodeOf(err) == ops.NotFound {
		return activities.Done{}, nil
	}
	return out, err
}
