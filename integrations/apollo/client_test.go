package apollo

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/apollo/apollotest"
	"orderly.example/ops"
)

var at = ops.ConfigAt{Provider: "apollo", App: "cart", Env: "PRO", Namespace: "application"}

func start() map[string]string {
	return map[string]string{"timeout": "30", "greeting": "hello", "a/b c": "1"}
}

// lab is a portal with one namespace, and a client.
type lab struct {
	*apollotest.Server
	*testing.T
	space  *apollotest.Space
	client *Client
}

func newLab(t *testing.T) *lab {
	s := apollotest.New(t)
	l := &lab{Server: s, T: t, space: s.Space("PRO", "cart", "application", start())}
	l.client = l.as(Config{Publisher: apollotest.Publisher})
	return l
}

func (l *lab) as(c Config) *Client {
	l.Helper()
	c.URL, c.Operator = l.URL, apollotest.Operator
	if c.Token == "" {
		c.Token = apollotest.Token
	}
	out, err := New(c)
	if err != nil {
		l.Fatal(err)
	}
	return out
}

func (l *lab) read() activities.Config {
	l.Helper()
	now, err := l.client.ReadConfig(l.Context(), at)
	if err != nil {
		l.Fatal(err)
	}
	return now
}

// set is an edit from what is there now.
func (l *lab) set(values ...string) activities.EditIn {
	l.Helper()
	now := l.read()
	in := activities.EditIn{At: at, Release: now.Release, Content: now.Content}
	wanted := maps.Clone(now.Values)
	for i := 0; i < len(values); i += 2 {
		if values[i+1] == "" {
			delete(wanted, values[i])
		} else {
			wanted[values[i]] = values[i+1]
		}
	}
	in.Changes = activities.ConfigDiff(now.Values, wanted)
	return in
}

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lab) refused(err error, code ops.Code, words string) {
	l.Helper()
	if ops.CodeOf(err) != code || !strings.Contains(ops.TextOf(err).En, words) || ops.TextOf(err).Zh == "" {
		l.Errorf("got %s %v, want %s %q", ops.CodeOf(err), err, code, words)
	}
}

func TestEditAndPublish(t *testing.T) {
	l := newLab(t)
	in := l.set("timeout", "60", "color", "red", "greeting", "", "a/b c", "2")
	out, err := l.client.EditConfig(t.Context(), in)
	l.must(err)
	now := l.read()
	if !out.Changed || out.Content != now.Content || len(now.Open) != 4 || now.OpenBy != apollotest.Operator || now.Release != "1" || now.Title != "first" {
		t.Errorf("%+v, %+v", out, now)
	}
	again, err := l.client.EditConfig(t.Context(), in)
	l.must(err)
	if again.Changed || again.Content != out.Content {
		t.Errorf("again: %+v", again)
	}
	p := activities.PublishIn{At: at, Title: "config.set-abc", Comment: "for ann", Content: out.Content, Release: "1"}
	made, err := l.client.PublishConfig(t.Context(), p)
	l.must(err)
	if made != (activities.PublishOut{Changed: true, Release: "2"}) || !maps.Equal(l.Published(l.space).Configurations, map[string]string{"timeout": "60", "color": "red", "a/b c": "2"}) {
		t.Errorf("%+v, %+v", made, l.Published(l.space))
	}
	made, err = l.client.PublishConfig(t.Context(), p)
	l.must(err)
	if made != (activities.PublishOut{Release: "2"}) {
		t.Errorf("again: %+v", made)
	}
	want := []string{"put a/b c=2", "put color=red", "delete greeting", "put timeout=60", "publish config.set-abc"}
	if got := l.Written(); !slices.Equal(got, want) {
		t.Errorf("written %q", got)
	}
	all, err := l.client.ConfigReleases(t.Context(), at, 10)
	l.must(err)
	if len(all) != 2 || all[0].Title != "config.set-abc" || all[0].Comment != "for ann" || all[0].By != apollotest.Publisher || all[0].At.IsZero() || all[1].Values["timeout"] != "30" {
		t.Errorf("%+v", all)
	}
}

// TestBack is the way back, which publishes only over the release that it takes back.
func TestBack(t *testing.T) {
	l := newLab(t)
	in := l.set("timeout", "60")
	base := in.Content
	_, err := l.client.EditConfig(t.Context(), in)
	l.must(err)
	back := in
	back.Changes, back.Content, back.Release = []activities.ConfigChange{in.Changes[0].Inverse()}, "", ""
	out, err := l.client.EditConfig(t.Context(), back)
	l.must(err)
	p := activities.PublishIn{At: at, Title: "x/back", After: "x", Content: base}
	made, err := l.client.PublishConfig(t.Context(), p)
	l.must(err)
	if out.Content != base || made != (activities.PublishOut{}) || len(l.read().Open) != 0 {
		t.Errorf("%+v, %+v", out, made)
	}
	_, err = l.client.EditConfig(t.Context(), in)
	l.must(err)
	l.Server.Publish(l.space, "x")
	_, err = l.client.EditConfig(t.Context(), back)
	l.must(err)
	made, err = l.client.PublishConfig(t.Context(), p)
	l.must(err)
	if !made.Changed || l.Published(l.space).Configurations["timeout"] != "30" {
		t.Errorf("%+v", made)
	}
	p.Title, p.After = "y", "x"
	_, err = l.client.PublishConfig(t.Context(), p)
	l.refused(err, ops.Conflict, "was changed by somebody else")
}

