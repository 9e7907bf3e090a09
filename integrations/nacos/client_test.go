package nacos

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/nacos/nacostest"
	"orderly.example/ops"
)

var at = ops.ConfigAt{Provider: "nacos", App: "shop", Env: "prod", Namespace: "cart.yaml"}

const first = `# of the cart
timeout: 30 # seconds
greeting: hello
db:
  password: hunter2
`

func start() map[string]string {
	return map[string]string{"timeout": "30", "greeting": "hello", "db.password": "hunter2"}
}

// lab is a Nacos with one dataId that two instances read, and a client.
type lab struct {
	*nacostest.Server
	*testing.T
	item   *nacostest.Item
	client *Client
}

// inBoth runs a test in both generations.
func inBoth(t *testing.T, run func(l *lab)) {
	for _, api := range []string{"v3", "v1"} {
		t.Run(api, func(t *testing.T) { run(newLab(t, api)) })
	}
}

func newLab(t *testing.T, api string) *lab {
	s := nacostest.New(t, api)
	l := &lab{Server: s, T: t, item: s.Put("prod", "shop", "cart.yaml", "yaml", first, "eve")}
	s.Join(l.item, "10.0.0.1", "10.0.0.2")
	l.client = l.as(Config{})
	return l
}

func (l *lab) as(c Config) *Client {
	l.Helper()
	c.URL, c.API = l.URL, l.API
	if c.User == "" {
		c.User, c.Password = nacostest.User, nacostest.Password
	}
	out, err := New(c)
	l.must(err)
	return out
}

func (l *lab) read() activities.Config {
	l.Helper()
	now, err := l.client.ReadConfig(l.Context(), at)
	l.must(err)
	return now
}

