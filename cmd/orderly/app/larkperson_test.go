//go:build e2e

package app_test

import (
	"strings"
	"testing"

	"orderly.example/bot/lark/larktest"
)

// TestWhatAPersonDoesOnLark goes through the ways to ask, in one running program.
func TestWhatAPersonDoesOnLark(t *testing.T) {
	t.Parallel()
	w := inLark(t, nil)
	w.Person(larkAnn).Says(w.Chat("empty"), "@orderly ls")
	w.shows(w.Chat("empty"), "# no changes found")
	for name, does := range map[string]func(t *testing.T, w *tenant){
		"in a thread, answered in the thread":        inAThread,
		"a button in a thread, answered there":       aButtonInAThread,
		"from a phone":                               fromAPhone,
		"a slip of the pen":                          aSlip,
		"help in Chinese, with forms to choose from": helpInChinese,
		"a list":                                      aList,
		"slash commands":                              slashCommands,
		"the menu of the bot":                         theMenu,
		"home":                                        theHome,
		"a form with errors on its fields":            aForm,
		"a form in Chinese":                           aChineseForm,
		"a form sent twice":                           aFormTwice,
		"a mention without values opens a form":       aFormByMention,
		"a rejection with its reason":                 aRejection,
		"a copy of a card":                            aCopy,
		"direct messages, where approvers get a card": directly,
		"an event that no library knows":              anUnknownEvent,
		"a stranger":                                  aStranger,
		"what is no text":                             noText,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			does(t, w.in(t))
		})
	}
}

func inAThread(t *testing.T, w *tenant) {
	ch, ann := w.Chat("thread"), w.Person(larkAnn)
	first := ann.Says(ch, "the cart is slow")
	ann.Replies(first, "@orderly status shop.cart.api@idc1:prod")
	w.shows(ch, "        # status-")
	if n := len(ch.Messages()); n != 3 || ch.Last().Thread() != first.Thread() {
		t.Errorf("not in the thread:\n%s", ch.Draw())
	}
}

func aButtonInAThread(t *testing.T, w *tenant) {
	ch, ann := w.Chat("threadbutton"), w.Person(larkAnn)
	first := ann.Says(ch, "what can I do here?")
	ann.Replies(first, "@orderly help")
	w.shows(ch, "[scale]")
	ann.Clicks(ch.Last(), "scale").Answer()
	w.shows(ch, "[ask for it]")
	ann.Submits(ch.Last().Form("form"), larktest.Values{"target": "shop.cart.api@idc2/c1:test", "replicas": "2"})
	w.shows(ch, "# scale-")
	for _, m := range ch.Messages() {
		if m.Thread() != first.Thread() {
			t.Errorf("outside of the thread: %s\n%s", m.Draw(), ch.Draw())
		}
	}
}

func fromAPhone(t *testing.T, w *tenant) {
	ch, ann := w.Chat("phone"), w.Person(larkAnn)
	ann.Says(ch, "@orderly scale shop.cart.api@idc1:test 3 \u2014reason \u201cmore load\u201d")
	w.shows(ch, "reason: more load")
	posted := w.Chat("posted")
	ann.Posts(posted, "@orderly status shop.cart.api@idc1:prod")
	w.shows(posted, "# status-")
}

func aSlip(t *testing.T, w *tenant) {
	ch := w.Chat("slip")
	w.Person(larkAnn).Says(ch, "@orderly scael shop.cart.api@idc1:prod 6")
	if shown := w.shows(ch, `I do not know "scael"; did you mean scale?`); !strings.Contains(shown, "@Ann") {
		t.Errorf("nobody is meant:\n%s", shown)
	}
	zh := w.Chat("slipzh")
	w.Person(larkChen).Says(zh, "@orderly scael shop.cart.api@idc1:prod 6")
	w.shows(zh, `无法识别 "scael"`)
}

func helpInChinese(t *testing.T, w *tenant) {
	ch, chen := w.Chat("help"), w.Person(larkChen)
	chen.Says(ch, "@orderly help")
	w.shows(ch, "您可以使用的操作")
	w.shows(ch, "[scale]")
	alone := w.Chat("alone")
	w.Person(larkAnn).Says(alone, "@orderly")
	w.shows(alone, "[scale]")
}

