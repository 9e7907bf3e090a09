package prometheus

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"orderly.example/activities"
)

// maxSamples is how many samples are taken at most; a query that gives more is refused.
const maxSamples = 1000

// Client asks one Prometheus.
type Client struct {
	api     v1.API
	name    string // for people: the address
	public  *url.URL
	timeout time.Duration
}

var _ activities.Meter = (*Client)(nil)

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	asked, public, err := c.check()
	if err != nil {
		return nil, err
	}
	h, err := c.client()
	if err != nil {
		return nil, err
	}
	plain, err := api.NewClient(api.Config{Address: asked.String(), Client: h})
	if err != nil {
		return nil, err
	}
	out := &Client{name: asked.String(), public: public, timeout: cmp.Or(c.Timeout, defaultTimeout)}
	out.api = v1.NewAPI(&judged{Client: plain, client: out})
	return out, nil
}

// String names the server.
func (c *Client) String() string { return c.name }

// Measure asks for the values of an expression; see activities.Meter. What Prometheus warns of has no place in the
// result and is left out.
func (c *Client) Measure(ctx context.Context, in activities.MeasureIn) (activities.Measured, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	// Servers that know the limit say it with one sample too many; the others send everything.
	value, _, _, err := c.api.Query(limited, in.Query, in.At, v1.WithTimeout(c.timeout), v1.WithLimit(maxSamples+1))
	if err != nil {
		return activities.Measured{}, c.explain(ctx, err)
	}
	samples, err := samples(value)
	if err != nil {
		return activities.Measured{}, err
	}
	return activities.Measured{Samples: samples, Link: c.link(in)}, nil
}

// Check says whether the server answers queries with these credentials.
func (c *Client) Check(ctx context.Context) error {
	_, err := c.Measure(ctx, activities.MeasureIn{Query: "vector(1)"})
	return err
}

// link is the page on which a person sees the expression, at the same time if one was given.
func (c *Client) link(in activities.MeasureIn) string {
	q := url.Values{"g0.expr": {in.Query}, "g0.tab": {"1"}}
	if !in.At.IsZero() {
		q.Set("g0.moment_input", in.At.UTC().Format(time.DateTime))
	}
	u := c.public.JoinPath("graph")
	u.RawQuery = q.Encode()
	return u.String()
}

// judged is the transport of the official client, with the status of each answer judged first.
type judged struct {
	api.Client
	client *Client
}

// Do sends a request. The answer goes along with a refusal, because the official client asks again with GET where POST
// is not allowed.
func (j *judged) Do(ctx context.Context, r *http.Request) (*http.Response, []byte, error) {
	resp, body, err := j.Client.Do(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	return resp, body, j.client.refusal(resp)
}
