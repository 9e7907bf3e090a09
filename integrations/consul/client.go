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
	defaultHistory = "orderly/releases/${app}/${env}/${namespace}/"
)

// Config says which Consul is asked, and where it keeps configuration.
type Config struct {
	URL     string        `yaml:"url"`     // such as https://consul.example.com:8501
	Token   string        `yaml:"token"`   // may read and write both prefixes
	Prefix  string        `yaml:"prefix"`  // of a namespace's keys, from ${app}, ${env} and ${namespace}; empty: config/${app}/${env}/${namespace}/
	History string        `yaml:"history"` // prefix of the former releases, made in the same way, outside of Prefix; empty: orderly/releases/${app}/${env}/${namespace}/
	Timeout time.Duration `yaml:"timeout"` // of one request; 0: 10 seconds
}

// Client speaks to one Consul.
type Client struct {
	api     *api.Client
	name    string
	prefix  string
	history string
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
	out := &Client{name: u.Redacted(), prefix: cmp.Or(c.Prefix, defaultPrefix), history: cmp.Or(c.History, defaultHistory), timeout: cmp.Or(c.Timeout, defaultTimeout)}
	if err := out.check(); err != nil {
		return nil, err
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

// check looks at the prefixes. A service reads everything below its own, so that the history has to be elsewhere.
func (c *Client) check() error {
	for _, p := range []struct{ field, prefix string }{{"prefix", c.prefix}, {"history", c.history}} {
		for _, part := range []string{"${env}", "${namespace}"} {
			if !strings.Contains(p.prefix, part) {
				return ops.Errorf(ops.Invalid, "the prefix %q does not hold %s, so that different ones would share their keys", "前缀 %q 中没有 %s,不同的环境或命名空间会共用配置项", p.prefix, part).At(p.field)
			}
		}
	}
	if one := (ops.ConfigAt{App: "a", Env: "e", Namespace: "n"}); strings.HasPrefix(filled(c.history, one), filled(c.prefix, one)) {
		return ops.Errorf(ops.Invalid, "the history %q is below the prefix %q, so that services would read it; choose another place", "历史前缀 %q 位于配置前缀 %q 之下,服务会读到历史版本;请另选位置", c.history, c.prefix).At("history")
	}
	return nil
}

// String names the Consul.
func (c *Client) String() string { return c.name }

// under is the prefix of the keys of a namespace.
func (c *Client) under(at ops.ConfigAt) string { return filled(c.prefix, at) }

func filled(prefix string, at ops.ConfigAt) string {
	p := strings.NewReplacer("${app}", at.App, "${env}", at.Env, "${namespace}", at.Namespace).Replace(prefix)
	return strings.Trim(p, "/") + "/"
}

// entry is one key with its version.
type entry struct {
	value string
	index uint64
}

// entries are the keys below a prefix, without it.
func (c *Client) entries(ctx context.Context, at ops.ConfigAt, below string) (map[string]entry, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	q := (&api.QueryOptions{RequireConsistent: true, Datacenter: at.Cluster}).WithContext(limited)
	pairs, _, err := c.api.KV().List(below, q)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	out := map[string]entry{}
	for _, p := range pairs {
		if key := strings.TrimPrefix(p.Key, below); key != "" && !strings.HasSuffix(key, "/") { // folders are keys too
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
	content := activities.ConfigContent(values)
	return activities.Config{Values: values, Content: content, Release: content, Instant: true}
}

// ReadConfig reads the keys of a namespace. What is written is published; who has received it Consul does not know.
func (c *Client) ReadConfig(ctx context.Context, at ops.ConfigAt) (activities.Config, error) {
	entries, err := c.entries(ctx, at, c.under(at))
	return configOf(entries), err
}

// A transaction takes 64 operations: the changes, and for the history up to two releases more and two less.
const (
	maxOps     = 64
	maxChanges = maxOps - 4
)

// looks is how often a write looks again when another hand was faster.
const looks = 5

// EditConfig writes all keys and the release that they make in one transaction; see activities.ConfigEditor.
func (c *Client) EditConfig(ctx context.Context, in activities.EditIn) (activities.EditOut, error) {
	for range looks {
		entries, err := c.entries(ctx, in.At, c.under(in.At))
		if err != nil {
			return activities.EditOut{}, err
		}
		past, err := c.past(ctx, in.At)
		if err != nil {
			return activities.EditOut{}, err
		}
		now := configOf(entries)
		wanted, err := past.journal().Restoring(in, now)
		if err != nil {
			return activities.EditOut{}, err
		}
		left, then, err := activities.PlanEdit(wanted, now)
		if err != nil || len(left) == 0 {
			return activities.EditOut{Content: now.Content}, err
		}
		if len(left) > maxChanges {
			return activities.EditOut{}, ops.Errorf(ops.Invalid, "%d keys at once are more than the %d that Consul writes together; ask for fewer", "一次修改 %d 个配置项超过 Consul 单个事务的上限 %d;请分批申请", len(left), maxChanges).At("set")
		}
		more, err := past.next(c.releases(in.At), past.journal().Next(in, now, then, time.Now().UTC()))
		if err != nil {
			return activities.EditOut{}, err
		}
		done, err := c.write(ctx, in.At, append(c.edits(in.At, left, entries), more...))
		if err != nil {
			return activities.EditOut{}, err
		}
		if done {
			return activities.EditOut{Changed: true, Content: activities.ConfigContent(then)}, nil
		}
	}
	return activities.EditOut{}, ops.Errorf(ops.Unavailable, "%s is being changed by others all the time; it is tried again", "%s 正被频繁修改;将会重试", in.At)
}

// edits are changes over what was read.
func (c *Client) edits(at ops.ConfigAt, changes []activities.ConfigChange, over map[string]entry) api.TxnOps {
	var out api.TxnOps
	for _, ch := range changes {
		op := &api.KVTxnOp{Verb: api.KVCAS, Key: c.under(at) + ch.Key, Value: []byte(ch.To), Index: over[ch.Key].index}
		if ch.Remove {
			op.Verb, op.Value = api.KVDeleteCAS, nil
		}
		out = append(out, &api.TxnOp{KV: op})
	}
	return out
}

// write does all or nothing. False: something else is there than was read, and nothing was written.
func (c *Client) write(ctx context.Context, at ops.ConfigAt, all api.TxnOps) (bool, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	done, _, _, err := c.api.Txn().Txn(all, (&api.QueryOptions{Datacenter: at.Cluster}).WithContext(limited))
	if err != nil {
		return false, c.explain(ctx, err)
	}
	return done, nil
}
