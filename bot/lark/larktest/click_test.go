package larktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher/callback"

	"orderly.example/bot/lark/larktest"
)

func TestAClickTellsTheAppAndChangesTheCard(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	asks := a.post(t, ops)
	a.answer = func(*callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
		return &callback.CardActionTriggerResponse{
			Toast: &callback.Toast{Type: "success", Content: "Recorded", I18nContent: map[string]string{"zh_cn": "已记录"}},
			Card:  &callback.Card{Type: "raw", Data: object{"schema": "2.0", "body": object{"elements": []object{{"tag": "markdown", "content": "done"}}}}},
		}, nil
	}
	d := ann.Clicks(ops.Last(), "approve")
	if got := d.Answer(); !got.Acked || got.Trouble != "" || got.Toast != (larktest.Toast{Type: "success", Text: "Recorded"}) || !got.Card || d.Confirm != "" {
		t.Errorf("%+v", got)
	}
	e := a.click(t, 0)
	if e.Event.Action.Value["a"] != "approve" || e.Event.Action.Tag != "button" || e.Event.Action.Name != "approve" || e.Event.Operator.OpenID != "ou_ann" ||
		e.Event.Operator.UserID != nil || e.Event.Context.OpenMessageID != asks || e.Event.Context.OpenChatID != "oc_ops" || e.Event.Host != "im_message" || e.Event.Token == "" {
		t.Errorf("%s", d.Payload)
	}
	h := e.EventV2Base.Header
	if h.TenantKey != larktest.TenantKey || h.AppID != s.AppID || h.Token != s.VerificationToken || len(h.CreateTime) != 16 {
		t.Errorf("%+v", h)
	}
	if want := "#ops\norderly: (edited 1x)\n    done\n"; ops.Draw() != want {
		t.Error(ops.Draw())
	}
	a.post(t, ops)
	if got := ann.Speaks("zh_cn").Clicks(ops.Last(), "Approve").Answer(); got.Toast.Text != "已记录" || len(ann.Toasts()) != 2 {
		t.Errorf("by its label, in Chinese: %+v", got)
	}
}

