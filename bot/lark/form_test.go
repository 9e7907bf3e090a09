package lark

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/bot/lark/larktest"
	"orderly.example/ops"
)

// forms are forms as people meet them, with what is wrong with them.
func forms() map[string]struct {
	form  bot.Form
	wrong map[string]ops.Text
} {
	places := []string{"shop.cart.api@idc1/c1:prod", "shop.cart.api@idc2/c1:prod"}
	empty := bot.Form{Operation: sale, Request: ops.Request{Operation: "sale"}, Fields: []bot.Field{
		{Param: sale.Params[0], Ask: true},
		{Param: sale.Params[1], Ask: true, Options: places},
		{Param: sale.Params[2], Options: sale.Params[2].Options},
		{Param: sale.Params[3]},
		{Param: sale.Params[4]},
	}}
	filled := empty
	filled.Request.Reason, filled.Request.DryRun, filled.At = "it is *time*\n<at id=all></at>", true, "yesterday"
	filled.Fields = []bot.Field{
		{Param: sale.Params[0], Value: "x\ty", Ask: true, Error: ops.Text{En: "no tabs", Zh: "不能含制表符"}},
		{Param: sale.Params[1], Value: places[1], Options: places},
		{Param: sale.Params[2], Value: "fast", Options: sale.Params[2].Options},
		{Param: sale.Params[3], Value: "***"},
		{Param: sale.Params[4], Value: "true"},
	}
	pattern := empty
	pattern.Fields = append([]bot.Field{}, empty.Fields...)
	pattern.Fields[1].Value = "shop.*:prod"
	return map[string]struct {
		form  bot.Form
		wrong map[string]ops.Text
	}{
		"form-empty": {empty, nil},
		"form-wrong": {filled, map[string]ops.Text{
			"name": {En: `no tabs in "name"`, Zh: "名称不能含制表符"}, bot.FieldAt: {En: "it is over; write +30m", Zh: "已过去;例如 +30m"},
		}},
		"form-pattern": {pattern, map[string]ops.Text{bot.FieldReason: {En: "guests only look", Zh: "访客只能查看"}}},
	}
}

// TestEveryFormIsDrawn: as a golden in both languages, and as Lark takes it.
func TestEveryFormIsDrawn(t *testing.T) {
	for name, f := range forms() {
		for _, lang := range []string{ops.English, ops.Chinese} {
			got, path := encoded(t, DrawForm(f.form, lang, f.wrong)), filepath.Join("testdata", name+"."+lang+".json")
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(want, got) {
				t.Errorf("%s: got\n%s\nwant\n%s(%v)", path, got, want, err)
			}
			if problems := larktest.CheckCard(got); len(problems) > 0 {
				t.Errorf("%s: Lark refuses it: %v", path, problems)
			}
		}
	}
}

// TestAFormKeepsWhatWasTyped: also a time that is none and a pattern that no option has, but never a secret.
func TestAFormKeepsWhatWasTyped(t *testing.T) {
	for name, want := range map[string][]string{
		"form-wrong":   {`"default_value": "yesterday"`, `"initial_option": "fast"`, `"initial_option": "shop.cart.api@idc2/c1:prod"`, `"initial_option": "yes"`, `x\ty`},
		"form-pattern": {`"default_value": "shop.*:prod"`, `"initial_option": "slow"`},
	} {
		f := forms()[name]
		got := string(encoded(t, DrawForm(f.form, ops.English, f.wrong)))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %s in\n%s", name, w, got)
			}
		}
		if strings.Contains(got, "***") {
			t.Errorf("%s: the mask of a secret is sent back", name)
		}
	}
}

// TestErrorsStandAtTheirFields: in the answer to the click, in the language of the person, over both transports.
func TestErrorsStandAtTheirFields(t *testing.T) {
	for _, transport := range []string{"connection", "webhook"} {
		s := larktest.New(t)
		d, x := doorIn(t, s, nil)
		if transport == "webhook" {
			served(t, s, d)
		} else {
			listens(t, s, d)
		}
		wei, room := s.Person("ou_wei").Speaks("zh_cn"), s.Chat("room")
		f, empty := forms()["form-wrong"], forms()["form-empty"].form
		if err := d.Client.Ask(t.Context(), chat.Asker{Account: "ou_wei", Place: chat.Place{Channel: room.ID()}, Lang: ops.Chinese}, chat.Prompt{Form: &empty}); err != nil {
			t.Fatal(err)
		}
		values := larktest.Values{"name": "x", "where": "shop.cart.api@idc1/c1:prod"}
		x.says(chat.Answer{Wrong: f.wrong, Form: &f.form}, nil)
		a := wei.Submits(room.Last().Form("form"), values)
		if !a.Card || a.Toast.Type != "error" || !strings.Contains(a.Toast.Text, "name:名称不能含制表符") {
			t.Errorf("%s: %+v", transport, a)
		}
		if shown := room.Draw(); !strings.Contains(shown, "⚠ 名称不能含制表符") || !strings.Contains(shown, "[yesterday]") {
			t.Errorf("%s: %s", transport, shown)
		}
		x.says(chat.Answer{Wrong: f.wrong}, nil) // the form could not be looked up: what is there stays
		if a = wei.Submits(room.Last().Form("form"), larktest.Values{"name": "y"}); a.Card || a.Toast.Type != "error" {
			t.Errorf("%s: %+v", transport, a)
		}
		x.says(chat.Answer{Bad: true, Text: ops.Text{En: "no", Zh: "不行"}}, nil)
		if a = wei.Submits(room.Last().Form("form"), larktest.Values{"name": "z"}); a.Card || a.Toast.Text != "不行" {
			t.Errorf("%s: %+v", transport, a)
		}
		x.says(chat.Answer{}, nil)
		if a = wei.Submits(room.Last().Form("form"), larktest.Values{"name": "x", bot.FieldReason: "why not"}); !a.Card || a.Toast.Text != "已受理" {
			t.Errorf("%s: %+v", transport, a)
		}
		if shown := room.Draw(); strings.Contains(shown, "提交申请") || !strings.Contains(shown, "已受理") {
			t.Errorf("%s: the form is still there: %s", transport, shown)
		}
		got := x.last()
		if got.Kind != chat.Submit || got.Form != "sale" || got.Values["name"] != "x" || got.Values[bot.FieldReason] != "why not" || got.By.Place.Channel != room.ID() || got.By.Account != "ou_wei" {
			t.Errorf("%s: %+v", transport, got)
		}
	}
}

