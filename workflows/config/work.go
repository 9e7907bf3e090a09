package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// work is what becomes of one set of keys: changes, a former release, or (neither) what is edited already.
type work struct {
	At      ops.ConfigAt              `json:"at"`
	Changes []activities.ConfigChange `json:"changes,omitempty"`
	Restore string                    `json:"restore,omitempty"` // the release to bring back
	Was     string                    `json:"was,omitempty"`     // the release that is there before it
	Release string                    `json:"release,omitempty"` // when the plan was made
	Instant bool                      `json:"instant,omitempty"` // the centre publishes with the write
	Content string                    `json:"content"`           // when the plan was made
	Tracks  bool                      `json:"tracks,omitempty"`
	Targets []ops.Target              `json:"targets"` // whose instances read it
}

func (w work) edits() bool { return len(w.Changes) > 0 || w.Restore != "" }

// edit is the edit that the work makes.
func (w work) edit(ctx workflow.Context) activities.EditIn {
	return activities.EditIn{
		At: w.At, Changes: w.Changes, Restore: w.Restore, Was: w.Was, Release: w.Release, Content: w.Content, By: change.Asker(ctx).ID, Why: change.ID(ctx),
	}
}

// inverse is the edit back, which only looks at the keys themselves.
func (w work) inverse(ctx workflow.Context) activities.EditIn {
	in := w.edit(ctx)
	in.Changes, in.Restore, in.Was, in.Release, in.Content = inverses(w.Changes), w.Was, w.Restore, "", ""
	in.Why += wayBack
	return in
}

func inverses(changes []activities.ConfigChange) []activities.ConfigChange {
	out := make([]activities.ConfigChange, len(changes))
	for i, c := range changes {
		out[i] = c.Inverse()
	}
	return out
}

// maxTitle is how long the title of a release may be.
const maxTitle = 64

// What follows the ID of the change in the titles of its other releases.
const (
	wayBack = "/back"
	some    = "/gray"
)

// title names the release that the running change makes for all, and with a suffix its other ones.
func title(ctx workflow.Context, suffix string) string {
	s := change.ID(ctx) + suffix
	if len(s) > maxTitle {
		sum := sha256.Sum256([]byte(s))
		s = s[:maxTitle-13] + "-" + hex.EncodeToString(sum[:6])
	}
	return s
}

func run(ctx workflow.Context, w work) error {
	content := w.Content
	change.Undoing(ctx, ops.Textf("the former values of %s", "%s 的原有值", w.At), func(ctx workflow.Context) error { return w.back(ctx) })
	if w.edits() {
		out, err := activities.EditConfig.Do(ctx, w.At.Provider, w.edit(ctx))
		if err != nil {
			return err
		}
		content = out.Content
	}
	if w.Instant {
		return nil
	}
	_, err := activities.PublishConfig.Do(ctx, w.At.Provider, activities.PublishIn{
		At: w.At, Title: title(ctx, ""), Comment: comment(ctx), Content: content, Release: w.Release, By: change.Asker(ctx).ID,
	})
	return err
}

// back takes the work back: the values first, and then, if they had been published, the former values in a new release.
func (w work) back(ctx workflow.Context) error {
	content := w.Content
	in := w.inverse(ctx)
	if !w.edits() { // what was edited elsewhere goes back to what was published before
		now, err := activities.ReadConfig.Do(ctx, w.At.Provider, activities.ConfigIn{At: w.At})
		if err != nil || now.Title != title(ctx, "") {
			return err
		}
		in.Restore, in.Was = w.Release, now.Release
	}
	out, err := activities.EditConfig.Do(ctx, w.At.Provider, in)
	if err != nil || w.Instant {
		return err
	}
	if !w.edits() {
		content = out.Content
	}
	_, err = activities.PublishConfig.Do(ctx, w.At.Provider, activities.PublishIn{
		At: w.At, Title: title(ctx, wayBack), Comment: comment(ctx), Content: content, After: title(ctx, ""), By: change.Asker(ctx).ID,
	})
	return err
}

func comment(ctx workflow.Context) string {
	return "for " + change.Asker(ctx).ID
}

// stall is how long instances may take to receive a release: a client that missed the notice looks again within five
// minutes.
const stall = 6 * time.Minute

