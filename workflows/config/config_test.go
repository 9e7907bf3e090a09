package config_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	prod1 = "shop.cart.api@idc1/c1:prod"
	prod2 = "shop.cart.api@idc2/c1:prod"
	test1 = "shop.cart.api@idc1/c1:test"
)

func start() map[string]string {
	return map[string]string{"timeout": "30", "greeting": "hello", "db.password": "hunter2"}
}

func world() (*changetest.World, *changetest.Centre) {
	w := changetest.NewWorld(2, prod1, prod2, test1)
	return w, changetest.NewCentre(w, start())
}

func set(values ...string) ops.Request {
	return changetest.Ask("config.set", append([]string{"target", "shop.cart.api:prod"}, values...)...)
}

// id is what the change of the request is called.
func id(r ops.Request) string { return ops.ChangeID(r) }

func TestSetPublishesOnceAndWaitsForEveryInstance(t *testing.T) {
	w, c := world()
	r := set("set", `timeout=60 color="light blue" greeting=hello`)
	s := changetest.New(t, w).Run(r)
	want := []string{`edit color ""->"light blue"`, `edit timeout "30"->"60"`, "publish " + id(r)}
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), want) {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	if c.Published()["timeout"] != "60" || c.Published()["color"] != "light blue" {
		t.Errorf("published %v", c.Published())
	}
	if p := s.Plan; p.Summary.En != "change 2 keys of PRO/shop.cart.api/application" || p.Summary.Zh != "修改 PRO/shop.cart.api/application 的 2 个配置项" ||
		len(p.Diffs) != 2 || p.Diffs[1] != (ops.Diff{Object: "PRO/shop.cart.api/application", Field: "timeout", From: "30", To: "60"}) || len(p.Targets) != 2 || p.Notes[0].Zh != "color 为新增" {
		t.Errorf("the plan is %+v", p)
	}
	if !slices.ContainsFunc(s.Events, func(e ops.Event) bool { return strings.Contains(e.Text.En, "received by all 2 instances") }) {
		t.Error("nobody says who has received it")
	}
	before := len(w.Written())
	s = changetest.New(t, w).Run(r)
	if s.State != ops.Succeeded || len(w.Written()) != before || !s.Plan.Empty() {
		t.Errorf("again: %s (%v), written %q", s.State, s.Error, w.Written()[before:])
	}
}

// TestNothingIsPublishedAfterAPartialFailure: what was written already is taken back.
func TestNothingIsPublishedAfterAPartialFailure(t *testing.T) {
	w, c := world()
	c.Torn = "timeout"
	s := changetest.New(t, w).Run(set("set", "greeting=hi timeout=60"))
	want := []string{`edit greeting "hello"->"hi"`, `edit greeting "hi"->"hello"`}
	if s.State != ops.RolledBack || !slices.Equal(w.Written(), want) || !maps.Equal(c.Values, start()) || len(c.Releases) != 1 {
		t.Errorf("%s (%v), written %q, %v", s.State, s.Error, w.Written(), c.Values)
	}
}

// TestLostAnswers: the effect is there, the answer is not, and nothing happens twice.
func TestLostAnswers(t *testing.T) {
	for _, verb := range []string{"config.edit", "config.publish"} {
		w, c := world()
		lost := 0
		w.After = func(v string, _ ops.Target) error {
			if v != verb || lost > 0 {
				return nil
			}
			lost++
			return ops.Errorf(ops.Unavailable, "lost", "丢失")
		}
		s := changetest.New(t, w).Run(set("set", "timeout=60"))
		if s.State != ops.Succeeded || len(w.Written()) != 2 || len(c.Releases) != 2 || lost != 1 {
			t.Errorf("%s: %s (%v), written %q", verb, s.State, s.Error, w.Written())
		}
	}
}