// set is an edit from what is there now.
func (l *lab) set(values ...string) activities.EditIn {
	l.Helper()
	now := l.read()
	in := activities.EditIn{At: at, Release: now.Release, Content: now.Content, By: "ann"}
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

func (l *lab) edit(in activities.EditIn) activities.EditOut {
	l.Helper()
	out, err := l.client.EditConfig(l.Context(), in)
	l.must(err)
	return out
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
	if err != nil && (strings.Contains(err.Error(), nacostest.Password) || strings.Contains(err.Error(), "hunter2")) {
		l.Errorf("a secret shows in %v", err)
	}
}

func (l *lab) texts(want string) {
	l.Helper()
	content, desc, app := l.Content(l.item)
	if content != want || desc != "of the shop" || app != "cart" {
		l.Errorf("it is %q (%q of %q), want %q", content, desc, app, want)
	}
}

func TestEditKeepsTheRestOfTheText(t *testing.T) {
	inBoth(t, func(l *lab) {
		in := l.set("timeout", "60", "db.pool", "5", "greeting", "")
		out := l.edit(in)
		want := "# of the cart\ntimeout: 60 # seconds\ndb:\n  password: hunter2\n  pool: 5\n"
		l.texts(want)
		now := l.read()
		if !out.Changed || out.Content != now.Content || now.Release != nacostest.MD5(want) || !now.Instant || !now.Tracks {
			l.Errorf("%+v, %+v", out, now)
		}
		again := l.edit(in)
		if again.Changed || again.Content != out.Content || len(l.Written()) != 1 {
			l.Errorf("again: %+v, written %q", again, l.Written())
		}
		back := in
		back.Content, back.Release, back.Changes = "", "", nil
		for _, c := range in.Changes {
			back.Changes = append(back.Changes, c.Inverse())
		}
		if out := l.edit(back); !out.Changed || !maps.Equal(l.read().Values, start()) {
			l.Errorf("back: %+v", l.read())
		}
	})
}

func TestHistoryAndRestore(t *testing.T) {
	inBoth(t, func(l *lab) {
		l.edit(l.set("timeout", "60"))
		second := strings.Replace(first, "30", "60", 1)
		l.Put("prod", "shop", "cart.yaml", "yaml", "broken: [", "eve")
		l.Put("prod", "shop", "cart.yaml", "yaml", "timeout: 90\n", "dan")
		all, err := l.client.ConfigReleases(l.Context(), at, 10)
		l.must(err)
		by := map[string]string{"v3": "ann", "v1": nacostest.User}[l.API]
		if len(all) != 3 || all[0].By != "dan" || all[0].Values["timeout"] != "90" || all[1].By != by || all[1].Values["timeout"] != "60" || all[2].By != "eve" || all[2].Values["timeout"] != "30" || all[2].At.IsZero() || !all[2].At.Before(all[1].At) {
			l.Errorf("%+v", all)
		}
		if all[1].ID != nacostest.MD5(second) || all[0].ID != l.read().Release {
			l.Errorf("%+v", all)
		}
		in := activities.EditIn{At: at, Restore: all[1].ID, Was: all[0].ID, Release: all[0].ID, Content: l.read().Content}
		out := l.edit(in)
		l.texts(second)
		if again := l.edit(in); !out.Changed || again.Changed || out.Content != l.read().Content || again.Content != out.Content {
			l.Errorf("%+v, %+v", out, again)
		}
		l.edit(activities.EditIn{At: at, Restore: all[0].ID, Was: all[1].ID}) // the way back
		l.texts("timeout: 90\n")
		l.Put("prod", "shop", "cart.yaml", "yaml", "timeout: 1\n", "eve")
		_, err = l.client.EditConfig(l.Context(), in)
		l.refused(err, ops.Conflict, "since the plan was made")
		_, err = l.client.EditConfig(l.Context(), activities.EditIn{At: at, Restore: "no", Was: nacostest.MD5("timeout: 1\n")})
		l.refused(err, ops.NotFound, "forgotten release no")
	})
}

// TestALongHistory goes over several pages, over gray releases, and over a time in which there was nothing.
func TestALongHistory(t *testing.T) {
	inBoth(t, func(l *lab) {
		l.Delete(l.item, "eve")
		l.Put("prod", "shop", "cart.yaml", "yaml", "n: -1\n", "eve")
		l.Entries(l.item, pageSize+5, func(n int) string { return "n: " + time.Duration(n).String() + "\n" })
		all, err := l.client.ConfigReleases(l.Context(), at, 1000)
		l.must(err)
		if n := len(all); n != pageSize+7 || all[n-1].Values["timeout"] != "30" || all[n-2].Values["n"] != "-1" || all[0].Values["n"] != time.Duration(pageSize+4).String() {
			l.Errorf("%d releases, the first %+v", n, all[:1])
		}
		if some, err := l.client.ConfigReleases(l.Context(), at, 3); err != nil || len(some) != 3 {
			l.Errorf("%d, %v", len(some), err)
		}
	})
}

func TestOtherHands(t *testing.T) {
	inBoth(t, func(l *lab) {
		in := l.set("timeout", "60")
		hurt := func(text string) func(http.Handler) http.Handler {
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/cs/") {
						l.Handles = nil
						l.Put("prod", "shop", "cart.yaml", "yaml", text, "eve")
					}
					next.ServeHTTP(w, r)
				})
			}
		}
		l.Handles = hurt(strings.Replace(first, "hello", "theirs", 1)) // between the look and the write
		_, err := l.client.EditConfig(l.Context(), in)
		l.refused(err, ops.Conflict, "changed by somebody else")
		l.Put("prod", "shop", "cart.yaml", "yaml", first, "eve")
		l.Handles = hurt("# a comment more\n" + first) // which is kept
		l.edit(in)
		l.texts("# a comment more\n" + strings.Replace(first, "30", "60", 1))
		l.Put("prod", "shop", "cart.yaml", "yaml", strings.Replace(first, "30", "40", 1), "eve")
		_, err = l.client.EditConfig(l.Context(), in)
		l.refused(err, ops.Conflict, "timeout of prod/shop/cart.yaml was changed by somebody else")
		if len(l.Written()) != 1 {
			l.Errorf("written %q", l.Written())
		}
	})
}