// TestAFormSentAgainIsTheSameDelivery: for the same person and values, and for no others.
func TestAFormSentAgainIsTheSameDelivery(t *testing.T) {
	s := larktest.New(t)
	d, x := connected(t, s)
	ann, bob, room := s.Person("ou_ann"), s.Person("ou_bob"), s.Chat("room")
	empty := forms()["form-empty"].form
	if err := d.Client.Ask(t.Context(), chat.Asker{Account: "ou_ann", Place: chat.Place{Channel: room.ID()}}, chat.Prompt{Form: &empty}); err != nil {
		t.Fatal(err)
	}
	form := room.Last().Seen().Form("form")
	keys := map[string]bool{}
	for range 2 {
		for _, name := range []string{"x", "y"} {
			for _, p := range []*larktest.Person{ann, bob} {
				p.Submits(form, larktest.Values{"name": name, "where": "shop.cart.api@idc1/c1:prod"})
				keys[x.last().Key] = true
			}
		}
	}
	if len(keys) != 4 || keys[""] {
		t.Errorf("%v", keys)
	}
}

// TestAHugeFormFits: what has too many options to choose from is typed, and what is too long is left out and not cut.
func TestAHugeFormFits(t *testing.T) {
	long, longer := strings.Repeat("长", maxOption-3), strings.Repeat("长", maxValue)
	form := bot.Form{Operation: sale, Request: ops.Request{Reason: longer}}
	for n := range 20 {
		p := ops.Param{Name: fmt.Sprint("p", n), Kind: ops.KindString, Help: ops.Plain(longer), Required: true}
		field := bot.Field{Param: p, Value: longer, Ask: true, Error: ops.Plain(longer)}
		if n%2 == 0 {
			for o := range maxOptions {
				field.Options = append(field.Options, fmt.Sprint(long, o))
			}
			field.Value = field.Options[7]
		}
		form.Fields = append(form.Fields, field)
		c := DrawForm(form, ops.Chinese, nil)
		raw := taut(t, c)
		if problems := larktest.CheckCard(raw); len(problems) > 0 && n < 10 {
			t.Errorf("%d fields: %v", n+1, problems)
		}
		if n == 0 && !strings.Contains(string(raw), field.Options[7]) {
			t.Error("a value that has room is gone")
		}
	}
}

// taut is a card as it is sent.
func taut(t testing.TB, c Card) []byte {
	t.Helper()
	body, err := drawn(c)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(body["content"].(string))
}

func FuzzForm(f *testing.F) {
	f.Add("x", "<at id=all></at>", "wrong *value*", 3)
	f.Add("", "\x00\xff", "", 150)
	f.Fuzz(func(t *testing.T, value, label, wrong string, options int) {
		p := ops.Param{Name: "name", Kind: ops.KindString, Help: ops.Text{En: label, Zh: label}, Required: true}
		field := bot.Field{Param: p, Value: value, Ask: true}
		for n := range max(0, options) % 200 {
			field.Options = append(field.Options, strings.Repeat(value, n%7)+label)
		}
		form := bot.Form{Operation: ops.Operation{Name: "sale", Help: ops.Plain(label)}, Request: ops.Request{Reason: value}, Fields: []bot.Field{field}, At: value}
		card := DrawForm(form, ops.English, map[string]ops.Text{"name": ops.Plain(wrong)})
		if problems := larktest.CheckCard(taut(t, card)); len(problems) > 0 {
			t.Errorf("Lark refuses it: %v", problems)
		}
		for _, e := range card.Body.Elements[1].Elements {
			said := strings.NewReplacer("<font color='grey'>", "", "<font color='red'>", "", "</font>", "").Replace(e.Content)
			if strings.ContainsAny(said, "<>[]`~") {
				t.Errorf("it is obeyed: %s", e.Content)
			}
		}
	})
}
