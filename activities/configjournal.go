package activities

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"slices"
	"time"

	"orderly.example/ops"
)

// KeptReleases is how many releases are kept for a centre that keeps none itself.
const KeptReleases = 20

// ConfigJournal is what is kept of the releases of a centre that keeps none itself, the newest first. The ID of a release
// is its ConfigContent, so that two with the same values have the same ID, and either brings them back.
type ConfigJournal []ConfigRelease

// Next are the releases that an edit adds, the oldest first: what it makes, and before that what was there, if somebody
// else has made it.
func (j ConfigJournal) Next(in EditIn, now Config, then map[string]string, at time.Time) []ConfigRelease {
	var out []ConfigRelease
	if len(j) == 0 || j[0].ID != now.Content {
		out = append(out, ConfigRelease{ID: now.Content, At: at, Values: now.Values})
	}
	return append(out, ConfigRelease{ID: ConfigContent(then), Title: in.Why, By: in.By, At: at, Values: then})
}

// With is the journal after an edit, without what is beyond KeptReleases.
func (j ConfigJournal) With(in EditIn, now Config, then map[string]string, at time.Time) ConfigJournal {
	added := j.Next(in, now, then, at)
	slices.Reverse(added)
	out := append(ConfigJournal(added), j...)
	return out[:min(len(out), KeptReleases)]
}

// Releases are those of the journal, and before them what is there now, if somebody else has made it.
func (j ConfigJournal) Releases(now Config, limit int) []ConfigRelease {
	out := slices.Clone([]ConfigRelease(j))
	if len(j) == 0 || j[0].ID != now.Content {
		out = slices.Insert(out, 0, ConfigRelease{ID: now.Content, Values: now.Values})
	}
	return out[:min(limit, len(out))]
}

// Restoring is the edit that brings a release back, in words of keys. It changes nothing when it is there already.
func (j ConfigJournal) Restoring(in EditIn, now Config) (EditIn, error) {
	switch {
	case in.Restore == "":
		return in, nil
	case now.Content == in.Restore: // what was there when the plan was made does not matter any more
		in.Restore, in.Content = "", ""
		return in, nil
	case now.Content != in.Was:
		return in, moved(in.At, now)
	}
	i := slices.IndexFunc(j, func(r ConfigRelease) bool { return r.ID == in.Restore })
	if i < 0 {
		return in, ops.Errorf(ops.NotFound, "release %s of %s is not kept any more; list those that are with config.history", "%[2]s 的版本 %[1]s 已不再保留;请用 config.history 查看", in.Restore, in.At)
	}
	in.Restore, in.Changes = "", ConfigDiff(now.Values, j[i].Values)
	return in, nil
}

// Pack makes one or more releases small.
func Pack(v any) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if err := json.NewEncoder(z).Encode(v); err != nil {
		return nil, err
	}
	err := z.Close()
	return out.Bytes(), err
}

// maxUnpacked bounds what Unpack reads, in bytes.
const maxUnpacked = 64 << 20

// Unpack is the inverse of Pack.
func Unpack(raw []byte, v any) error {
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	return json.NewDecoder(io.LimitReader(z, maxUnpacked)).Decode(v)
}
