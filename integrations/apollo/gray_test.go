package apollo

import (
	"maps"
	"slices"
	"testing"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/ops"
)

func gray(ips ...string) activities.GrayIn {
	return activities.GrayIn{At: at, Title: "config.gray-abc", Comment: "for ann", IPs: ips, Changes: []activities.ConfigChange{{Key: "timeout", From: "30", To: "60"}, {Key: "color", To: "red", Add: true}}}
}

func end(merge string) activities.EndGrayIn {
	then := start()
	then["timeout"], then["color"] = "60", "red"
	return activities.EndGrayIn{
		At: at, Title: "config.gray-abc", Changes: gray().Changes, Merge: merge, Content: activities.ConfigContent(start()), Then: activities.ConfigContent(then),
	}
}

func (l *lab) gray(in activities.GrayIn) activities.Gray {
	l.Helper()
	g, err := l.client.SetGray(l.Context(), in)
	l.must(err)
	return g
}

func TestGrayWidensAndMerges(t *testing.T) {
	l := newLab(t)
	g := l.gray(gray("10.0.0.1"))
	if !g.Changed || g.Title != "config.gray-abc" || l.gray(gray("10.0.0.1")).Changed {
		t.Errorf("%+v", g)
	}
	got, err := l.client.ConfigReceived(t.Context(), g.At, g.Release)
	l.must(err)
	if !got.Latest || !slices.Equal(got.Have, []string{"10.0.0.1"}) {
		t.Errorf("received %+v", got)
	}
	if now := l.read(); now.Release != "1" || len(now.Open) != 0 {
		t.Errorf("the others see %+v", now)
	}
	l.Join(l.space, "10.0.0.3")
	g = l.gray(gray("10.0.0.3", "10.0.0.2"))
	if got, err = l.client.ConfigReceived(t.Context(), g.At, g.Release); err != nil || !slices.Equal(got.Have, []string{"10.0.0.2", "10.0.0.3"}) {
		t.Errorf("moved: %+v, %v", got, err)
	}
	made, err := l.client.EndGray(t.Context(), end("all"))
	l.must(err)
	again, err := l.client.EndGray(t.Context(), end("all"))
	l.must(err)
	if !made.Changed || again.Changed || again.Release != made.Release || l.Published(l.space).Configurations["color"] != "red" {
		t.Errorf("%+v, %+v", made, again)
	}
	want := []string{"branch", "put timeout=60", "put color=red", "rules 10.0.0.1", "gray config.gray-abc", "rules 10.0.0.2,10.0.0.3", "merge all"}
	if !slices.Equal(l.Written(), want) {
		t.Errorf("written %q", l.Written())
	}
	if g, err = l.client.GrayConfig(t.Context(), at); err != nil || g.Title != "" {
		t.Errorf("left: %+v, %v", g, err)
	}
}

func TestGrayIsAbandoned(t *testing.T) {
	l := newLab(t)
	_, err := l.client.EndGray(t.Context(), end("")) // it never was
	l.must(err)
	l.gray(gray("10.0.0.1"))
	for range 2 {
		_, err = l.client.EndGray(t.Context(), end(""))
		l.must(err)
	}
	if w := l.Written(); w[len(w)-1] != "abandon" || len(w) != 6 || !maps.Equal(l.Published(l.space).Configurations, start()) {
		t.Errorf("written %q", w)
	}
}

func TestGrayOfSomebodyElse(t *testing.T) {
	l := newLab(t)
	l.gray(gray("10.0.0.1"))
	other := gray("10.0.0.2")
	other.Title = "config.gray-other"
	_, err := l.client.SetGray(t.Context(), other)
	l.refused(err, ops.Conflict, "another gray release already (config.gray-abc)")
	leave := end("")
	leave.Title = "config.gray-other"
	_, err = l.client.EndGray(t.Context(), leave)
	l.must(err)
	if _, ips := l.Gray(l.space); !slices.Equal(ips, []string{"10.0.0.1"}) {
		t.Errorf("it is for %v", ips)
	}
	l.Edit(l.space, "eve", "greeting", "theirs")
	_, err = l.client.EndGray(t.Context(), end("all"))
	l.refused(err, ops.Conflict, "changed by somebody else during the gray release")
}

// TestFaultsOfGray: after each fault the step is tried again, and everything happened once.
func TestFaultsOfGray(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{"GET /branches", "POST /branches", "PUT /items/timeout", "PUT /rules", "POST -branch/releases", "POST /merge", "DELETE -branch"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := newLab(t)
				l.Inject(kind, call)
				again := func(do func() error) {
					t.Helper()
					for range 3 {
						err := do()
						if err == nil {
							return
						}
						if c := ops.CodeOf(err); c != ops.Unavailable && c != ops.Conflict {
							t.Fatal(err)
						}
					}
					t.Fatal("it does not end")
				}
				again(func() error { _, err := l.client.SetGray(t.Context(), gray("10.0.0.1")); return err })
				last, merge := "abandon", ""
				if call == "POST /merge" {
					last, merge = "merge all", "all"
				}
				again(func() error { _, err := l.client.EndGray(t.Context(), end(merge)); return err })
				want := []string{"branch", "put timeout=60", "put color=red", "rules 10.0.0.1", "gray config.gray-abc", last}
				if !slices.Equal(l.Written(), want) {
					t.Errorf("written %q", l.Written())
				}
			})
		}
	}
}
