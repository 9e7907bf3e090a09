package slacktest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// newer are methods that came after the official description was archived.
var newer = []string{"apps.connections.open"}

type schema struct {
	Required []string `json:"required"`
}

type body map[string]struct {
	Schema schema `json:"schema"`
}

// operation is a method in the official description.
type operation struct {
	Parameters []struct {
		Name     string `json:"name"`
		Required bool   `json:"required"`
	} `json:"parameters"`
	RequestBody struct {
		Content body `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content body `json:"content"`
	} `json:"responses"`
}

func (o operation) required() []string {
	var out []string
	for _, p := range o.Parameters {
		if p.Required {
			out = append(out, p.Name)
		}
	}
	for _, c := range o.RequestBody.Content {
		out = append(out, c.Schema.Required...)
	}
	return slices.DeleteFunc(out, func(name string) bool { return name == "token" })
}

// described is the official description of the methods that the fake serves; nil when it is not at hand.
func described(t *testing.T) map[string]operation {
	dir := os.Getenv("ORDERLY_SPECS")
	if dir == "" {
		t.Log("ORDERLY_SPECS is not set: the fake was not checked against the official description of the Web API")
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(dir, "slack-web.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Paths map[string]map[string]operation `json:"paths"`
	}
	if err := json.Unmarshal(raw, &spec); err != nil {
		t.Fatal(err)
	}
	out := map[string]operation{}
	for name := range methods {
		verbs, known := spec.Paths["/"+name]
		if known == slices.Contains(newer, name) {
			t.Errorf("%s: described: %v", name, known)
		}
		for _, o := range verbs {
			out[name] = o
		}
	}
	if len(out) != len(methods)-len(newer) {
		t.Fatalf("%d of %d methods are described", len(out), len(methods))
	}
	return out
}

func call(t *testing.T, s *Server, name string, args url.Values) map[string]any {
	t.Helper()
	args.Set("token", s.BotToken)
	r, err := http.PostForm(s.API()+name, args)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		t.Fatal(name, err)
	}
	return answer
}

// TestRequiredArgumentsAreAskedFor: each that the official description requires, and nothing breaks when all are there.
func TestRequiredArgumentsAreAskedFor(t *testing.T) {
	for name, o := range described(t) {
		s := New(t)
		all := o.required()
		for _, without := range append(all, "") {
			args := url.Values{}
			for _, a := range all {
				if a != without {
					args.Set(a, "x")
				}
			}
			answer := call(t, s, name, args)
			raw, err := json.Marshal(answer["response_metadata"])
			if err != nil {
				t.Fatal(err)
			}
			asked := answer["error"] == "invalid_arguments" && strings.Contains(string(raw), "missing required field: "+without)
			if without != "" && !asked {
				t.Errorf("%s without %s: %v", name, without, answer)
			}
		}
	}
}

// TestAnswersHaveWhatIsPromised: the fields that the official description requires of an answer.
func TestAnswersHaveWhatIsPromised(t *testing.T) {
	spec := described(t)
	s := New(t)
	ch, ann := s.Channel("ops"), s.Person("U_ANN")
	ts := ann.Says(ch, "hello").TS()
	mine, _ := call(t, s, "chat.postMessage", url.Values{"channel": {ch.ID()}, "text": {"x"}})["ts"].(string)
	const modal = `{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[],"external_id":"e"}`
	trigger := func() string {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.newTrigger(ann)
	}
	in := func(more ...string) url.Values {
		v := url.Values{"channel": {ch.ID()}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	for _, c := range []struct {
		name string
		args url.Values
	}{
		{"auth.test", in()},
		{"chat.postMessage", in("text", "x")},
		{"chat.postEphemeral", in("text", "x", "user", ann.ID())},
		{"chat.update", in("text", "y", "ts", mine)},
		{"chat.getPermalink", in("message_ts", mine)},
		{"conversations.replies", in("ts", ts)},
		{"conversations.history", in()},
		{"conversations.info", in()},
		{"conversations.open", url.Values{"users": {ann.ID()}}},
		{"users.info", in("user", ann.ID())},
		{"users.lookupByEmail", in("email", "ann@example.com")},
		{"views.open", in("trigger_id", trigger(), "view", modal)},
		{"views.update", in("external_id", "e", "view", modal)},
		{"views.push", in("trigger_id", trigger(), "view", strings.Replace(modal, `"e"`, `"f"`, 1))},
		{"views.publish", in("user_id", ann.ID(), "view", `{"type":"home","blocks":[]}`)},
		{"chat.delete", in("ts", mine)},
	} {
		answer := call(t, s, c.name, c.args)
		if answer["ok"] != true {
			t.Errorf("%s: %v", c.name, answer)
		}
		for _, content := range spec[c.name].Responses["200"].Content {
			for _, field := range content.Schema.Required {
				if _, there := answer[field]; !there {
					t.Errorf("%s: no %s in %v", c.name, field, answer)
				}
			}
		}
	}
}
