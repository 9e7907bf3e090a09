package bot

import (
	"context"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

const id = "scale-abcdefghijkl"

func TestSayStartsWhatWasAskedFor(t *testing.T) {
	d, l, _ := desk(t)
	o, err := d.Say(context.Background(), speaking, "扩容 shop.cart.api:prod 6 --at 20:00 --reason 大促", "m1")
	if err != nil {
		t.Fatal(err)
	}
	r := l.started[o.ChangeID]
	if r.By.ID != "ann" || r.From != speaking.Origin || r.Key != "m1" || !r.At.Equal(time.Date(2026, 11, 24, 20, 0, 0, 0, shanghai)) {
		t.Errorf("got %+v", r)
	}
	if want := o.ChangeID + ": scale shop.cart.api:prod 6 --reason 大促 --at 2026-11-24T20:00:00+08:00"; o.Text.En != want {
		t.Errorf("got %s, want %s", o.Text.En, want)
	}
	o, err = d.Say(context.Background(), speaking, "scale shop.cart.api:prod 6 --at 2026-12-01\u300009:00", "m2")
	if err == nil {
		t.Errorf("a date without its quotes: %+v", o)
	}
	if o, err = d.Say(context.Background(), speaking, `scale shop.cart.api:prod 6 --at 20:00 --tz Asia/Tokyo`, "m3"); err != nil || !l.started[o.ChangeID].At.Equal(time.Date(2026, 11, 24, 19, 0, 0, 0, shanghai)) {
		t.Errorf("got %+v, %v", l.started[o.ChangeID], err)
	}
}

func TestSayAsksForWhatIsMissing(t *testing.T) {
	d, l, _ := desk(t)
	o, err := d.Say(context.Background(), speaking, "scale --reason sale", "m1")
	if err != nil || o.Form == nil || len(o.Form.Asked()) != 2 || o.Form.Request.Reason != "sale" || o.Form.Request.Key != "m1" || len(l.started) != 0 {
		t.Fatalf("got %+v, %v", o, err)
	}
	golden(t, "form", o.Text)
	o, err = d.Say(context.Background(), speaking, "scale shop.cart.api:prod 9999", "m2")
	if ops.CodeOf(err) != ops.Invalid || o.Form == nil || len(o.Form.Asked()) != 1 || len(l.started) != 0 {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestSayActs(t *testing.T) {
	d, l, _ := desk(t)
	l.statuses[id] = ops.Status{ID: id, State: ops.WaitingApproval, Plan: &ops.Plan{Hash: "3fa9c1d2aaaa"}}
	for line, want := range map[string]ops.Act{
		"approve " + id + " fine":         {Kind: ops.ActApprove, Note: "fine", PlanHash: "3fa9c1d2aaaa"},
		"同意 " + id + " plan=3fa9c1d2":     {Kind: ops.ActApprove, PlanHash: "3fa9c1d2aaaa"},
		"reject " + id + " plan=3fa9c1d2": {Kind: ops.ActReject, PlanHash: "3fa9c1d2aaaa"},
		"cancel " + id:                    {Kind: ops.ActCancel},
	} {
		l.acts = nil
		o, err := d.Say(context.Background(), Speaker{User: chen, Origin: ops.Origin{Surface: "lark"}}, line, "m1")
		if err != nil || o.Reply == nil || o.ChangeID != id || len(l.acts) != 1 {
			t.Errorf("%s: got %+v, %v", line, o, err)
			continue
		}
		a := l.acts[0]
		if a.Kind != want.Kind || a.Note != want.Note || a.PlanHash != want.PlanHash || a.By.ID != "chen" || a.Surface != "lark" || a.Key != "m1" {
			t.Errorf("%s: got %+v", line, a)
		}
	}
	l.acts = nil
	if _, err := d.Say(context.Background(), speaking, "approve "+id+" plan=00000000", "m2"); ops.CodeOf(err) != ops.Conflict {
		t.Errorf("an old plan: %v", err)
	}
	if _, err := d.Say(context.Background(), speaking, "approve scale-zzzzzzzzzzzz", "m3"); ops.CodeOf(err) != ops.NotFound {
		t.Errorf("no such change: %v", err)
	}
	l.statuses[id] = ops.Status{ID: id, State: ops.Received}
	if _, err := d.Say(context.Background(), speaking, "approve "+id, "m4"); ops.CodeOf(err) != ops.Conflict {
		t.Errorf("no plan yet: %v", err)
	}
	if len(l.acts) != 0 {
		t.Errorf("none of these may pass: %+v", l.acts)
	}
}

func TestSayShowsAndLists(t *testing.T) {
	d, l, _ := desk(t)
	l.statuses[id] = ops.Status{ID: id, State: ops.Running, Request: request("scale", nil)}
	if o, err := d.Say(context.Background(), speaking, "show "+id, "m1"); err != nil || o.Status == nil || !strings.HasPrefix(o.Text.En, id+": running") || !strings.HasPrefix(o.Text.Zh, id+":执行中") {
		t.Errorf("got %+v, %v", o, err)
	}
	l.page = ops.Page{Next: "abc", Changes: []ops.Summary{
		{ID: id, State: ops.Succeeded, Requester: "ann", CreatedAt: noon, Text: ops.Text{En: "3 -> 6", Zh: "3 -> 6 个实例"}},
		{ID: "restart-abcdefghijkl", State: ops.WaitingApproval, Requester: "chen", CreatedAt: noon.Add(-time.Hour), Text: ops.Text{En: "restart all", Zh: "重启全部"}},
	}}
	o, err := d.Say(context.Background(), speaking, "ls mine open", "m2")
	if f := l.filters[0]; err != nil || o.Page == nil || f.Requester != "ann" || !f.Open || f.Limit != ops.DefaultLimit {
		t.Errorf("got %+v, %v, %+v", o, err, f)
	}
	golden(t, "list", o.Text)
	l.page = ops.Page{}
	if o, err = d.Say(context.Background(), speaking, "ls", "m3"); err != nil || !strings.Contains(o.Text.En, "no changes found") {
		t.Errorf("got %+v, %v", o, err)
	}
	if _, err = d.Say(context.Background(), speaking, "ls by=chenn", "m4"); !strings.Contains(ops.TextOf(err).En, "did you mean chen") {
		t.Errorf("got %v", err)
	}
}

func TestSayKnowsToWhomItSpeaks(t *testing.T) {
	d, l, _ := desk(t)
	for _, line := range []string{"help", "ls", "show " + id, "scale shop.cart.api:prod 6"} {
		if _, err := d.Say(context.Background(), Speaker{Origin: speaking.Origin}, line, "m1"); ops.CodeOf(err) != ops.Denied {
			t.Errorf("%s: got %v", line, err)
		}
	}
	if len(l.started)+len(l.filters) != 0 {
		t.Error("strangers are told nothing")
	}
}

func TestHelp(t *testing.T) {
	d, _, p := desk(t)
	p.answers["scale.fleet"] = ops.Decision{Sure: true, Why: ops.Text{En: "only group:sre scales fleets", Zh: "仅 group:sre 可批量扩缩容"}}
	p.answers["note"] = ops.Decision{Why: ops.Text{En: "it depends", Zh: "视情况"}}
	for name, line := range map[string]string{"help": "help", "help-all": "help --all", "help-scale": "help scale", "help-denied": "help scale fleet", "help-note": "help note"} {
		o, err := d.Say(context.Background(), speaking, line, "m1")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, o.Text)
	}
	for _, f := range p.asked {
		if f.Plan != nil || f.Targets != nil || f.Request.By.ID != "ann" {
			t.Errorf("the policy was asked %+v", f)
		}
	}
	for _, name := range []string{"scale", "scale.fleet", "note", "schedule.list"} {
		p.answers[name] = ops.Decision{Sure: true, Why: ops.Text{En: "no", Zh: "不行"}}
	}
	if o, _ := d.Say(context.Background(), speaking, "help", "m1"); !strings.Contains(o.Text.En, "the policy allows you no operation") {
		t.Error(o.Text.En)
	}
	if _, err := d.Help(context.Background(), speaking, "scael", false); ops.CodeOf(err) != ops.NotFound {
		t.Errorf("got %v", err)
	}
}