// TestWhatIsWrongWithTheAnswerToAClick: the person sees a code, and nothing comes twice.
func TestWhatIsWrongWithTheAnswerToAClick(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	a.post(t, ops)
	for _, c := range []struct {
		what   string
		answer *callback.CardActionTriggerResponse
		err    error
		code   int
	}{
		{what: "nothing"},
		{what: "an empty answer", answer: &callback.CardActionTriggerResponse{}},
		{"an error", nil, errBusy, 200671},
		{"no such toast", &callback.CardActionTriggerResponse{Toast: &callback.Toast{Type: "shout", Content: "x"}}, nil, 200672},
		{"an empty toast", &callback.CardActionTriggerResponse{Toast: &callback.Toast{Type: "info"}}, nil, 200672},
		{"no such card", &callback.CardActionTriggerResponse{Card: &callback.Card{Type: "template", Data: object{}}}, nil, 200673},
		{"a bad card", &callback.CardActionTriggerResponse{Card: &callback.Card{Type: "raw", Data: object{"schema": "2.0"}}}, nil, 200673},
	} {
		a.answer = func(*callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
			return c.answer, c.err
		}
		d := ann.Clicks(ops.Last(), "approve")
		got := d.Answer()
		if got.Code != c.code || (got.Trouble == "") != (c.code == 0) || len(d.Attempts()) != 1 || got.Card || (got.Toast.Type == "error") != (c.code != 0) {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
	if ops.Last().Edits() != 0 {
		t.Error(ops.Draw())
	}
}

func TestAClickThatIsNotAnswered(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	a.post(t, ops)
	hang := make(chan struct{})
	a.answer = func(*callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
		<-hang
		return nil, nil
	}
	d := ann.Clicks(ops.Last(), "approve")
	a.click(t, 0)
	s.Advance(3 * time.Second)
	if got := d.Answer(); got.Acked || got.Code != 200341 || got.Toast.Type != "error" || !strings.Contains(got.Toast.Text, "200341") {
		t.Errorf("%+v", got)
	}
	close(hang)
	other := larktest.New(t)
	connect(other).post(t, other.Chat("ops"))
	if got := other.Person("ou_ann").Clicks(other.Chat("ops").Last(), "approve").Answer(); got.Code != 200340 {
		t.Errorf("nobody listens: %+v", got)
	}
}

func TestMenusAndFieldsOutsideOfForms(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	s.Scopes("im:message", "contact:user.employee_id:readonly")
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	const options = `,"options":[{"text":{"tag":"plain_text","content":"One"},"value":"1"},{"text":{"tag":"plain_text","content":"Two"},"value":"2"}]}`
	a.post(t, ops,
		`{"tag":"select_static","name":"one","behaviors":[{"type":"callback","value":{"k":"v"}}]`+options, `{"tag":"multi_select_static","name":"many"`+options,
		`{"tag":"select_person","name":"who"}`, `{"tag":"date_picker","name":"day"}`, `{"tag":"input","name":"why"}`, `{"tag":"checker","name":"sure","checked":true}`,
		`{"tag":"overflow","name":"more"`+options,
		`{"tag":"interactive_container","name":"area","behaviors":[{"type":"callback","value":{"x":1}}],"elements":[`+columns(button("deep", "Deep", `{}`))+`]}`)
	m := ops.Last()
	for _, c := range []struct {
		name   string
		values []string
		check  func(x *callback.CallBackAction) bool
	}{
		{"one", []string{"2"}, func(x *callback.CallBackAction) bool { return x.Option == "2" && x.Value["k"] == "v" }},
		{"many", []string{"1", "2"}, func(x *callback.CallBackAction) bool { return len(x.Options) == 2 && x.Option == "" }},
		{"who", []string{"ou_ann"}, func(x *callback.CallBackAction) bool { return x.Option == "ou_ann" }},
		{"day", []string{"2026-04-01"}, func(x *callback.CallBackAction) bool {
			return x.Option == "2026-04-01 +0800" && x.Timezone == "Asia/Shanghai"
		}},
		{"why", []string{"busy"}, func(x *callback.CallBackAction) bool { return x.InputValue == "busy" && x.Option == "" }},
		{"sure", nil, func(x *callback.CallBackAction) bool { return !x.Checked && x.Tag == "checker" }},
		{"more", []string{"1"}, func(x *callback.CallBackAction) bool { return x.Option == "1" }},
		{"area", nil, func(x *callback.CallBackAction) bool { return x.Value["x"] == 1.0 }},
		{"deep", nil, func(x *callback.CallBackAction) bool { return x.Tag == "button" }},
	} {
		n := len(s.Deliveries(larktest.Callback))
		ann.Clicks(m, c.name, c.values...).Answer()
		if e := a.click(t, n).Event; !c.check(e.Action) || e.Action.Name != c.name || *e.Operator.UserID != "ann" {
			t.Errorf("%s: %+v", c.name, e.Action)
		}
	}
}

func TestAFormIsSubmitted(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	const confirm = `"confirm":{"title":{"tag":"plain_text","content":"Reject"},"text":{"tag":"plain_text","content":"Really?"}}`
	a.post(t, ops, form(
		`{"tag":"input","name":"why","required":true,"max_length":5}`, columns(`{"tag":"input","name":"note"}`, `{"tag":"checker","name":"sure"}`),
		`{"tag":"select_static","name":"where","initial_option":"prod","options":[{"value":"prod"},{"value":"test"}]}`, `{"tag":"picker_time","name":"at","initial_time":"10:00"}`,
		`{"tag":"multi_select_static","name":"many","options":[{"value":"1"},{"value":"2"}]}`, `{"tag":"date_picker","name":"day"}`,
		`{"tag":"button","name":"send","form_action_type":"submit","behaviors":[{"type":"callback","value":{"a":"reject"}}],`+confirm+`}`))
	d := ann.Sends(ops.Last().Form("form"), larktest.Values{"why": "busy", "many": []string{"2"}, "sure": true})
	if got := d.Answer(); !got.Acked || d.Confirm != "Reject: Really?" {
		t.Errorf("%+v %s", got, d.Confirm)
	}
	x := a.click(t, 0).Event.Action
	v := x.FormValue
	if x.Name != "send" || x.Value["a"] != "reject" || len(v) != 6 || v["why"] != "busy" || v["note"] != "" || v["where"] != "prod" || v["sure"] != true ||
		v["at"] != "10:00 +0800" || v["many"].([]any)[0] != "2" {
		t.Errorf("%+v", x)
	}
	if got := ann.Submits(ops.Last().Form("form"), larktest.Values{"why": "again", "where": "test", "day": "2026-01-01"}); !got.Acked {
		t.Errorf("%+v", got)
	}
	if v := a.click(t, 1).Event.Action.FormValue; v["where"] != "test" || v["day"] != "2026-01-01 +0800" || v["sure"] != false {
		t.Errorf("%+v", v)
	}
}

func TestACopyIsClickedWhereItIs(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, ops, db := s.Person("ou_ann"), s.Chat("ops"), s.Chat("db")
	asks := a.post(t, ops)
	m := ann.Copies(ops.Last(), db)
	ann.Clicks(m, "approve").Answer()
	if c := a.click(t, 0).Event.Context; c.OpenMessageID == asks || c.OpenMessageID != db.Last().ID() || c.OpenChatID != db.ID() {
		t.Errorf("%+v", c)
	}
	if err := a.patch(t, m.ID(), card()); code(err) != 230071 || !strings.Contains(db.Draw(), "Ann: (forwarded)\n    # Scale\n") {
		t.Error(err, db.Draw())
	}
}

func TestALateClickIsOnWhatWasSeen(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	asks := a.post(t, ops)
	seen := ops.Last().Seen()
	if err := a.patch(t, asks, card(markdown("done"))); err != nil {
		t.Fatal(err)
	}
	a.answer = func(*callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
		return &callback.CardActionTriggerResponse{Card: &callback.Card{Type: "raw", Data: object{"schema": "2.0", "body": object{"elements": []object{{"tag": "markdown", "content": "late"}}}}}}, nil
	}
	ann.Clicks(seen, "approve").Answer()
	if c := a.click(t, 0).Event.Context; c.OpenMessageID != asks || !strings.Contains(ops.Draw(), "late") || !strings.Contains(seen.Draw(), "[Approve]") {
		t.Errorf("%+v %s", c, ops.Draw())
	}
}
