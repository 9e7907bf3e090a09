package slacktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"orderly.example/bot/slack/slacktest"
)

func TestATriggerOpensOneViewWithinThreeSeconds(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann := s.Person("U_ANN")
	ann.Shortcut("run")
	ann.Shortcut("run")
	first, second := a.interaction(t, 0).TriggerID, a.interaction(t, 1).TriggerID
	if _, err := a.OpenView(first, modal(section(""))); code(err) != "invalid_arguments" {
		t.Error(err)
	}
	v := must[*slack.ViewResponse](t)(a.OpenView(first, modal(input("why", "w"))))
	if v.ID == "" || v.RootViewID != v.ID || v.Hash == "" || v.CallbackID != "scale" || v.AppID != slacktest.AppID {
		t.Errorf("%+v", v.View)
	}
	if _, err := a.OpenView(first, modal(input("why", "w"))); code(err) != "exchanged_trigger_id" {
		t.Error(err)
	}
	s.Advance(3*time.Second + time.Millisecond)
	if _, err := a.OpenView(second, modal(input("why", "w"))); code(err) != "expired_trigger_id" {
		t.Error(err)
	}
	if _, err := a.OpenView("1.2.x", modal(input("why", "w"))); code(err) != "invalid_trigger_id" {
		t.Error(err)
	}
}

func TestViewsAreStackedAndUpdated(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann := s.Person("U_ANN")
	trigger := func(n int) string { ann.Shortcut("run"); return a.interaction(t, n).TriggerID }
	first := must[*slack.ViewResponse](t)(a.OpenView(trigger(0), modal(section("1"))))
	top := first
	for n := 1; n < 3; n++ {
		next := must[*slack.ViewResponse](t)(a.PushView(trigger(n), modal(section("2"))))
		if next.RootViewID != first.ID || next.PreviousViewID != top.ID {
			t.Errorf("%+v", next.View)
		}
		top = next
	}
	if _, err := a.PushView(trigger(3), modal(section("4"))); code(err) != "push_limit_reached" {
		t.Error(err)
	}
	changed := must[*slack.ViewResponse](t)(a.UpdateView(modal(section("new")), "", top.Hash, top.ID))
	if _, err := a.UpdateView(modal(section("newer")), "", top.Hash, top.ID); changed.Hash == top.Hash || code(err) != "hash_conflict" {
		t.Error(err)
	}
	if _, err := a.UpdateView(modal(section("x")), "", "", "V_NONE"); code(err) != "not_found" {
		t.Error(err)
	}
	if v, open := ann.Modal(); !open || v.ID() != top.ID || v.Draw() != "= Scale =\nnew\n[Run]\n" {
		t.Error(v.Draw())
	}
}

// form opens a form with a text that must be entered, a menu and a menu that the app fills.
func form(t *testing.T, s *slacktest.Server, a *app) slacktest.View {
	t.Helper()
	ann := s.Person("U_ANN")
	n := len(a.got(socketmode.EventTypeInteractive))
	ann.Shortcut("run").Answer()
	where := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, "w", slack.NewOptionBlockObject("prod", plain("Production"), nil))
	who := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeExternal, plain("Who"), "p")
	hosts := slack.NewInputBlock("hosts", plain("Hosts"), nil, who)
	hosts.Optional = true
	if _, err := a.OpenView(a.interaction(t, n).TriggerID, modal(input("why", "y"), slack.NewInputBlock("where", plain("Where"), nil, where), hosts)); err != nil {
		t.Fatal(err)
	}
	v, _ := ann.Modal()
	return v
}

func TestAFormIsFilledInAndAnswered(t *testing.T) {
	good := slacktest.Values{"why": "busy", "where": "prod", "hosts": []string{"h1", "h2"}}
	next := modal(section("next"))
	for name, c0 := range map[string]struct {
		answer  any
		trouble string
		sees    string // what the topmost modal shows; empty when none is left
	}{
		"nothing closes it":  {nil, "", ""},
		"clear":              {slack.NewClearViewSubmissionResponse(), "", ""},
		"update":             {slack.NewUpdateViewSubmissionResponse(&next), "", "next"},
		"push":               {slack.NewPushViewSubmissionResponse(&next), "", "next"},
		"errors":             {slack.NewErrorsViewSubmissionResponse(map[string]string{"why": "Say more."}), "", "why: "},
		"errors of no field": {slack.NewErrorsViewSubmissionResponse(map[string]string{"y": "Say more."}), "no input block", "why: "},
		"an invalid view":    {map[string]any{"response_action": "update", "view": map[string]any{"type": "modal"}}, "invalid_arguments", "why: "},
		"an unknown action":  {map[string]any{"response_action": "close"}, "close", "why: "},
	} {
		s := slacktest.New(t)
		a := listen(t, s, func(e socketmode.Event) (any, bool) {
			if c, ok := e.Data.(slack.InteractionCallback); ok && c.Type == slack.InteractionTypeViewSubmission {
				entered(t, c.View)
				return c0.answer, true
			}
			return nil, true
		})
		got := s.Person("U_ANN").Submits(form(t, s, a), good)
		if !got.Acked || (c0.trouble == "") != (got.Trouble == "") || !strings.Contains(got.Trouble, c0.trouble) {
			t.Errorf("%s: %+v", name, got)
		}
		v, open := s.Person("U_ANN").Modal()
		if open != (c0.sees != "") || open && !strings.Contains(v.Draw(), c0.sees) {
			t.Errorf("%s: %v", name, open)
		}
		if name == "errors" && got.Errors["why"] != "Say more." {
			t.Errorf("%+v", got)
		}
	}
}

// entered checks the values of the form as the client reads them.
func entered(t *testing.T, v slack.View) {
	t.Helper()
	got := v.State.Values
	if got["why"]["y"].Value != "busy" || got["where"]["w"].SelectedOption.Text.Text != "Production" || len(got["hosts"]["p"].SelectedOptions) != 2 {
		t.Errorf("%+v", got)
	}
	if v.CallbackID != "scale" || v.PrivateMetadata != "p" {
		t.Errorf("%+v", v)
	}
}

func TestAFormThatIsNotAnsweredStays(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, func(e socketmode.Event) (any, bool) {
		c, _ := e.Data.(slack.InteractionCallback)
		return nil, c.Type != slack.InteractionTypeViewSubmission
	})
	v := form(t, s, a)
	s.AckWithin(50 * time.Millisecond)
	if got := s.Person("U_ANN").Submits(v, slacktest.Values{"why": "x", "where": "prod"}); got.Acked || got.Trouble == "" {
		t.Errorf("%+v", got)
	}
	if _, open := s.Person("U_ANN").Modal(); !open {
		t.Error("the form is gone")
	}
}

func TestOptionsAreSuggested(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, func(e socketmode.Event) (any, bool) {
		if c, _ := e.Data.(slack.InteractionCallback); c.Type == slack.InteractionTypeBlockSuggestion {
			if c.Value == "bad" {
				return map[string]any{"options": []string{"h1"}}, true
			}
			return slack.OptionsResponse{Options: []*slack.OptionBlockObject{slack.NewOptionBlockObject("h1", plain("Host "+c.Value+c.ActionID+c.BlockID), nil)}}, true
		}
		return nil, true
	})
	ann, v := s.Person("U_ANN"), form(t, s, a)
	if got := ann.Types(v, "p", "we"); len(got.Options) != 1 || got.Options[0] != "Host wephosts" || got.Trouble != "" {
		t.Errorf("%+v", got)
	}
	if got := ann.Types(v, "p", "bad"); got.Trouble == "" {
		t.Errorf("%+v", got)
	}
}