// verify waits until every instance has received what was published.
func verify(ctx workflow.Context, w work) error {
	now, err := activities.ReadConfig.Do(ctx, w.At.Provider, activities.ConfigIn{At: w.At})
	if err != nil {
		return err
	}
	if !w.Instant && now.Title != title(ctx, "") || w.Instant && w.Restore != "" && now.Release != w.Restore {
		return ops.Errorf(ops.Conflict, "%s was published again by somebody else (%s); look at it with config.history", "%s 已被他人再次发布(%s);请用 config.history 查看", w.At, cmp.Or(now.Title, now.Release))
	}
	for _, c := range w.Changes {
		if v, there := now.Values[c.Key]; there == c.Remove || v != ops.Masked(c.Key, c.To) {
			return ops.Errorf(ops.Conflict, "%s of %s is not as planned at the end: somebody else has changed it meanwhile", "%[2]s 的 %[1]s 最终与预案不符:期间被他人修改", c.Key, w.At)
		}
	}
	if !w.Tracks {
		return nil
	}
	got, err := activities.AwaitConfig.Do(ctx, w.At.Provider, activities.ReceivedIn{At: w.At, Release: now.Release, Live: w.live(ctx), Stall: stall})
	if err != nil {
		return err
	}
	change.Note(ctx, ops.Textf("%s: release %s was received by all %d instances", "%s:版本 %s 已在全部 %d 个实例生效", w.At, now.Release, len(got.Have)))
	return nil
}

// live are the addresses of the instances that run, as far as their runtimes say so. Without them every instance counts
// that the centre remembers.
func (w work) live(ctx workflow.Context) []string {
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: w.Targets, Many: true})
	if err != nil {
		return nil
	}
	var out []string
	for _, at := range found.Places {
		now, err := activities.Status.Do(ctx, at.Provider, activities.StatusIn{Place: at, Pods: true})
		if err != nil {
			return nil
		}
		for _, p := range now.Pods {
			if p.IP != "" {
				out = append(out, p.IP)
			}
		}
	}
	return out
}

// undo plans the way back of finished work, from the world as it is now.
func undo(ctx workflow.Context, done work) (ops.Plan, work, error) {
	if !done.edits() {
		return ops.Plan{}, work{}, ops.Errorf(ops.Invalid, "what was edited elsewhere cannot be taken back key by key; bring the release before back with config.rollback", "该变更发布的是他处的修改,无法逐项撤销;请用 config.rollback 恢复上一版本")
	}
	now, err := activities.ReadConfig.Do(ctx, done.At.Provider, activities.ConfigIn{At: done.At})
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	if err := closed(done.At, now); err != nil {
		return ops.Plan{}, work{}, err
	}
	w := on(done.At, now, done.Targets)
	if done.Restore != "" {
		w.Restore, w.Was = done.Was, now.Release
		back, err := activities.CompareConfig.Do(ctx, w.At.Provider, activities.RestoreIn{At: w.At, Release: w.Restore})
		return describe(w, back.Changes), w, err
	}
	for _, c := range inverses(done.Changes) {
		c.From = now.Values[c.Key]
		_, there := now.Values[c.Key]
		if c.Add = !there; c.Add == c.Remove && c.From == c.To {
			continue // it is so already
		}
		w.Changes = append(w.Changes, c)
	}
	return describe(w, w.Changes), w, nil
}

// on is work on what was read.
func on(at ops.ConfigAt, now activities.Config, targets []ops.Target) work {
	return work{At: at, Release: now.Release, Instant: now.Instant, Content: now.Content, Tracks: now.Tracks, Targets: targets}
}

// closed refuses while somebody has edits that are not published.
func closed(at ops.ConfigAt, now activities.Config) error {
	if len(now.Open) == 0 {
		return nil
	}
	keys := make([]string, len(now.Open))
	for i, c := range now.Open {
		keys[i] = c.Key
	}
	by := now.OpenBy
	if by == "" {
		by = "?"
	}
	return ops.Errorf(ops.Conflict, "%s has edits of %v by %s that are not published, and would be with yours; publish them with config.publish or have them taken back, then ask again",
		"%s 中 %v 有 %s 尚未发布的修改,会随您的修改一起发布;请先用 config.publish 发布或撤回,再重新申请", at, keys, by)
}
