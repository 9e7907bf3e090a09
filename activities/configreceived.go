package activities

import (
	"context"
	"slices"
	"strings"
	"time"

	"orderly.example/ops"
)

// ReceivedIn asks to wait until every instance has received a release.
type ReceivedIn struct {
	At      ops.ConfigAt  `json:"at"`
	Release string        `json:"release"`
	Want    []string      `json:"want,omitempty"` // only these addresses; empty: every instance that reads the keys
	Live    []string      `json:"live,omitempty"` // the addresses of the instances that run: others that lack it are gone
	Stall   time.Duration `json:"stall"`          // no progress for this long is a failure
	Poll    time.Duration `json:"poll,omitempty"` // 0: every second
}

// Object names the set of keys.
func (in ReceivedIn) Object() string { return in.At.String() }

// Received is who has which release.
type Received struct {
	Have    []string `json:"have,omitempty"`   // the addresses of instances that have it
	Lack    []string `json:"lack,omitempty"`   // those that have another one
	Latest  bool     `json:"latest,omitempty"` // it is still the published release
	Release string   `json:"release,omitempty"`
}

// ConfigTracker knows which instance has received what.
type ConfigTracker interface {
	ConfigReceived(ctx context.Context, at ops.ConfigAt, release string) (Received, error)
}

// AwaitConfig waits until every instance that reads the keys has received a release. It fails as Unsafe when nothing
// moves for Stall, naming those that lack it, and as Conflict when another release was published over it.
var AwaitConfig = newStep("config.received", wait, awaitConfig)

func awaitConfig(t ConfigTracker, ctx context.Context, in ReceivedIn) (Received, error) {
	have, moved := -1, time.Now()
	for {
		now, err := t.ConfigReceived(ctx, in.At, in.Release)
		now = now.among(in)
		switch {
		case err != nil && !retried(ops.CodeOf(err)):
			return now, err
		case err != nil:
			Report(ctx, ops.Progress{Object: in.Object(), Text: ops.TextOf(err)})
		case !now.Latest:
			return now, ops.Errorf(ops.Conflict, "%s: another release was published over this one before every instance had it; look at it with config.history", "%s:尚未全部生效时已有其他发布;请用 config.history 查看", in.At)
		default:
			Report(ctx, ops.Progress{Object: in.Object(), Done: len(now.Have), Total: len(now.Have) + len(now.Lack)})
			if len(now.Lack) == 0 {
				return now, nil
			}
			if len(now.Have) != have {
				have, moved = len(now.Have), time.Now()
			}
		}
		if err == nil && time.Since(moved) > orDefault(in.Stall, defaultStall) {
			return now, ops.Errorf(ops.Unsafe, "%s was received by %d of %d instances; these lack it: %s. Look whether they run and reach the config centre", "%s 仅 %d/%d 个实例已生效,未生效:%s。请检查这些实例是否运行、能否访问配置中心",
				in.At, len(now.Have), len(now.Have)+len(now.Lack), some(now.Lack))
		}
		if err := pause(ctx, orDefault(in.Poll, time.Second)); err != nil {
			return now, err
		}
	}
}

// among leaves out who does not count. A centre remembers instances that are gone for a day; that is only seen when the
// addresses it knows are those of the runtime.
func (r Received) among(in ReceivedIn) Received {
	if len(in.Want) > 0 {
		missing := func(s string) bool { return !slices.Contains(r.Have, s) }
		r.Lack = slices.DeleteFunc(slices.Clone(in.Want), func(s string) bool { return !missing(s) })
		r.Have = slices.DeleteFunc(slices.Clone(in.Want), missing)
		return r
	}
	known := func(s string) bool { return slices.Contains(in.Live, s) }
	if slices.ContainsFunc(r.Have, known) || slices.ContainsFunc(r.Lack, known) {
		r.Lack = slices.DeleteFunc(slices.Clone(r.Lack), func(s string) bool { return !known(s) })
	}
	return r
}

// some is the start of a list, with the number of the rest.
func some(list []string) string {
	const most = 8
	slices.Sort(list)
	if len(list) > most {
		return strings.Join(list[:most], ", ") + " …"
	}
	return strings.Join(list, ", ")
}
