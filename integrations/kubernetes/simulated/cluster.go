package simulated

import (
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// cluster is one simulated cluster. Everything but rule is guarded by mu.
type cluster struct {
	name    string
	path    string // of its state
	options Options
	ledger  *ledger
	fields  *fieldManagers

	mu    sync.Mutex
	store *store
	life  *life
	last  Entry // the last effective write

	faults sync.Mutex
	rule   func(verb, resource string) error
}

func (c *cluster) fault(q request) error {
	c.faults.Lock()
	rule := c.rule
	c.faults.Unlock()
	if rule == nil {
		return nil
	}
	return rule(q.verb, q.full())
}

// serve plays the world up to now, does what is asked, and keeps the outcome.
func (c *cluster) serve(q request) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.options.Now()
	c.life.advance(now)
	out, entry, err := c.do(q, now)
	if entry != nil {
		c.last.N++
		entry.N, entry.Time, entry.Cluster = c.last.N, now.UTC(), c.name
		c.last = *entry
	}
	if saved := c.save(); saved != nil {
		return nil, saved
	}
	if entry != nil {
		if err := c.ledger.write(*entry); err != nil {
			return nil, err
		}
	}
	return out, err
}

// do does what is asked. Its entry is nil when nothing was changed.
func (c *cluster) do(q request, now time.Time) (any, *Entry, error) {
	if q.resource == "selfsubjectaccessreviews" {
		out, err := c.review(q)
		return out, nil, err
	}
	if err := c.authorize(q); err != nil {
		return nil, nil, err
	}
	if q.group.Group == "metrics.k8s.io" && q.resource == "pods" {
		return c.metrics(q.namespace), nil, nil
	}
	r, ok := resourceOf(q.group, q.resource)
	if !ok || (q.name != "" && r.namespaced && q.namespace == "") {
		return nil, nil, apierrors.NewGenericServerResponse(404, q.verb, schema.GroupResource{}, "", "the server could not find the requested resource", 0, true)
	}
	switch q.verb + " " + q.sub {
	case "get ":
		out, err := c.get(r, q)
		return out, nil, err
	case "list ":
		out, err := c.list(r, q)
		return out, nil, err
	case "get scale":
		out, err := c.readScale(r, q)
		return out, nil, err
	}
	w := write{cluster: c, request: q, resource: r, now: now}
	return w.do()
}

// address is the host that client-go believes to talk to.
func (c *cluster) address() string { return fmt.Sprintf("http://%s.simulated", hostName(c.name)) }
