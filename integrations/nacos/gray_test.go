package nacos

import (
	"slices"
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/integrations/nacos/nacostest"
	"orderly.example/ops"
)

const forSome = "config.gray-abc/gray"

var grayed = strings.Replace(first, "30", "60", 1)

func gray(ips ...string) activities.GrayIn {
	return activities.GrayIn{At: at, Title: forSome, Changes: []activities.ConfigChange{{Key: "timeout", From: "30", To: "60"}}, IPs: ips, By: "ann"}
}

// end ends it, for all or (without merge) for nobody.
func end(merge string) activities.EndGrayIn {
	then := start()
	then["timeout"] = "60"
	return activities.EndGrayIn{At: at, Title: forSome, Changes: gray().Changes, Merge: merge, Content: activities.ConfigContent(start()), Then: activities.ConfigContent(then), By: "ann"}
}

func (l *lab) gray(in activities.GrayIn) activities.Gray {
	l.Helper()
	g, err := l.client.SetGray(l.Context(), in)
	l.must(err)
	return g
}

func TestGrayIsForSomeThenForAll(t *testing.T) {
	inBoth(t, func(l *lab) {
		g := l.gray(gray("10.0.0.1"))
		if g.Title != forSome || g.Release != nacostest.MD5(grayed) || !g.Changed || g.At != at || !slices.Equal(g.IPs, []string{"10.0.0.1"}) {
			l.Errorf("%+v", g)
		}
		if l.gray(gray("10.0.0.1")).Changed {
			l.Error("a repeat changed it")
		}
		there, err := l.client.GrayConfig(l.Context(), at)
		l.must(err)
		if there.Title != g.Title || there.Release != g.Release || !slices.Equal(there.IPs, g.IPs) {
			l.Errorf("%+v", there)
		}
		got, err := l.client.ConfigReceived(l.Context(), at, g.Release)
		l.must(err)
		if !got.Latest || !slices.Equal(got.Have, []string{"10.0.0.1"}) || !slices.Equal(got.Lack, []string{"10.0.0.2"}) {
			l.Errorf("gray: %+v", got)
		}
		got, err = l.client.ConfigReceived(l.Context(), at, l.read().Release)
		l.must(err)
		if !got.Latest || !slices.Equal(got.Have, []string{"10.0.0.2"}) || len(got.Lack) != 0 {
			l.Errorf("all: %+v", got)
		}
		if !l.gray(gray("10.0.0.2", "10.0.0.1")).Changed {
			l.Error("it was not widened")
		}
		l.texts(first)
		out, err := l.client.EndGray(l.Context(), end("merged"))
		l.must(err)
		l.texts(grayed)
		again, err := l.client.EndGray(l.Context(), end("merged"))
		l.must(err)
		if !out.Changed || again.Changed || out.Release != again.Release || out.Release != l.read().Release {
			l.Errorf("%+v, %+v", out, again)
		}
		sum := nacostest.MD5(grayed)
		want := []string{"gray prod/shop/cart.yaml " + sum + " for 10.0.0.1", "gray prod/shop/cart.yaml " + sum + " for 10.0.0.1,10.0.0.2", "publish prod/shop/cart.yaml " + sum, "end gray prod/shop/cart.yaml"}
		if !slices.Equal(l.Written(), want) {
			l.Errorf("written %q", l.Written())
		}
		for ip, md5 := range l.Received(l.item) {
			if md5 != sum {
				l.Errorf("%s has %s", ip, md5)
			}
		}
	})
}

func TestGrayIsAbandoned(t *testing.T) {
	inBoth(t, func(l *lab) {
		l.gray(gray("10.0.0.1"))
		for range 2 {
			_, err := l.client.EndGray(l.Context(), end(""))
			l.must(err)
		}
		if text, _ := l.Gray(l.item); text != "" || len(l.Written()) != 2 || l.Received(l.item)["10.0.0.1"] != nacostest.MD5(first) {
			l.Errorf("%q is left, written %q", text, l.Written())
		}
		l.texts(first)
		if _, err := l.client.EndGray(l.Context(), end("merged")); ops.CodeOf(err) != ops.Conflict {
			l.Errorf("merged what is gone: %v", err)
		}
	})
}

func TestGrayOfSomebodyElse(t *testing.T) {
	inBoth(t, func(l *lab) {
		l.SetGray(l.item, "", "timeout: 1\n", "10.0.0.2")
		_, err := l.client.SetGray(l.Context(), gray("10.0.0.1"))
		l.refused(err, ops.Conflict, "another gray release already")
		_, err = l.client.EndGray(l.Context(), end(""))
		l.must(err)
		if text, ips := l.Gray(l.item); text != "timeout: 1\n" || !slices.Equal(ips, []string{"10.0.0.2"}) || len(l.Written()) != 0 {
			l.Errorf("%q for %v, written %q", text, ips, l.Written())
		}
	})
}

// TestOtherHandsDuringGray: somebody publishes for all meanwhile; theirs stays, and nothing is merged over it.
func TestOtherHandsDuringGray(t *testing.T) {
	inBoth(t, func(l *lab) {
		l.gray(gray("10.0.0.1"))
		theirs := strings.Replace(first, "hello", "theirs", 1)
		l.Put("prod", "shop", "cart.yaml", "yaml", theirs, "eve")
		_, err := l.client.EndGray(l.Context(), end("merged"))
		l.refused(err, ops.Conflict, "during the gray release")
		l.gray(gray("10.0.0.2")) // its own text stays as it was begun
		if text, _ := l.Gray(l.item); text != grayed {
			l.Errorf("it is %q", text)
		}
		_, err = l.client.EndGray(l.Context(), end(""))
		l.must(err)
		l.texts(theirs)
		_, err = l.client.SetGray(l.Context(), activities.GrayIn{At: at, Title: forSome, Changes: []activities.ConfigChange{{Key: "greeting", From: "hello", To: "x"}}, IPs: []string{"10.0.0.1"}})
		l.refused(err, ops.Conflict, "greeting of prod/shop/cart.yaml was changed")
	})
}
