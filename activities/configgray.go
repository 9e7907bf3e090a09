package activities

import (
	"context"

	"orderly.example/ops"
)

// Gray is a release that only some instances get.
type Gray struct {
	Title   string       `json:"title,omitempty"` // of the release; empty while nothing was released
	Release string       `json:"release,omitempty"`
	At      ops.ConfigAt `json:"at,omitzero"` // where its values are kept
	IPs     []string     `json:"ips,omitempty"`
	Changed bool         `json:"changed,omitempty"`
}

// GrayIn declares that a gray release with these values is for these instances, and no others.
type GrayIn struct {
	At      ops.ConfigAt   `json:"at"`
	Title   string         `json:"title"` // names the gray release: a repeat with the same title releases nothing anew
	Comment string         `json:"comment,omitempty"`
	Changes []ConfigChange `json:"changes"`
	IPs     []string       `json:"ips"`
	By      string         `json:"by,omitempty"`
}

// Object names the set of keys.
func (in GrayIn) Object() string { return in.At.String() }

// EndGrayIn declares that there is no gray release any more: its values are those of all instances, or of none.
type EndGrayIn struct {
	At      ops.ConfigAt   `json:"at"`
	Title   string         `json:"title"`           // of the gray release to end
	Changes []ConfigChange `json:"changes"`         // of the gray release
	Merge   string         `json:"merge,omitempty"` // the title of the release for all; empty: it is abandoned
	Comment string         `json:"comment,omitempty"`
	Content string         `json:"content,omitempty"` // of all other instances before; anything else there is a Conflict
	Then    string         `json:"then,omitempty"`    // what it is after
	By      string         `json:"by,omitempty"`
}

// Object names the set of keys.
func (in EndGrayIn) Object() string { return in.At.String() }

// ConfigGrayer releases to some instances. NotFound never: a namespace without a gray release has an empty one. Conflict
// when the gray release that is there belongs to somebody else.
type ConfigGrayer interface {
	GrayConfig(ctx context.Context, at ops.ConfigAt) (Gray, error)
	SetGray(ctx context.Context, in GrayIn) (Gray, error)
	EndGray(ctx context.Context, in EndGrayIn) (PublishOut, error)
}

// The steps of a gray release.
var (
	GrayConfig = newStep("config.gray.read", read, func(g ConfigGrayer, ctx context.Context, in ConfigIn) (Gray, error) { return g.GrayConfig(ctx, in.At) })
	SetGray    = newStep("config.gray", write, ConfigGrayer.SetGray)
	EndGray    = newStep("config.gray.end", write, ConfigGrayer.EndGray)
)
