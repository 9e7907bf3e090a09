package bot

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

func TestSubmitStartsExactlyOneChange(t *testing.T) {
	d, l, r := desk(t)
	q := request("Scale", map[string]string{"target": " shop.cart.api@idc1/c1:prod ", "replicas": "06"})
	q.Operation, q.Reason = "扩容", "sale\x1b[31m\u202e now\n"
	q.Standing, q.Schedule = []ops.Approval{{By: ann, Approve: true}}, "schedule-x"
	first, err := d.Submit(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Submit(context.Background(), q)
	if err != nil || again != first || len(l.started) != 1 {
		t.Errorf("a repeat must mean the same change: %s, %s, %v", first, again, err)
	}
	got := l.started[first]
	if got.Operation != "scale" || !maps.Equal(got.Params, map[string]string{"target": "shop.cart.api@idc1/c1:prod", "replicas": "6", "pause": "5s"}) {
		t.Errorf("not in its normal form: %+v", got)
	}
	if got.Reason != "sale[31m now" || got.Standing != nil || got.Schedule != "" {
		t.Errorf("not cleaned: %+v", got)
	}
	if f := r.asked[0]; f.Operation.Name != "scale" || len(f.Targets) != 1 || f.Plan != nil || f.Request.Params["replicas"] != "6" || !f.Now.Equal(noon) {
		t.Errorf("the policy was asked %+v", f)
	}
}

func TestSubmitRefuses(t *testing.T) {
	good := map[string]string{"target": "shop.cart.api:prod", "replicas": "6"}
	for name, c := range map[string]struct {
		change func(*ops.Request)
		code   ops.Code
		want   string
	}{
		"unknown operation": {func(r *ops.Request) { r.Operation = "scael" }, ops.NotFound, "did you mean scale"},
		"nobody":            {func(r *ops.Request) { r.By = ops.User{} }, ops.Denied, "I do not know who you are"},
		"no key":            {func(r *ops.Request) { r.Key = "" }, ops.Invalid, "carries no key"},
		"no surface":        {func(r *ops.Request) { r.From.Surface = "" }, ops.Invalid, "carries no key"},
		"all at once": {func(r *ops.Request) {
			r.Params, r.Cron, r.TimeZone = map[string]string{"target": "A B", "replicas": "501", "wave": "1"}, "60 * * * *", "Asia/Shangai"
		}, ops.Invalid, "replicas: 501 is too large"},
		"past":              {func(r *ops.Request) { r.At = noon }, ops.Invalid, "is not in the future"},
		"time and schedule": {func(r *ops.Request) { r.At, r.Cron = noon.Add(time.Hour), "0 8 * * *" }, ops.Invalid, "exclude each other"},
		"long reason":       {func(r *ops.Request) { r.Reason = strings.Repeat("a", maxReason+1) }, ops.Invalid, "longer than"},
		"unknown person":    {func(r *ops.Request) { r.Operation, r.Params = "note", map[string]string{"title": "x", "to": "chenn"} }, ops.Invalid, "did you mean chen"},
		"unknown option": {func(r *ops.Request) {
			r.Operation, r.Params = "note", map[string]string{"title": "x", "board": "lobbi"}
		}, ops.Invalid, "did you mean lobby"},
		"secret typed": {func(r *ops.Request) {
			r.Operation, r.Params = "note", map[string]string{"title": "x", "token": "hunter2"}
		}, ops.Invalid, "do not type a secret here"},
	} {
		t.Run(name, func(t *testing.T) {
			d, l, _ := desk(t)
			r := request("scale", maps.Clone(good))
			c.change(&r)
			_, err := d.Submit(context.Background(), r)
			if text := ops.TextOf(err); err == nil || !strings.Contains(text.En, c.want) || text.Zh == "" || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("want %q, got %v", c.want, err)
			}
			if code := ops.CodeOf(err); code != c.code {
				t.Errorf("want %s, got %s", c.code, code)
			}
			if name == "all at once" && strings.Count(ops.TextOf(err).En, "\n") != 4 {
				t.Errorf("want five lines:\n%s", ops.TextOf(err).En)
			}
			if len(l.started) != 0 {
				t.Error("nothing may be started")
			}
		})
	}
}

func TestOptionsThatCannotBeLookedUpAreRefused(t *testing.T) {
	r := request("note", map[string]string{"title": "x", "board": "lobby"})
	for name, options := range map[string]Options{"down": boards{errors.New("connection refused")}, "none": nil} {
		d, l, _ := desk(t)
		d.Options = options
		if _, err := d.Submit(context.Background(), r); ops.CodeOf(err) != ops.Unavailable || len(l.started) != 0 {
			t.Errorf("%s: got %v", name, err)
		}
	}
	d, _, _ := desk(t)
	if _, err := d.Submit(context.Background(), r); err != nil {
		t.Error(err)
	}
}

