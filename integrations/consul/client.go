package consul

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/consul/api"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Defaults of a Config.
const (
	defaultTimeout = 10 * time.Second
	defaultPrefix  = "config/${app}/${env}/${namespace}/"
)

// Config says which Consul is asked, and where it keeps configuration.
type Config struct {
	URL     string        `yaml:"url"`     // such as https://consul.example.com:8501
	Token   string        `yaml:"token"`   // may read and write the prefix
	Prefix  string        `yaml:"prefix"`  // of a namespace's keys, from ${app}, ${env} and ${namespace}; empty: config/${app}/${env}/${namespace}/
	Timeout time.Duration `yaml:"timeout"` // of one request; 0: 10 seconds
}

// Client speaks to one Consul.
type Client struct {
	api     *api.Client
	name    string
	prefix  string
	timeout time.Duration
}

var (
	_ activities.ConfigEditor    = (*Client)(nil)
	_ activities.ConfigHistorian = (*Client)(nil)
)

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" {
		return nil, ops.Errorf(ops.Invalid, "this is no address of a Consul; write it like https://consul.example.com:8501", "这不是有效的 Consul 地址;应形如 https://consul.example.com:8501").At("url")
	}
	out := &Client{name: u.Redacted(), prefix: cmp.Or(c.Prefix, defaultPrefix), timeout: cmp.Or(c.Timeout, defaultTimeout)}
	for _, part := range []string{"${env}", "${namespace}"} {
		if !strings.Contains(out.prefix, part) {
			return nil, ops.Errorf(ops.Invalid, "the prefix %q does not hold %s, so that different ones would share their keys", "前缀 %q 中没有 %s,不同的环境或命名空间会共用配置项", out.prefix, part).At("prefix")
		}
	}
	out.api, err = api.NewClient(&api.Config{
		Address: u.Host, Scheme: u.Scheme, PathPrefix: strings.TrimRight(u.Path, "/"), Token: c.Token,
		HttpClient: &http.Client{Transport: &judged{next: http.DefaultTransport.(*http.Transport).Clone(), client: out}},
	})
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "the client of Consul at %s cannot be made; check its configuration", "无法创建 Consul(%s)客户端;请检查配置", out.name).Because(err)
	}
	return out, nil
}

// String names the Consul.
func (c *Client) String() string { return c.name }

// under is the prefix of the keys of a namespace.
func (c *Client) under(at ops.ConfigAt) string {
	p := strings.NewReplacer("${app}", at.App, "${env}", at.Env, "${namespace}", at.Namespace).Replace(c.prefix)
	return strings.Trim(p, "/") + "/"
}

// entry is one key with its version.
type entry struct {
	value string
	index uint64
}

// entries are the keys of a namespace, without the prefix.
func (c *Client) entries(ctx context.Context, at ops.ConfigAt) (map[string]entry, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	q := (&api.QueryOptions{RequireConsistent: true, Datacenter: at.Cluster}).WithContext(limited)
	pairs, _, err := c.api.KV().List(c.under(at), q)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	out := map[string]entry{}
	for _, p := range pairs {
		if key := strings.TrimPrefix(p.Key, c.under(at)); key != "" && !strings.HasSuffix(key, "/") { // folders are keys too
			out[key] = entry{string(p.Value), p.ModifyIndex}
		}
	}
	return out, nil
}

func configOf(entries map[string]entry) activities.Config {
	values := make(map[string]string, len(entries))
	for k, e := range entries {
		values[k] = e.value
	}
	return activities.Config{Values: values, Content: activities.ConfigContent(values)}
}

// ReadConfig reads the keys of a namespace. There are no releases: what is written is published.
func (c *Client) ReadConfig(ctx context.Context, at ops.ConfigAt) (activities.Config, error) {
	entries, err := c.entries(ctx, at)
	return configOf(entries), err
}

// maxChanges is how many operations a transaction takes.
const maxChanges = 64

// looks is how often a write looks again when another hand was faster.
const looks = 5

// EditConfig writes all keys in one transaction; see activities.ConfigEditor.
func (c *Client) EditConfig(ctx context.Context, in activities.EditIn) (activities.EditOut, error) {
	if in.Restore != "" {
		return activities.EditOut{}, noReleases(in.At)
	}
	for range looks {
		entries, err := c.entries(ctx, in.At)
		if err != nil {
			return activities.EditOut{}, err
		}
		now := configOf(entries)
		left, then, err := activities.PlanEdit(in, now)
		if err != nil || len(left) == 0 {
			return activities.EditOut{Content: now.Content}, err
		}
		done, err := c.write(ctx, in.At, left, entries)
		if err != nil {
			return activities.EditOut{}, err
		}
		if done {
			return activities.EditOut{Changed: true, Content: activities.ConfigContent(then)}, nil
		}
	}
	return activities.EditOut{}, ops.Errorf(ops.Unavailable, "%s is being changed by others all the time; it is tried again", "%s 正被频繁修改;将会重试", in.At)
}

// write writes the changes over what was read. False: something else is there now, and nothing was written.
func (c *Client) write(ctx context.Context, at ops.ConfigAt, changes []activities.ConfigChange, over map[string]entry) (bool, error) {
	if len(changes) > maxChanges {
		return false, ops.Errorf(ops.Invalid, "%d keys at once are more than the %d that Consul writes together; ask for fewer", "一次修改 %d 个配置项超过 Consul 单个事务的上限 %d;请分批申请", len(changes), maxChanges).At("set")
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var all api.TxnOps
	for _, ch := range changes {
		op := &api.KVTxnOp{Verb: api.KVCAS, Key: c.under(at) + ch.Key, Value: []byte(ch.To), Index: over[ch.Key].index}
		if ch.Remove {
			op.Verb, op.Value = api.KVDeleteCAS, nil
		}
		all = append(all, &api.TxnOp{KV: op})
	}
	done, _, _, err := c.api.Txn().Txn(all, (&api.QueryOptions{Datacenter: at.Cluster}).WithContext(limited))
	if err != nil {
		return false, c.explain(ctx, err)
	}
	return done, nil
}

// ConfigReleases says that there are none.
func (c *Client) ConfigReleases(_ context.Context, at ops.ConfigAt, _ int) ([]activities.ConfigRelease, error) {
	return nil, noReleases(at)
}

func noReleases(at ops.ConfigAt) error {
	return ops.Errorf(ops.Invalid, "Consul keeps no history of keys such as those of %s; take a change back with undo, changes lists them", "Consul 不保存 %s 的历史版本;请用 undo 撤销变更,可用 changes 查看", at)
}