func TestWhoReceivedIt(t *testing.T) {
	inBoth(t, func(l *lab) {
		l.item.Deaf["10.0.0.2"] = true
		l.edit(l.set("timeout", "60"))
		id := l.read().Release
		got, err := l.client.ConfigReceived(l.Context(), at, id)
		l.must(err)
		if !got.Latest || !slices.Equal(got.Have, []string{"10.0.0.1"}) || !slices.Equal(got.Lack, []string{"10.0.0.2"}) {
			l.Errorf("%+v", got)
		}
		l.Put("prod", "shop", "cart.yaml", "yaml", first, "eve")
		if got, err = l.client.ConfigReceived(l.Context(), at, id); err != nil || got.Latest {
			l.Errorf("%+v, %v", got, err)
		}
	})
}

func TestSigningIn(t *testing.T) {
	inBoth(t, func(l *lab) {
		l.read()
		l.read()
		if n := l.SignedIn(); n != 1 {
			l.Errorf("signed in %d times", n)
		}
		l.must(l.client.Check(l.Context()))
		l.Expire()
		l.read()
		if n := l.SignedIn(); n != 2 {
			l.Errorf("signed in %d times", n)
		}
		_, err := l.as(Config{User: "eve", Password: "guess"}).ReadConfig(l.Context(), at)
		l.refused(err, ops.Denied, `does not let "eve" sign in`)
		nobody, err := New(Config{URL: l.URL, API: l.API})
		l.must(err)
		_, err = nobody.ReadConfig(l.Context(), at)
		l.refused(err, ops.Denied, "give the user read and write")
	})
}

func TestRefusals(t *testing.T) {
	inBoth(t, func(l *lab) {
		nowhere := at
		nowhere.Namespace = "nowhere.yaml"
		_, err := l.client.ReadConfig(l.Context(), nowhere)
		l.refused(err, ops.NotFound, "Nacos has no prod/shop/nowhere.yaml")
		nowhere.Env = "staging"
		_, err = l.client.ReadConfig(l.Context(), nowhere)
		l.refused(err, ops.Invalid, "existing namespace")
		l.Put("public", "shop", "plain", "text", "x", "eve")
		plain := ops.ConfigAt{App: "shop", Env: "public", Namespace: "plain"}
		_, err = l.client.ReadConfig(l.Context(), plain)
		l.refused(err, ops.Invalid, "give it the type properties, yaml or json")
		l.Put("public", "shop", "plain", "text", "x", "eve")
		_, err = l.client.ReadConfig(l.Context(), ops.ConfigAt{App: "shop", Env: "public", Namespace: "a/b"})
		l.refused(err, ops.Invalid, "no name of a group or dataId")
		_, err = l.client.ReadConfig(l.Context(), ops.ConfigAt{App: "shop", Env: "public", Namespace: "a", Cluster: "c"})
		l.refused(err, ops.Invalid, "Nacos has none")
		l.Put("public", "shop", "one.json", "json", `{"a": {"b": 1}}`, "eve")
		one := ops.ConfigAt{App: "shop", Env: "public", Namespace: "one.json"}
		_, err = l.client.EditConfig(l.Context(), activities.EditIn{At: one, Changes: []activities.ConfigChange{{Key: "a", To: "2", Add: true}}})
		l.refused(err, ops.Invalid, "without touching the rest")
		l.Put("public", "shop", "one.properties", "", "a=1", "eve")
		one.Namespace = "one.properties"
		_, err = l.client.EditConfig(l.Context(), activities.EditIn{At: one, Changes: []activities.ConfigChange{{Key: "a", From: "1", Remove: true}}})
		l.refused(err, ops.Invalid, "would be empty")
	})
}

func TestTheOtherGeneration(t *testing.T) {
	inBoth(t, func(l *lab) {
		l.API = map[string]string{"v3": "v1", "v1": "v3"}[l.API]
		_, err := l.client.ReadConfig(l.Context(), at)
		l.refused(err, ops.Invalid, "write api: v3")
	})
	l := newLab(t, "v1")
	l.Version = "2.2.3"
	_, err := l.client.EditConfig(t.Context(), l.set("timeout", "60"))
	l.refused(err, ops.Invalid, "writes over what others have changed")
	l.refused(l.client.Check(t.Context()), ops.Invalid, "with 2.3.0 or later")
	for field, c := range map[string]Config{"url": {URL: "nacos"}, "api": {URL: "http://n", API: "v2"}, "user": {URL: "http://n", User: "a"}} {
		if _, err := New(c); ops.CodeOf(err) != ops.Invalid || ops.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