func TestRestore(t *testing.T) {
	l := newLab(t)
	l.Edit(l.space, "eve", "timeout", "60")
	l.Edit(l.space, "eve", "greeting", "")
	l.Server.Publish(l.space, "second")
	now := l.read()
	in := activities.EditIn{At: at, Restore: "1", Was: "2", Release: now.Release, Content: now.Content}
	_, err := l.client.EditConfig(t.Context(), in)
	l.must(err)
	if !maps.Equal(l.Values(l.space), start()) {
		t.Errorf("restored %v", l.Values(l.space))
	}
	_, err = l.client.EditConfig(t.Context(), activities.EditIn{At: at, Restore: "9", Was: "2"})
	l.refused(err, ops.NotFound, "release 9")
}

func TestOtherHands(t *testing.T) {
	l := newLab(t)
	in := l.set("timeout", "60")
	l.Edit(l.space, "eve", "greeting", "theirs")
	_, err := l.client.EditConfig(t.Context(), in)
	l.refused(err, ops.Conflict, "since the plan was made (last by eve)")
	l.Edit(l.space, "eve", "timeout", "40")
	_, err = l.client.EditConfig(t.Context(), in)
	l.refused(err, ops.Conflict, "timeout of PRO/cart/application was changed by somebody else")
	_, err = l.client.PublishConfig(t.Context(), activities.PublishIn{At: at, Title: "t", Content: in.Content, Release: "1"})
	l.refused(err, ops.Conflict, "was changed by somebody else")
	if len(l.Written()) != 0 {
		t.Errorf("written %q", l.Written())
	}
}

func TestWhoReceivedIt(t *testing.T) {
	l := newLab(t)
	l.space.Deaf["10.0.0.2"] = true
	l.Server.Publish(l.space, "second")
	got, err := l.client.ConfigReceived(t.Context(), at, "2")
	l.must(err)
	if !got.Latest || !slices.Equal(got.Have, []string{"10.0.0.1"}) || !slices.Equal(got.Lack, []string{"10.0.0.2"}) {
		t.Errorf("%+v", got)
	}
	l.Server.Publish(l.space, "third")
	if got, err = l.client.ConfigReceived(t.Context(), at, "2"); err != nil || got.Latest {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestFourEyes: with the namespace lock on, the publisher has to be another one than the editor.
func TestFourEyes(t *testing.T) {
	l := newLab(t)
	l.Lock = true
	in := l.set("timeout", "60")
	alone := l.as(Config{})
	out, err := alone.EditConfig(t.Context(), in)
	l.must(err)
	p := activities.PublishIn{At: at, Title: "t", Content: out.Content, Release: "1"}
	_, err = alone.PublishConfig(t.Context(), p)
	l.refused(err, ops.Denied, "name one as publisher")
	_, err = l.client.PublishConfig(t.Context(), p)
	l.must(err)
	l.Users = append(l.Users, "eve")
	other := l.as(Config{})
	other.operator = "eve"
	_, err = other.EditConfig(t.Context(), l.set("timeout", "90"))
	l.must(err)
	_, err = l.client.EditConfig(t.Context(), l.set("greeting", "hi"))
	l.refused(err, ops.Conflict, "locked in Apollo by another editor")
}

func TestRefusals(t *testing.T) {
	l := newLab(t)
	_, err := l.as(Config{Token: "wrong"}).ReadConfig(t.Context(), at)
	l.refused(err, ops.Denied, "does not accept the token")
	other := at
	other.Namespace = "nowhere"
	_, err = l.client.ReadConfig(t.Context(), other)
	l.refused(err, ops.NotFound, "knows no PRO/cart/nowhere")
	_, err = l.client.EditConfig(t.Context(), l.set("timeout", strings.Repeat("x", 20001)))
	l.refused(err, ops.Invalid, "longer than 20000 characters")
	_, err = l.client.EditConfig(t.Context(), l.set(strings.Repeat("k", 129), "1"))
	l.refused(err, ops.Invalid, "longer than 128 characters")
	stranger := l.as(Config{})
	stranger.operator = "nobody"
	_, err = stranger.EditConfig(t.Context(), l.set("timeout", "60"))
	l.refused(err, ops.Invalid, "User nobody doesn't exist!")
	for field, c := range map[string]Config{
		"url": {URL: "portal", Token: "t", Operator: "o"}, "token": {URL: "http://p", Operator: "o"}, "operator": {URL: "http://p", Token: "t"},
	} {
		if _, err := New(c); ops.CodeOf(err) != ops.Invalid || ops.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestAFreshNamespace(t *testing.T) {
	l := newLab(t)
	s := l.Space("PRO", "cart", "fresh", nil)
	fresh := at
	fresh.Namespace = "fresh"
	now, err := l.client.ReadConfig(t.Context(), fresh)
	l.must(err)
	if now.Release != "0" || len(now.Values) != 0 {
		t.Errorf("%+v", now)
	}
	out, err := l.client.EditConfig(t.Context(), activities.EditIn{At: fresh, Release: "0", Content: now.Content, Changes: []activities.ConfigChange{{Key: "a", To: "1", Add: true}}})
	l.must(err)
	_, err = l.client.PublishConfig(t.Context(), activities.PublishIn{At: fresh, Title: "t", Content: out.Content, Release: "0"})
	l.must(err)
	if l.Published(s).Configurations["a"] != "1" {
		t.Errorf("%+v", l.Published(s))
	}
}

// TestManyKeys: more than a page.
func TestManyKeys(t *testing.T) {
	l := newLab(t)
	many := map[string]string{}
	for i := range pageSize + 7 {
		many["k"+strings.Repeat("x", i%50)+time.Duration(i).String()] = "v"
	}
	l.Space("PRO", "cart", "many", many)
	big := at
	big.Namespace = "many"
	now, err := l.client.ReadConfig(t.Context(), big)
	l.must(err)
	if len(now.Values) != len(many) || len(now.Open) != 0 {
		t.Errorf("%d keys, %d open", len(now.Values), len(now.Open))
	}
}
