package cloudstack

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

const (
	defaultTimeout = 30 * time.Second
	defaultPoll    = time.Second
	defaultPolls   = 5
)

// Config says where the requests go.
type Config struct {
	URL     string        // of the API, such as https://cloud.example.com/client/api
	Key     string        // the API key
	Secret  string        // the secret key
	Timeout time.Duration // of one request; 0: 30 seconds
}

// Client speaks to one CloudStack.
type Client struct {
	config Config
	host   string
	poll   time.Duration // between two looks at a job
	polls  int           // looks at a job that goes on
	http   *http.Client
}

var _ activities.Cloud = (*Client)(nil)

// New makes a client. It does not connect.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, ops.Errorf(ops.Invalid, "this is no address of CloudStack's API; write it like https://cloud.example.com/client/api", "这不是有效的 CloudStack API 地址;应形如 https://cloud.example.com/client/api").At("url")
	}
	if c.Key == "" || c.Secret == "" {
		return nil, ops.Errorf(ops.Invalid, "CloudStack needs a key (API key) and a secret (secret key)", "CloudStack 需要 key(API Key)和 secret(Secret Key)").At("key")
	}
	c.Timeout = cmp.Or(c.Timeout, defaultTimeout)
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{config: c, host: u.Host, poll: defaultPoll, polls: defaultPolls, http: &http.Client{CheckRedirect: noRedirect}}, nil
}

// String names the CloudStack in errors.
func (c *Client) String() string { return "CloudStack " + c.host }

// Group reads a cluster and its workers.
func (c *Client) Group(ctx context.Context, in activities.GroupIn) (activities.Group, error) {
	found, err := c.cluster(ctx, in.Pool)
	if err != nil {
		return activities.Group{}, err
	}
	return found.group(), nil
}

// cluster reads a cluster.
func (c *Client) cluster(ctx context.Context, pool activities.Pool) (cluster, error) {
	var out struct {
		Clusters []cluster `json:"kubernetescluster"`
	}
	err := c.do(ctx, call{command: "listKubernetesClusters", pool: pool, params: map[string]string{"id": pool.Group}}, &out)
	if code(err) == paramError || err == nil && len(out.Clusters) != 1 {
		return cluster{}, ops.Errorf(ops.NotFound, "%s has no Kubernetes cluster %s; check the pool %s in the configuration under clouds", "%s 中没有 Kubernetes 集群 %s;请检查配置 clouds 中的机器池 %s", c, pool.Group, pool.Object()).Because(err)
	}
	if err != nil {
		return cluster{}, err
	}
	return out.Clusters[0], nil
}

// Resize sets the number of workers.
func (c *Client) Resize(ctx context.Context, in activities.ResizeIn) (activities.Done, error) {
	found, err := c.cluster(ctx, in.Pool)
	if err != nil {
		return activities.Done{}, err
	}
	changes, err := found.group().Resizes(in)
	if err == nil && changes {
		err = c.ready(found, in.Pool, in.DryRun)
	}
	if err != nil || !changes || in.DryRun {
		return activities.Done{Changed: changes && err == nil}, err
	}
	err = c.scale(ctx, in.Pool, "size", strconv.Itoa(in.Size))
	return activities.Done{Changed: err == nil}, err
}

// Leave removes a worker, and the cluster has one less.
func (c *Client) Leave(ctx context.Context, in activities.LeaveIn) (activities.Done, error) {
	found, err := c.cluster(ctx, in.Pool)
	if err != nil {
		return activities.Done{}, err
	}
	changes, err := found.group().Leaves(in)
	if err == nil && changes {
		err = c.ready(found, in.Pool, in.DryRun)
	}
	if err != nil || !changes || in.DryRun {
		return activities.Done{Changed: changes && err == nil}, err
	}
	err = c.scale(ctx, in.Pool, "nodeids", in.ID)
	if code(err) == paramError { // a job before this one may have removed it
		if found, again := c.cluster(ctx, in.Pool); again == nil {
			if still, _ := found.group().Leaves(in); !still {
				return activities.Done{}, nil
			}
		}
	}
	return activities.Done{Changed: err == nil}, err
}

// ready says why a cluster cannot be scaled now. Scaling that goes on may be an earlier try of the same change.
func (c *Client) ready(found cluster, pool activities.Pool, dry bool) error {
	switch {
	case found.State == "Running":
		return nil
	case found.State == "Scaling" && !dry:
		return c.busy(pool)
	case found.State == "Scaling":
		return ops.Errorf(ops.Conflict, "%s is being scaled; ask again when that is over", "%s 正在伸缩;请在完成后重新申请", pool.Object())
	}
	return ops.Errorf(ops.Denied, "%s is in the state %s and cannot be scaled; look at the cluster in CloudStack", "%s 处于 %s 状态,无法伸缩;请到 CloudStack 查看集群", pool.Object(), found.State)
}

func (c *Client) busy(pool activities.Pool) *ops.Error {
	return ops.Errorf(ops.Unavailable, "%s is being scaled; it is tried again", "%s 正在伸缩;将会重试", pool.Object())
}

// scale starts the job, and looks for a while whether it fails.
func (c *Client) scale(ctx context.Context, pool activities.Pool, name, value string) error {
	var started struct {
		Job string `json:"jobid"`
	}
	if err := c.do(ctx, call{command: "scaleKubernetesCluster", pool: pool, params: map[string]string{"id": pool.Group, name: value}}, &started); err != nil {
		return err
	}
	for range c.polls {
		var job struct {
			Status int     `json:"jobstatus"` // 0: it goes on, 1: done, 2: failed
			Result failure `json:"jobresult"`
		}
		if err := c.do(ctx, call{command: "queryAsyncJobResult", pool: pool, params: map[string]string{"jobid": started.Job}}, &job); err != nil {
			return err
		}
		switch job.Status {
		case 1:
			return nil
		case 2:
			return c.failed(pool, job.Result)
		}
		if err := pause(ctx, c.poll); err != nil {
			return err
		}
	}
	return nil
}

// failed explains a job that failed.
func (c *Client) failed(pool activities.Pool, f failure) error {
	if f.scaling() {
		return c.busy(pool)
	}
	return ops.Errorf(ops.Unsafe, "CloudStack tried to scale %s and failed: %s; look at the cluster there before asking again", "CloudStack 伸缩 %s 失败:%s;请先查看该集群再重新申请", pool.Object(), c.clean(f.Text)).Because(f)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