func aList(t *testing.T, w *tenant) {
	ch, ann := w.Chat("list"), w.Person(larkAnn)
	ann.Says(ch, "@orderly status shop.cart.api@idc1:prod")
	w.shows(ch, "# status-")
	w.listed(ann, ch, larkChange(t, ch))
}

// slashCommands come as messages to the bot alone. They are registered when the program starts.
func slashCommands(t *testing.T, w *tenant) {
	larktest.Await(t, "the slash commands", func() bool {
		all := strings.Join(w.Commands(), " ")
		return strings.Contains(all, "ops") && strings.Contains(all, "scale") && strings.Contains(all, "status")
	})
	chen := w.Person("ou_eve")
	chen.Command("/status", "shop.cart.api@idc1:prod")
	w.shows(chen.DM(), "# status-")
	chen.Command("/ops", "help status")
	w.shows(chen.DM(), "status <")
	chen.Command("/scale", "")
	w.shows(chen.DM(), "[ask for it]")
}

// theMenu has entries that say a line, and others that show what concerns a person.
func theMenu(t *testing.T, w *tenant) {
	dora := w.Person("ou_dora")
	dora.OpensMenu("say:help scale")
	w.shows(dora.DM(), "change how many instances")
	dora.OpensMenu("home")
	w.shows(dora.DM(), "# what concerns you, Dora")
}

// theHome is a card: what waits for a person, their open changes and what they ask for most, with buttons.
func theHome(t *testing.T, w *tenant) {
	li, bob, room := w.Person(larkAnn), w.Person(larkBob), w.Chat("homeroom")
	li.Says(room, "@orderly scale shop.cart.web@idc2:prod 3")
	w.shows(room, "[approve]")
	id := larkChange(t, room)
	larktest.Await(t, "it in the list", func() bool { return strings.Contains(w.home(bob), id) })
	home := w.home(bob)
	for _, want := range []string{"waits for your answer:", "your open changes:", "[show " + id + "]"} {
		if !strings.Contains(home, want) {
			t.Errorf("no %q in\n%s", want, home)
		}
	}
	if mine := w.home(li); !strings.Contains(mine, "[new: scale]") || !strings.Contains(mine, id) {
		t.Errorf("her own: %s", mine)
	}
	n := strings.Count(bob.Draw(), "# what concerns you")
	bob.Enters().Answer()
	bob.Says(bob.DM(), "help status")
	w.shows(bob.DM(), "status <")
	if strings.Count(bob.Draw(), "# what concerns you") != n {
		t.Error("he is greeted whenever he looks")
	}
	li2 := w.Person("ou_li")
	li2.Enters()
	w.shows(li2.DM(), "# 李 (li),与您有关的变更")
}

func anUnknownEvent(t *testing.T, w *tenant) {
	if got := w.Happens("im.chat.updated_v1").Answer(); !got.Acked {
		t.Errorf("%+v", got)
	}
}

func aStranger(t *testing.T, w *tenant) {
	ch, who := w.Chat("stranger"), w.Person("ou_who")
	who.Says(ch, "@orderly help")
	w.shows(ch, "belongs to nobody I know")
	ann := w.Person(larkAnn)
	room := w.Chat("strangerclick")
	ann.Says(room, "@orderly scale shop.cart.api@idc2:prod 7")
	w.shows(room, "[approve]")
	w.refused(room, who.Clicks(room.Messages()[1], "approve"), "belongs to nobody I know")
}

// noText is acknowledged and left alone: pictures, and what other bots say.
func noText(t *testing.T, w *tenant) {
	ch, robot := w.Chat("pictures"), w.Person("ou_robot").IsBot()
	robot.Says(ch, "@orderly help")
	w.Person(larkAnn).Shares(w.Person(larkAnn).DM(), "image", `{"image_key":"img_1"}`)
	w.Person(larkAnn).Says(ch, "@orderly help status")
	w.shows(ch, "status <")
	if strings.Contains(ch.Draw(), "[scale]") {
		t.Errorf("it answers bots:\n%s", ch.Draw())
	}
}
