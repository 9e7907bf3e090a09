package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"time"

	"orderly.example/ops"
)

// ConfigChange is one key that becomes another value.
type ConfigChange struct {
	Key    string `json:"key"`
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	Add    bool   `json:"add,omitempty"`    // the key does not exist before
	Remove bool   `json:"remove,omitempty"` // the key does not exist after
}

// Inverse is the way back.
func (c ConfigChange) Inverse() ConfigChange {
	return ConfigChange{Key: c.Key, From: c.To, To: c.From, Add: c.Remove, Remove: c.Add}
}

// Config is one set of keys, as its centre has it now.
type Config struct {
	Values  map[string]string `json:"values,omitempty"`  // secrets are masked in what a step returns
	Content string            `json:"content"`           // ConfigContent of the values
	Then    string            `json:"then,omitempty"`    // ConfigContent with the changes that were asked about
	Release string            `json:"release,omitempty"` // the published release
	Instant bool              `json:"instant,omitempty"` // what is written is published: nothing waits for a publish, and Release names its content
	Title   string            `json:"title,omitempty"`   // of that release
	Open    []ConfigChange    `json:"open,omitempty"`    // edits that are not published
	OpenBy  string            `json:"open_by,omitempty"` // whose the last of them is
	Tracks  bool              `json:"tracks,omitempty"`  // the centre knows which instance has received what
}