func TestTheEarlyAnswerOfThePolicy(t *testing.T) {
	freeze := func(refuse, broken bool) *ops.FreezeHit {
		return &ops.FreezeHit{Name: "sale", Why: ops.Text{En: "sale", Zh: "大促"}, Until: noon.Add(time.Hour), Refuse: refuse, Broken: broken, Glass: []string{"group:sre"}}
	}
	no := ops.Text{En: "not you", Zh: "您不行"}
	for name, c := range map[string]struct {
		decision ops.Decision
		err      error
		change   func(*ops.Request)
		code     ops.Code
	}{
		"allowed":             {decision: ops.Decision{Allow: true, Sure: true}},
		"not sure":            {decision: ops.Decision{Why: no}},
		"denied for sure":     {decision: ops.Decision{Why: no, Sure: true}, code: ops.Denied},
		"no answer":           {err: ops.Errorf(ops.Unsafe, "broken", "有误"), code: ops.Unsafe},
		"frozen, waits":       {decision: ops.Decision{Allow: true, Freeze: freeze(false, false)}},
		"frozen, refused":     {decision: ops.Decision{Allow: true, Freeze: freeze(true, false)}, code: ops.Frozen},
		"frozen, broken":      {decision: ops.Decision{Allow: true, Freeze: freeze(true, true)}},
		"frozen, only a plan": {decision: ops.Decision{Allow: true, Freeze: freeze(true, false)}, change: func(r *ops.Request) { r.DryRun = true }},
		"frozen, but later":   {decision: ops.Decision{Allow: true, Freeze: freeze(true, false)}, change: func(r *ops.Request) { r.At = noon.Add(2 * time.Hour) }},
		"frozen, not later":   {decision: ops.Decision{Allow: true, Freeze: freeze(true, false)}, change: func(r *ops.Request) { r.At = noon.Add(time.Minute) }, code: ops.Frozen},
		"frozen, and a cron":  {decision: ops.Decision{Allow: true, Freeze: freeze(true, false)}, change: func(r *ops.Request) { r.Cron = "0 8 * * *" }},
	} {
		t.Run(name, func(t *testing.T) {
			d, l, p := desk(t)
			p.answers["scale"], p.err = c.decision, c.err
			r := request("scale", map[string]string{"target": "shop.cart.api:prod", "replicas": "6"})
			if c.change != nil {
				c.change(&r)
			}
			_, err := d.Submit(context.Background(), r)
			if ops.CodeOf(err) != c.code || (len(l.started) == 1) != (err == nil) {
				t.Errorf("got %v, started %d", err, len(l.started))
			}
		})
	}
}

func TestAct(t *testing.T) {
	d, l, _ := desk(t)
	l.statuses["scale-abcdefghijkl"] = ops.Status{}
	good := ops.Act{Kind: ops.ActCancel, By: ann, Surface: "slack", Note: " no\x07w ", Key: "k"}
	if reply, err := d.Act(context.Background(), "scale-abcdefghijkl", good); err != nil || !reply.Accepted || l.acts[0].Note != "now" {
		t.Errorf("got %+v, %v, %+v", reply, err, l.acts)
	}
	for name, c := range map[string]struct {
		id     string
		change func(*ops.Act)
		code   ops.Code
	}{
		"no such change": {"scale-zzzzzzzzzzzz", func(*ops.Act) {}, ops.NotFound},
		"no id":          {"../x", func(*ops.Act) {}, ops.NotFound},
		"no kind":        {"scale-abcdefghijkl", func(a *ops.Act) { a.Kind = "kill" }, ops.Invalid},
		"nobody":         {"scale-abcdefghijkl", func(a *ops.Act) { a.By = ops.User{} }, ops.Denied},
		"no key":         {"scale-abcdefghijkl", func(a *ops.Act) { a.Key = "" }, ops.Invalid},
		"long note":      {"scale-abcdefghijkl", func(a *ops.Act) { a.Note = strings.Repeat("a", maxReason+1) }, ops.Invalid},
	} {
		a := good
		c.change(&a)
		if _, err := d.Act(context.Background(), c.id, a); ops.CodeOf(err) != c.code || ops.TextOf(err).Zh == "" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if len(l.acts) != 1 {
		t.Errorf("only the good act may pass: %+v", l.acts)
	}
}

func TestList(t *testing.T) {
	d, l, _ := desk(t)
	for limit, want := range map[int]int{0: ops.DefaultLimit, -1: ops.DefaultLimit, 5: 5, 9999: ops.MaxLimit} {
		if _, err := d.List(context.Background(), ops.Filter{Limit: limit}); err != nil || l.filters[len(l.filters)-1].Limit != want {
			t.Errorf("%d: got %+v, %v", limit, l.filters, err)
		}
	}
	if _, err := d.List(context.Background(), ops.Filter{State: "runing"}); !strings.Contains(ops.TextOf(err).En, "did you mean running") {
		t.Errorf("got %v", err)
	}
}

func TestCheckNames(t *testing.T) {
	if err := CheckNames(operations); err != nil {
		t.Error(err)
	}
	for name, bad := range map[string]ops.Operation{
		"word of the bot": {Name: "approve"}, "alias of the bot": {Name: "x", Aliases: []string{"取消"}}, "taken": {Name: "Scale Fleet"},
		"alias taken": {Name: "x", Aliases: []string{"扩容"}}, "four words": {Name: "a.b.c.d"}, "empty": {Name: ""}, "untypable": {Name: "a=b"},
	} {
		if err := CheckNames(append([]ops.Operation{bad}, operations...)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
