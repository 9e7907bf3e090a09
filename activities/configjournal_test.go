package activities

import (
	"maps"
	"strconv"
	"testing"
	"time"

	"orderly.example/ops"
)

// TestAJournalBringsReleasesBack: what somebody else has made is kept as well, and what is too old is not.
func TestAJournalBringsReleasesBack(t *testing.T) {
	config := func(a string) Config {
		v := map[string]string{"a": a}
		return Config{Values: v, Content: ConfigContent(v), Instant: true}
	}
	var j ConfigJournal
	now, at := config("first"), time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	for i := range 3 {
		then := config(strconv.Itoa(i))
		j = j.With(EditIn{Why: "change " + strconv.Itoa(i), By: "ann"}, now, then.Values, at)
		now = then
	}
	if len(j) != 4 || j[0].Title != "change 2" || j[3].Title != "" || j[3].Values["a"] != "first" {
		t.Errorf("%+v", j)
	}
	foreign := config("theirs")
	if all := j.Releases(foreign, 3); len(all) != 3 || all[0].ID != foreign.Content || all[1].Title != "change 2" {
		t.Errorf("%+v", all)
	}
	if all := j.Releases(now, 10); len(all) != 4 || all[0].By != "ann" {
		t.Errorf("%+v", all)
	}
	in := EditIn{Restore: config("0").Content, Was: now.Content, Content: now.Content}
	got, err := j.Restoring(in, now)
	if err != nil || len(got.Changes) != 1 || got.Changes[0] != (ConfigChange{Key: "a", From: "2", To: "0"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := j.Restoring(in, config("0")); err != nil || len(got.Changes) != 0 {
		t.Errorf("again: %+v, %v", got, err)
	}
	if _, err := j.Restoring(in, foreign); ops.CodeOf(err) != ops.Conflict {
		t.Errorf("over somebody else: %v", err)
	}
	in.Restore = "unknown"
	if _, err := j.Restoring(in, now); ops.CodeOf(err) != ops.NotFound {
		t.Errorf("unknown: %v", err)
	}
	for i := range 2 * KeptReleases {
		j = j.With(EditIn{}, now, config("n"+strconv.Itoa(i)).Values, at)
		now = config("n" + strconv.Itoa(i))
	}
	raw, err := Pack(j)
	var back ConfigJournal
	if err != nil || Unpack(raw, &back) != nil || len(back) != KeptReleases || !maps.Equal(back[0].Values, now.Values) || !back[0].At.Equal(at) {
		t.Errorf("%v, %d releases", err, len(back))
	}
	if Unpack([]byte("no"), &back) == nil {
		t.Error("unpacked what was never packed")
	}
}