// ConfigContent tells one content from another without telling what it is.
func ConfigContent(values map[string]string) string {
	h := sha256.New()
	for _, k := range slices.Sorted(maps.Keys(values)) {
		for _, s := range []string{k, values[k]} {
			h.Write(strconv.AppendInt(nil, int64(len(s)), 10))
			h.Write([]byte(":" + s))
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// ConfigIn asks for a set of keys.
type ConfigIn struct {
	At      ops.ConfigAt   `json:"at"`
	Schema  string         `json:"schema,omitempty"`  // the values, with the changes, must satisfy it
	Changes []ConfigChange `json:"changes,omitempty"` // their To and Remove
}

// Object names the set of keys.
func (in ConfigIn) Object() string { return in.At.String() }

// ConfigReader reads configuration.
type ConfigReader interface {
	ReadConfig(ctx context.Context, at ops.ConfigAt) (Config, error)
}

// ReadConfig reads a set of keys with its secrets masked. Invalid when the values, with the changes, do not satisfy the
// schema; it is checked here because only here all values are known.
var ReadConfig = newStep("config.read", read, func(r ConfigReader, ctx context.Context, in ConfigIn) (Config, error) {
	c, err := r.ReadConfig(ctx, in.At)
	if err != nil {
		return c, err
	}
	if err := conforms(in.At, in.Schema, applied(c.Values, in.Changes)); err != nil {
		return c, err
	}
	if len(in.Changes) > 0 {
		c.Then = ConfigContent(applied(c.Values, in.Changes))
	}
	return c.masked(), nil
})

// masked is the same without secrets.
func (c Config) masked() Config {
	values := make(map[string]string, len(c.Values))
	for k, v := range c.Values {
		values[k] = ops.Masked(k, v)
	}
	c.Values, c.Open = values, maskedChanges(c.Open)
	return c
}

func maskedChanges(all []ConfigChange) []ConfigChange {
	out := slices.Clone(all)
	for i, c := range out {
		out[i].From, out[i].To = ops.Masked(c.Key, c.From), ops.Masked(c.Key, c.To)
	}
	return out
}

// applied is what values become by changes.
func applied(values map[string]string, changes []ConfigChange) map[string]string {
	out := maps.Clone(values)
	if out == nil {
		out = map[string]string{}
	}
	for _, c := range changes {
		if c.Remove {
			delete(out, c.Key)
		} else {
			out[c.Key] = c.To
		}
	}
	return out
}

// ConfigDiff is how one content becomes another, sorted by key.
func ConfigDiff(from, to map[string]string) []ConfigChange {
	keys := maps.Clone(from)
	if keys == nil {
		keys = map[string]string{}
	}
	maps.Copy(keys, to)
	var out []ConfigChange
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		a, had := from[k]
		b, has := to[k]
		if had != has || a != b {
			out = append(out, ConfigChange{Key: k, From: a, To: b, Add: !had, Remove: !has})
		}
	}
	return out
}

// EditIn declares what keys shall be.
type EditIn struct {
	At      ops.ConfigAt   `json:"at"`
	Changes []ConfigChange `json:"changes,omitempty"`
	Restore string         `json:"restore,omitempty"` // instead of Changes: everything as it was in this release,
	Was     string         `json:"was,omitempty"`     // where it is as in this one
	Release string         `json:"release,omitempty"` // the release when the plan was made
	Content string         `json:"content,omitempty"` // the content when the plan was made; empty: only the keys themselves are compared
	By      string         `json:"by,omitempty"`      // who asked for it
	Why     string         `json:"why,omitempty"`     // names the change, for the centre's own record
}

// Object names the set of keys.
func (in EditIn) Object() string { return in.At.String() }

// EditOut says what was done.
type EditOut struct {
	Changed bool   `json:"changed"`
	Content string `json:"content"` // what is there now
}

// ConfigEditor writes keys. The call declares a wanted state: keys that are so already are left alone, and a repeat
// changes nothing. Conflict, before anything is written, when a key is neither From nor To, or when anything else is not
// as Content and Release say. A centre that can writes all keys or none.
type ConfigEditor interface {
	EditConfig(ctx context.Context, in EditIn) (EditOut, error)
}

// EditConfig writes keys.
var EditConfig = newStep("config.edit", write, ConfigEditor.EditConfig)

// PublishIn declares that the content is published in a release of that title.
type PublishIn struct {
	At      ops.ConfigAt `json:"at"`
	Title   string       `json:"title"`             // names this release: a repeat with the same title publishes nothing
	Comment string       `json:"comment,omitempty"` // for people
	Content string       `json:"content"`           // what is to be published; anything else there is a Conflict
	Release string       `json:"release,omitempty"` // the release before; another one is a Conflict
	After   string       `json:"after,omitempty"`   // the title of the release before: without it nothing is published
	By      string       `json:"by,omitempty"`
}

// Object names the set of keys.
func (in PublishIn) Object() string { return in.At.String() }

// PublishOut says what was done.
type PublishOut struct {
	Changed bool   `json:"changed"`
	Release string `json:"release,omitempty"`
}

// ConfigPublisher publishes what was edited.
type ConfigPublisher interface {
	PublishConfig(ctx context.Context, in PublishIn) (PublishOut, error)
}

// PublishConfig publishes a content.
var PublishConfig = newStep("config.publish", write, ConfigPublisher.PublishConfig)

// ConfigRelease is what was published at a time.
type ConfigRelease struct {
	ID      string            `json:"id"`
	Title   string            `json:"title"`
	Comment string            `json:"comment,omitempty"`
	By      string            `json:"by"`
	At      time.Time         `json:"at"`
	Values  map[string]string `json:"values,omitempty"`  // never in what a step returns
	Changes []ConfigChange    `json:"changes,omitempty"` // against the release before it
}

// ReleasesIn asks what was published.
type ReleasesIn struct {
	At    ops.ConfigAt `json:"at"`
	Limit int          `json:"limit"`
}

// Object names the set of keys.
func (in ReleasesIn) Object() string { return in.At.String() }

// ConfigHistorian remembers releases, with their values; the newest first.
type ConfigHistorian interface {
	ConfigReader
	ConfigReleases(ctx context.Context, at ops.ConfigAt, limit int) ([]ConfigRelease, error)
}

// ConfigReleases reads what was published, with secrets masked.
var ConfigReleases = newStep("config.releases", read, func(h ConfigHistorian, ctx context.Context, in ReleasesIn) ([]ConfigRelease, error) {
	all, err := h.ConfigReleases(ctx, in.At, in.Limit+1)
	if err != nil {
		return nil, err
	}
	for i := range all {
		var before map[string]string
		if i+1 < len(all) {
			before = all[i+1].Values
		}
		all[i].Changes = maskedChanges(ConfigDiff(before, all[i].Values))
	}
	for i := range all {
		all[i].Values = nil
	}
	return all[:min(len(all), in.Limit)], nil
})

// RestoreIn asks what bringing a release back would change.
type RestoreIn struct {
	At      ops.ConfigAt `json:"at"`
	Release string       `json:"release,omitempty"` // its ID; empty: the one before the present
	Schema  string       `json:"schema,omitempty"`
}

// Object names the set of keys.
func (in RestoreIn) Object() string { return in.At.String() }

// RestorePlan is what it would change.
type RestorePlan struct {
	Now     Config         `json:"now"`
	Release ConfigRelease  `json:"release"`
	Changes []ConfigChange `json:"changes"` // masked
}

// lookBack is how many releases are looked through for one.
const lookBack = 50

// CompareConfig says what bringing a former release back would change, with secrets masked.
var CompareConfig = newStep("config.compare", read, func(h ConfigHistorian, ctx context.Context, in RestoreIn) (RestorePlan, error) {
	var out RestorePlan
	now, err := h.ReadConfig(ctx, in.At)
	if err != nil {
		return out, err
	}
	all, err := h.ConfigReleases(ctx, in.At, lookBack)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(all, func(r ConfigRelease) bool { return r.ID == in.Release || in.Release == "" && r.ID != now.Release })
	if i < 0 {
		return out, ops.Errorf(ops.NotFound, "%s has no such release among its last %d; list them with config.history", "%s 最近 %d 次发布中没有该版本;请用 config.history 查看", in.At, lookBack).At("release")
	}
	out.Release, out.Changes = all[i], maskedChanges(ConfigDiff(now.Values, all[i].Values))
	if err := conforms(in.At, in.Schema, all[i].Values); err != nil {
		return out, err
	}
	out.Release.Values, out.Now = nil, now.masked()
	return out, nil
})
