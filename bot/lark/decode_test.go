package lark

import (
	"encoding/json"
	"testing"

	"orderly.example/bot/chat"
	"orderly.example/ops"
)

func sorted(t *testing.T, raw string) json.RawMessage {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func reader() inbound {
	return inbound{
		me: "ou_bot", serves: func(k string) bool { return k == "T" }, person: func(a string) string { return map[string]string{"ou_ann": "ann"}[a] },
		direct: func(id string) bool { return id == "oc_p2p" },
	}
}

// messageOf is the event of a message.
func messageOf(kind, content, mentions string) string {
	if mentions == "" {
		mentions = `[{"key":"@_user_1","id":{"open_id":"ou_bot"}},{"key":"@_user_10","name":"Ten","id":{"open_id":"ou_ten"}},{"key":"@_user_2","id":{"open_id":"ou_ann"}}]`
	}
	raw, _ := json.Marshal(content)
	return `{"header":{"event_id":"E","event_type":"im.message.receive_v1","tenant_key":"T"},"event":{"sender":{"sender_id":{"open_id":"ou_ann"},"sender_type":"user"},` +
		`"message":{"message_id":"om_1","chat_id":"oc_1","chat_type":"group","message_type":"` + kind + `","content":` + string(raw) + `,"mentions":` + mentions + `}}}`
}

func TestALineIsAsItWasTyped(t *testing.T) {
	for _, c := range []struct{ kind, content, want string }{
		{"text", `{"text":"@_user_1 ls @_user_10 @_user_2"}`, "ls @Ten @ann"},
		{"text", `{"text":"<b>x</b> @_user_1"}`, "x"},
		{"text", `{"text":"<p>@_user_1 a < b</p>"}`, "a < b"},
		{"text", `{"text":"@_user_1 \u2014reason \u201cx y\u201d"}`, "\u2014reason \u201cx y\u201d"},
		{"post", `{"content":[[{"tag":"at","user_id":"@_user_1"},{"tag":"text","text":" scale "},{"tag":"a","text":"shop.cart","href":"http://shop.cart"}],[{"tag":"img"},{"tag":"md","text":"6"}]]}`, "scale shop.cart\n6"},
	} {
		d, err := reader().read([]byte(messageOf(c.kind, c.content, "")))
		if err != nil || d == nil || d.Text != c.want {
			t.Errorf("%s: %+v, %v", c.content, d, err)
		}
	}
}

// TestWhatAsksForNothing is read without an error, and nothing is handed on.
func TestWhatAsksForNothing(t *testing.T) {
	for name, raw := range map[string]string{
		"another event":   `{"header":{"event_id":"E","event_type":"im.chat.updated_v1","tenant_key":"T"},"event":{}}`,
		"others only":     messageOf("text", `{"text":"@_user_2 hi"}`, `[{"key":"@_user_2","id":{"open_id":"ou_ann"}}]`),
		"a picture":       messageOf("image", `{"image_key":"x"}`, ""),
		"no key":          messageOf("text", `{"text":"hi"}`, `[{"key":"","name":"all","id":{"open_id":"ou_ann"}}]`),
		"no JSON":         messageOf("text", `hi`, ""),
		"no JSON in post": messageOf("post", `hi`, ""),
		"a click of none": `{"header":{"event_id":"E","event_type":"card.action.trigger","tenant_key":"T"},"event":{"action":{"value":{}}}}`,
		"a menu of none":  `{"header":{"event_id":"E","event_type":"application.bot.menu_v6","tenant_key":"T"},"event":{"event_key":"home"}}`,
	} {
		if d, err := reader().read([]byte(raw)); d != nil || err != nil {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

// TestWhatIsWrongIsRefused: another tenant, or nothing that can be read.
func TestWhatIsWrongIsRefused(t *testing.T) {
	for raw, code := range map[string]ops.Code{
		`{"header":{"event_id":"E","event_type":"im.message.receive_v1","tenant_key":"X"},"event":{}}`: ops.Denied,
		`{"header":{"event_id":"E","event_type":"im.message.receive_v1"},"event":{}}`:                  ops.Denied,
		`no JSON`: ops.Invalid,
		`{"header":{"event_type":"im.message.receive_v1","tenant_key":"T"},"event":[]}`:   ops.Invalid,
		`{"header":{"event_type":"card.action.trigger","tenant_key":"T"},"event":1}`:      ops.Invalid,
		`{"header":{"event_type":"application.bot.menu_v6","tenant_key":"T"},"event":""}`: ops.Invalid,
	} {
		if d, err := reader().read([]byte(raw)); d != nil || ops.CodeOf(err) != code {
			t.Errorf("%s: %+v, %v", raw, d, err)
		}
	}
}

// TestAnyValueOfAButtonIsRead: one that is no button of ours is answered, and not a reason to fail.
func TestAnyValueOfAButtonIsRead(t *testing.T) {
	for value, kind := range map[string]chat.Kind{
		`{"v":1,"s":"ls"}`: chat.Press, `"approve"`: chat.Press, `["x"]`: chat.Press, `null`: chat.Press, `{"v":1,"form":"scale","t":"om_9"}`: chat.Submit,
	} {
		d, err := reader().read([]byte(`{"header":{"event_id":"E","event_type":"card.action.trigger","tenant_key":"T"},"event":{"operator":{"open_id":"ou_ann"},` +
			`"action":{"value":` + value + `,"form_value":{"a":"b","n":7,"list":["x"]}},"context":{"open_message_id":"om_1","open_chat_id":"oc_p2p"}}}`))
		if err != nil || d == nil || d.Kind != kind || !d.By.Place.Direct || d.By.On != "om_1" {
			t.Errorf("%s: %+v, %v", value, d, err)
			continue
		}
		if kind == chat.Submit && (len(d.Values) != 1 || d.Values["a"] != "b" || d.By.Place.Thread != "om_9") {
			t.Errorf("%+v", d)
		}
	}
}

func FuzzInbound(f *testing.F) {
	f.Add([]byte(messageOf("text", `{"text":"@_user_1 ls"}`, "")))
	f.Add([]byte(messageOf("post", `{"content":[[{"tag":"at","user_id":"@_user_1"},{"tag":"text","text":"x"}]]}`, "")))
	f.Add([]byte(`{"header":{"event_id":"E","event_type":"card.action.trigger","tenant_key":"T"},"event":{"operator":{"open_id":"ou_ann"},"action":{"value":{"v":1,"a":"approve"},"form_value":{"why-1":"x"}},"context":{"open_message_id":"om_1","open_chat_id":"oc_1"}}}`))
	f.Add([]byte(`{"header":{"event_id":"E","event_type":"card.action.trigger","tenant_key":"T"},"event":{"operator":{"open_id":"ou_ann"},"action":{"value":"s"}}}`))
	f.Add([]byte(`{"header":{"event_id":"E","event_type":"application.bot.menu_v6","tenant_key":"T"},"event":{"operator":{"operator_id":{"open_id":"ou_ann"}},"event_key":"say:ls"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := reader().read(raw)
		if err != nil && ops.CodeOf(err) != ops.Denied && ops.CodeOf(err) != ops.Invalid {
			t.Errorf("%s: it would come again for ever: %v", raw, err)
		}
		if d == nil {
			return
		}
		if _, err := json.Marshal(d); err != nil || d.Key == "" {
			t.Errorf("%s: %+v, %v", raw, d, err)
		}
	})
}
