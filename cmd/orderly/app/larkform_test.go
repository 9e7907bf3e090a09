//go:build e2e

package app_test

import (
	"strings"
	"testing"

	"orderly.example/bot/lark/larktest"
)

// aForm comes back with what is wrong at its fields and with what was typed, until it is right; then it is gone.
func aForm(t *testing.T, w *tenant) {
	ch, ann := w.Chat("form"), w.Person(larkAnn)
	ann.Says(ch, "@orderly scale")
	w.shows(ch, "[ask for it]")
	form := ch.Last()
	a := ann.Submits(form.Form("form"), larktest.Values{"target": "shop.cart.api@idc2/c1:test", "replicas": "lots", "flag_reason": "by form", "flag_at": "yesterday", "flag_plan": "yes"})
	if !a.Acked || !a.Card || a.Toast.Type != "error" || !strings.Contains(a.Toast.Text, "replicas") {
		t.Fatalf("%+v", a.Toast)
	}
	shown := strings.Split(ch.Message(form.ID()).Draw(), "\n")
	for field, want := range map[string]string{"instances wanted": "⚠ ", "start at": "⚠ "} {
		if below := after(shown, field); !strings.Contains(below, want) {
			t.Errorf("%s: %q in\n%s", field, below, strings.Join(shown, "\n"))
		}
	}
	if below := after(shown, "service to scale"); strings.Contains(below, "⚠") {
		t.Errorf("an error where there is none: %q", below)
	}
	for _, kept := range []string{"[shop.cart.api@idc2/c1:test]", "[lots]", "[by form]", "[yesterday]", "[yes]"} {
		if !strings.Contains(strings.Join(shown, "\n"), kept) {
			t.Errorf("%s is not kept in\n%s", kept, strings.Join(shown, "\n"))
		}
	}
	a = ann.Submits(ch.Message(form.ID()).Form("form"), larktest.Values{"replicas": "4", "flag_at": "", "flag_plan": "no"})
	if !a.Card || a.Toast.Type == "error" {
		t.Errorf("%+v", a.Toast)
	}
	w.shows(ch, "reason: by form")
	w.shows(ch, ": succeeded")
	if left := ch.Message(form.ID()).Draw(); strings.Contains(left, "[ask for it]") {
		t.Errorf("the form is still there:\n%s", left)
	}
}

// after is the line below the one with a text.
func after(lines []string, text string) string {
	for i, l := range lines[:len(lines)-1] {
		if strings.Contains(l, text) {
			return lines[i+1]
		}
	}
	return "nothing"
}

// aChineseForm speaks Chinese with whom it belongs to, also when it comes back.
func aChineseForm(t *testing.T, w *tenant) {
	chen := w.Person(larkChen).Speaks("zh_cn")
	ch := w.Chat("formzh")
	chen.Says(ch, "@orderly 扩缩容")
	w.shows(ch, "[提交申请]")
	form := ch.Last()
	a := chen.Submits(form.Form("form"), larktest.Values{"target": "shop.cart.api@idc2/c1:test", "replicas": "很多"})
	if shown := ch.Message(form.ID()).Draw(); !a.Card || !strings.Contains(shown, "⚠ ") || !strings.Contains(shown, "[很多]") || !strings.Contains(shown, "[提交申请]") {
		t.Errorf("%+v\n%s", a.Toast, shown)
	}
	if !strings.Contains(a.Toast.Text, "格式不对") {
		t.Errorf("%+v", a.Toast)
	}
}

// aFormTwice is one change: Lark tells a person of an answer that came too late, and they send the form again.
func aFormTwice(t *testing.T, w *tenant) {
	ch, ann := w.Chat("formtwice"), w.Person(larkAnn)
	ann.Says(ch, "@orderly form scale")
	w.shows(ch, "[ask for it]")
	form, values := ch.Last().Seen().Form("form"), larktest.Values{"target": "shop.cart.api@idc1/c1:test", "replicas": "2", "flag_plan": "yes"}
	first, second := ann.Sends(form, values), ann.Sends(form, values)
	for _, a := range []larktest.Answer{first.Answer(), second.Answer()} {
		if a.Toast.Type == "error" {
			t.Errorf("%+v", a.Toast)
		}
	}
	w.shows(ch, "planned only")
	w.settle(ch)
}

// aFormByMention asks for what is missing, and keeps what is there; so does a line with a wrong value.
func aFormByMention(t *testing.T, w *tenant) {
	ch, ann := w.Chat("mention"), w.Person(larkAnn)
	ann.Says(ch, "@orderly scale shop.cart.api@idc1:test")
	w.shows(ch, "[ask for it]")
	w.shows(ch, "[shop.cart.api@idc1:test]")
	ann.Submits(ch.Last().Form("form"), larktest.Values{"replicas": "3", "flag_reason": "by mention"})
	w.shows(ch, "reason: by mention")
	wrong := w.Chat("mentionwrong")
	ann.Says(wrong, "@orderly scale shop.cart.api@idc1:test several")
	w.shows(wrong, "[several]")
	w.shows(wrong, "⚠ ")
}

// aRejection wants its reason first: Lark itself holds an empty one back, and we one of spaces.
func aRejection(t *testing.T, w *tenant) {
	ch, ann, bob := w.Chat("reject"), w.Person(larkAnn), w.Person(larkBob)
	ann.Says(ch, "@orderly scale shop.cart.api@idc2:prod 5")
	w.shows(ch, "[reject]")
	card := ch.Messages()[1]
	bob.Submits(card.Form("form-1"), larktest.Values{"why-1": "   "})
	w.shows(ch, "write the reason into the field")
	if strings.Contains(ch.Draw(), "rejected by") {
		t.Fatalf("rejected without a reason:\n%s", ch.Draw())
	}
	a := bob.Submits(card.Form("form-1"), larktest.Values{"why-1": "not <at id=all></at> today"})
	if a.Toast.Type == "error" {
		t.Errorf("%+v", a.Toast)
	}
	if shown := w.shows(ch, "rejected by Bob Ray: not <at id=all></at> today"); strings.Contains(shown, "@all") {
		t.Errorf("it mentions everybody:\n%s", shown)
	}
}
