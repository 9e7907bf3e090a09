package changetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Centre is a config centre in memory. It publishes in releases, or (Instant) with the write.
type Centre struct {
	w         *World
	Values    map[string]string          // what is edited now
	Releases  []activities.ConfigRelease // the oldest first
	Instances []string                   // of the service
	Slow      map[string]bool            // instances that do not take what is published
	Torn      string                     // writing this key fails, after those before it
	OpenBy    string
	Gray      *activities.Gray // nil: there is none
	Instant   bool             // what is written is published
	Blind     bool             // it does not know who has received what
}

var (
	_ activities.ConfigEditor    = (*Centre)(nil)
	_ activities.ConfigPublisher = (*Centre)(nil)
	_ activities.ConfigHistorian = (*Centre)(nil)
	_ activities.ConfigTracker   = (*Centre)(nil)
)

// CentreProvider is the name under which a Centre answers.
const CentreProvider = "centre"

// NewCentre gives a world a config centre with one release of the values, and every service a place in it.
func NewCentre(w *World, values map[string]string) *Centre {
	c := &Centre{w: w, Values: maps.Clone(values), Slow: map[string]bool{}, Instances: []string{"10.0.0.1", "10.0.0.2"}}
	c.Release("first", values)
	w.Centre = c
	w.Config = &ops.ConfigPlace{Provider: CentreProvider, Envs: map[string]string{"prod": "PRO"}, Namespaces: []ops.ConfigSpace{{Name: "application"}}}
	return c
}

// NewInstant is the same with a centre that publishes with the write.
func NewInstant(w *World, values map[string]string) *Centre {
	c := NewCentre(w, values)
	c.Instant, c.Releases = true, nil
	c.Release("first", values)
	return c
}

// Release adds a release behind the program's back.
func (c *Centre) Release(title string, values map[string]string) {
	id := strconv.Itoa(len(c.Releases) + 1)
	if c.Instant {
		id = activities.ConfigContent(values)
	}
	c.Releases = append(c.Releases, activities.ConfigRelease{ID: id, Title: title, By: "eve", At: Start, Values: maps.Clone(values)})
}

func (c *Centre) last() activities.ConfigRelease { return c.Releases[len(c.Releases)-1] }

// Published is what instances get.
func (c *Centre) Published() map[string]string { return c.last().Values }

// ReadConfig reads what is edited and published.
func (c *Centre) ReadConfig(_ context.Context, _ ops.ConfigAt) (activities.Config, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return c.now(), c.w.fails("config.read", ops.Target{})
}

func (c *Centre) now() activities.Config {
	if c.Instant {
		content := activities.ConfigContent(c.Values)
		return activities.Config{Values: maps.Clone(c.Values), Content: content, Release: content, Instant: true, Tracks: !c.Blind}
	}
	return activities.Config{
		Values: maps.Clone(c.Values), Content: activities.ConfigContent(c.Values), Release: c.last().ID, Title: c.last().Title, Tracks: true,
		Open: activities.ConfigDiff(c.last().Values, c.Values), OpenBy: c.OpenBy,
	}
}

// EditConfig writes key by key, so that it can stop in the middle.
func (c *Centre) EditConfig(_ context.Context, in activities.EditIn) (activities.EditOut, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if in.Restore != "" {
		in.Changes = activities.ConfigDiff(c.values(in.Was), c.values(in.Restore))
	}
	left, then, err := activities.PlanEdit(in, c.now())
	if err != nil || len(left) == 0 {
		return activities.EditOut{Content: activities.ConfigContent(c.Values)}, err
	}
	if err := c.w.fails("config.edit", ops.Target{}); err != nil {
		return activities.EditOut{}, err
	}
	for _, ch := range left {
		if ch.Key == c.Torn {
			return activities.EditOut{}, ops.Errorf(ops.Denied, "%s may not be written", "%s 不可写", ch.Key)
		}
		if ch.Remove {
			delete(c.Values, ch.Key)
		} else {
			c.Values[ch.Key] = ch.To
		}
		c.w.Ledger = append(c.w.Ledger, fmt.Sprintf("edit %s %q->%q", ch.Key, ch.From, ch.To))
	}
	if c.Instant {
		c.Release(in.Why, c.Values)
	}
	return activities.EditOut{Changed: true, Content: activities.ConfigContent(then)}, c.w.after("config.edit", ops.Target{})
}

func (c *Centre) values(id string) map[string]string {
	for _, r := range c.Releases {
		if r.ID == id {
			return r.Values
		}
	}
	return nil
}

// PublishConfig publishes once per title.
func (c *Centre) PublishConfig(_ context.Context, in activities.PublishIn) (activities.PublishOut, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	done, err := activities.PlanPublish(in, c.now(), c.recent())
	if done != nil || err != nil {
		return orNothing(done), err
	}
	if err := c.w.fails("config.publish", ops.Target{}); err != nil {
		return activities.PublishOut{}, err
	}
	c.Release(in.Title, c.Values)
	c.w.Ledger = append(c.w.Ledger, "publish "+in.Title)
	return activities.PublishOut{Changed: true, Release: c.last().ID}, c.w.after("config.publish", ops.Target{})
}

func orNothing(out *activities.PublishOut) activities.PublishOut {
	if out == nil {
		return activities.PublishOut{}
	}
	return *out
}

// recent are the releases, the newest first.
func (c *Centre) recent() []activities.ConfigRelease {
	out := slices.Clone(c.Releases)
	slices.Reverse(out)
	return out
}

// ConfigReleases are the releases, the newest first.
func (c *Centre) ConfigReleases(_ context.Context, _ ops.ConfigAt, limit int) ([]activities.ConfigRelease, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	out := c.recent()
	return out[:min(limit, len(out))], nil
}

// ConfigReceived says that every instance has the last release, but those that are slow.
func (c *Centre) ConfigReceived(_ context.Context, _ ops.ConfigAt, release string) (activities.Received, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	out := activities.Received{Release: release, Latest: c.last().ID == release}
	if c.Gray != nil && c.Gray.Release == release {
		return activities.Received{Release: release, Latest: true, Have: c.Gray.IPs}, nil
	}
	for _, i := range c.Instances {
		if c.Slow[i] {
			out.Lack = append(out.Lack, i)
		} else {
			out.Have = append(out.Have, i)
		}
	}
	return out, nil
}