// TestAnInstanceThatDoesNotTakeIt brings the former values back, in a release of their own.
func TestAnInstanceThatDoesNotTakeIt(t *testing.T) {
	w, c := world()
	l := changetest.New(t, w)
	c.Slow["10.0.0.2"] = true
	r := set("set", "timeout=60")
	l.At(time.Second, func() { l.Act(ops.ActCancel, changetest.Ann, "") }) // instead of waiting for minutes
	s := l.Run(r)
	want := []string{`edit timeout "30"->"60"`, "publish " + id(r), `edit timeout "60"->"30"`, "publish " + id(r) + "/back"}
	if s.State != ops.Cancelled || !slices.Equal(w.Written(), want) || c.Published()["timeout"] != "30" {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestInstancesThatAreGone do not count, although the centre remembers them.
func TestInstancesThatAreGone(t *testing.T) {
	w, c := world()
	c.Instances = []string{"10.0.1.1", "10.0.2.1", "10.0.1.99"}
	c.Slow["10.0.1.99"] = true
	s := changetest.New(t, w).Run(set("set", "timeout=60"))
	if s.State != ops.Succeeded || !slices.ContainsFunc(s.Events, func(e ops.Event) bool { return strings.Contains(e.Text.En, "received by all 2 instances") }) {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}

// TestOtherHands are noticed: before, between the plan and the write, between the write and the publish.
func TestOtherHands(t *testing.T) {
	w, c := world()
	c.Values["greeting"], c.OpenBy = "mine", "eve"
	s := changetest.New(t, w).Run(set("set", "timeout=60"))
	if s.State != ops.Failed || s.Error.Code != ops.Conflict || !strings.Contains(s.Error.Text.En, "edits of [greeting] by eve that are not published") || len(w.Written()) != 0 {
		t.Errorf("open edits: %s (%v)", s.State, s.Error)
	}
	for verb, hurts := range map[string]func(c *changetest.Centre){
		"config.edit":    func(c *changetest.Centre) { c.Values["greeting"] = "theirs" },
		"config.publish": func(c *changetest.Centre) { c.Values["greeting"] = "theirs" },
		"release":        func(c *changetest.Centre) { c.Release("theirs", c.Values) },
	} {
		w, c := world()
		w.Fail = func(v string, _ ops.Target) error {
			if v == verb || verb == "release" && v == "config.edit" {
				w.Fail = nil
				hurts(c)
				return ops.Errorf(ops.Unavailable, "try again", "重试")
			}
			return nil
		}
		s := changetest.New(t, w).Run(set("set", "timeout=60"))
		if s.Error == nil || s.Error.Code != ops.Conflict && s.Error.Code != ops.Unsafe || c.Published()["timeout"] != "30" || c.Values["timeout"] != "30" {
			t.Errorf("%s: %s (%v), written %q, published %v", verb, s.State, s.Error, w.Written(), c.Published())
		}
	}
}

func TestSecretsNeverShow(t *testing.T) {
	w, c := world()
	if _, errs := config(t, "config.set").Check(map[string]string{"target": "shop.cart.api:prod", "set": "db.password=geheim"}); len(errs) != 1 || strings.Contains(errs[0].Error(), "geheim") {
		t.Errorf("a typed secret: %v", errs)
	}
	changed := start()
	changed["db.password"] = "geheim"
	c.Values = changed
	c.Release("second", changed)
	for _, r := range []ops.Request{
		changetest.Ask("config.get", "target", "shop.cart.api:prod"), changetest.Ask("config.history", "target", "shop.cart.api:prod"),
		changetest.Ask("config.rollback", "target", "shop.cart.api:prod"), set("set", "timeout=60"),
	} {
		l := changetest.New(t, w)
		s := l.Run(r)
		text := dump(t, s)
		if s.State != ops.Succeeded || strings.Contains(text, "geheim") || strings.Contains(text, "hunter2") {
			t.Errorf("%s: %s (%v) %s", r.Operation, s.State, s.Error, text)
		}
		if r.Operation == "config.rollback" && (c.Published()["db.password"] != "hunter2" || s.Plan.Diffs[0].From != ops.Mask) {
			t.Errorf("rolled back to %v, %+v", c.Published(), s.Plan.Diffs)
		}
	}
}

func TestTheSchemaIsChecked(t *testing.T) {
	w, _ := world()
	w.Config.Namespaces[0].Schema = `{"type":"object","properties":{"timeout":{"type":"integer","maximum":60},"db.password":{"minLength":3}},"required":["timeout"]}`
	for values, want := range map[string]string{
		"timeout=90": "timeout: maximum", "timeout=long": "timeout: got string, want integer", "timeout=60": "",
	} {
		s := changetest.New(t, w).Run(set("set", values))
		if (s.Error == nil) != (want == "") || s.Error != nil && (s.Error.Code != ops.Invalid || !strings.Contains(s.Error.Text.En, want)) {
			t.Errorf("%s: %s (%v)", values, s.State, s.Error)
		}
	}
	s := changetest.New(t, w).Run(set("remove", "timeout"))
	if s.Error == nil || !strings.Contains(s.Error.Text.En, "missing property 'timeout'") {
		t.Errorf("removed what is required: %s (%v)", s.State, s.Error)
	}
}

func TestRollback(t *testing.T) {
	w, c := world()
	changetest.New(t, w).Run(set("set", "timeout=60", "remove", "greeting"))
	r := changetest.Ask("config.rollback", "target", "shop.cart.api:prod")
	s := changetest.New(t, w).Run(r)
	if s.State != ops.Succeeded || !maps.Equal(c.Published(), start()) || s.Plan.Summary.En != "bring release 1 (first) of PRO/shop.cart.api/application back, 2 keys" || len(c.Releases) != 3 {
		t.Errorf("%s (%v), published %v, %s", s.State, s.Error, c.Published(), s.Plan.Summary.En)
	}
	l := changetest.New(t, w)
	l.Record["config.rollback-x"] = s
	s = l.Run(changetest.Ask("undo", "id", "config.rollback-x"))
	if s.State != ops.Succeeded || c.Published()["timeout"] != "60" {
		t.Errorf("undone: %s (%v), published %v", s.State, s.Error, c.Published())
	}
	s = changetest.New(t, w).Run(changetest.Ask("config.rollback", "target", "shop.cart.api:prod", "release", "99"))
	if s.State != ops.Failed || s.Error.Code != ops.NotFound {
		t.Errorf("an unknown release: %s (%v)", s.State, s.Error)
	}
}

// TestARollbackThatTears is taken back as well, secrets included.
func TestARollbackThatTears(t *testing.T) {
	w, c := world()
	second := map[string]string{"timeout": "60", "greeting": "hi", "db.password": "geheim"}
	c.Values = maps.Clone(second)
	c.Release("second", second)
	c.Torn = "timeout"
	s := changetest.New(t, w).Run(changetest.Ask("config.rollback", "target", "shop.cart.api:prod"))
	if s.State != ops.RolledBack || !maps.Equal(c.Values, second) || len(c.Releases) != 2 {
		t.Errorf("%s (%v), %v", s.State, s.Error, c.Values)
	}
}

func TestUndoOfSet(t *testing.T) {
	w, c := world()
	l := changetest.New(t, w)
	s := l.Run(set("set", "timeout=60 color=red"))
	l = changetest.New(t, w)
	l.Record["config.set-x"] = s
	s = l.Run(changetest.Ask("undo", "id", "config.set-x"))
	if s.State != ops.Succeeded || !maps.Equal(c.Published(), start()) || len(s.Plan.Targets) != 2 {
		t.Errorf("%s (%v), published %v", s.State, s.Error, c.Published())
	}
}

func TestPublishOpenEdits(t *testing.T) {
	w, c := world()
	c.Values["timeout"], c.Values["db.password"], c.OpenBy = "60", "geheim", "eve"
	s := changetest.New(t, w).Run(changetest.Ask("config.publish", "target", "shop.cart.api:prod"))
	if s.State != ops.Succeeded || c.Published()["timeout"] != "60" || len(s.Plan.Diffs) != 2 || s.Plan.Diffs[0].To != ops.Mask || len(w.Written()) != 1 {
		t.Errorf("%s (%v), published %v, %+v", s.State, s.Error, c.Published(), s.Plan.Diffs)
	}
	s = changetest.New(t, w).Run(changetest.Ask("config.publish", "target", "shop.cart.api:prod"))
	if s.State != ops.Succeeded || !s.Plan.Empty() {
		t.Errorf("again: %s (%v)", s.State, s.Error)
	}
}

func TestWhatIsMeant(t *testing.T) {
	w, _ := world()
	for _, tt := range []struct{ name, want string }{
		{"shop.cart.api", "means several configurations"},
		{"shop.cart.api:prod", ""},
		{prod1, ""},
	} {
		s := changetest.New(t, w).Run(changetest.Ask("config.get", "target", tt.name))
		if (s.Error == nil) != (tt.want == "") || s.Error != nil && !strings.Contains(s.Error.Text.En, tt.want) {
			t.Errorf("%s: %v", tt.name, s.Error)
		}
	}
	for _, tt := range []struct {
		r    ops.Request
		want string
	}{
		{set("set", "timeout=60", "namespace", "aplication"), "did you mean application?"},
		{set("remove", "timeot"), "did you mean timeout?"},
		{set(), "say what to change"},
		{set("set", "a=1", "remove", "a"), "named twice"},
		{set("remove", "db.password"), "is a secret"},
		{changetest.Ask("config.get", "target", "shop.cart.api:prod", "find", "tmeout"), "did you mean timeout?"},
	} {
		s := changetest.New(t, w).Run(tt.r)
		if s.Error == nil || !strings.Contains(s.Error.Text.En, tt.want) || s.Error.Text.Zh == "" {
			t.Errorf("%v: %v", tt.r.Params, s.Error)
		}
	}
	w.Config = nil
	s := changetest.New(t, w).Run(set("set", "timeout=60"))
	if s.Error == nil || !strings.Contains(s.Error.Text.En, "add config: {provider, namespaces}") {
		t.Errorf("without a place: %v", s.Error)
	}
}

func TestGetAndHistory(t *testing.T) {
	w, c := world()
	changetest.New(t, w).Run(set("set", "timeout=60"))
	c.Values["color"] = "red"
	s := changetest.New(t, w).Run(changetest.Ask("config.get", "target", "shop.cart.api:prod"))
	want := [][]string{{"color", "", "red"}, {"db.password", ops.Mask, ""}, {"greeting", "hello", ""}, {"timeout", "60", ""}}
	if s.Answer == nil || !slices.EqualFunc(s.Answer.Rows, want, slices.Equal) || !strings.Contains(s.Answer.Text.En, "1 edits are not published") {
		t.Errorf("%+v", s.Answer)
	}
	s = changetest.New(t, w).Run(changetest.Ask("config.history", "target", "shop.cart.api:prod", "limit", "1"))
	if s.Answer == nil || len(s.Answer.Rows) != 1 || s.Answer.Rows[0][4] != "timeout: 30 -> 60" {
		t.Errorf("%+v", s.Answer)
	}
	w.Fail = func(string, ops.Target) error { return ops.Errorf(ops.Denied, "no", "否") }
	s = changetest.New(t, w).Run(changetest.Ask("config.get", "target", "shop.cart.api:prod"))
	if s.State != ops.Refused || s.Error.Code != ops.Denied {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}
