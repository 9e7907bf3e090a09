package bot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly.example/ops"
)

func TestTheExamplePeople(t *testing.T) {
	people, err := NewIdentities(FromFile("../deploy/config/people.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"ann": "en shop,dev", "bob": "en sre", "chen": "zh sre", "dora": "en pay,dev", "eve": "en dev", "li": "zh platform"} {
		u, ok := people.ByID(id)
		if got := u.Lang + " " + strings.Join(u.Groups, ","); !ok || got != want || u.LinkedBy != "file" {
			t.Errorf("%s: got %+v", id, u)
		}
		if u, ok := people.ByAccount("console", id); !ok || u.ID != id {
			t.Errorf("%s on the console: got %+v", id, u)
		}
		for _, surface := range []string{"slack", "lark"} {
			account, ok := people.Account(surface, id)
			if u, known := people.ByAccount(surface, account); !ok || !known || u.ID != id {
				t.Errorf("%s on %s: got %s", id, surface, account)
			}
		}
	}
	if got := strings.Join(people.Groups(), " "); got != "dev pay platform shop sre" {
		t.Errorf("groups: %s", got)
	}
	if got := people.Members("sre"); len(got) != 2 || got[0].ID != "bob" {
		t.Errorf("sre: %+v", got)
	}
	if _, ok := people.ByAccount("slack", "ann"); ok {
		t.Error("an account counts on its own surface only")
	}
	if _, ok := people.ByAccount("slack", ""); ok {
		t.Error("an empty account is nobody")
	}
	if _, err := people.Find("cheng"); !strings.Contains(ops.TextOf(err).En, "did you mean chen?") {
		t.Errorf("got %v", err)
	}
	if err := NotLinked("slack", "U9\x1b"); !strings.Contains(ops.TextOf(err).En, `"slack: U9"`) || ops.CodeOf(err) != ops.Denied {
		t.Errorf("got %v", err)
	}
	u, _ := people.ByID("ann")
	u.Groups[0] = "sre"
	if again, _ := people.ByID("ann"); again.Groups[0] != "shop" {
		t.Error("nobody may change a person by changing a copy")
	}
}

func TestPeopleAreReadStrictly(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "p.yaml:1: the file must hold one list",
		"[]":                                 "must start with",
		"{}":                                 "has no key people",
		"poeple: []":                         `p.yaml:1: unknown key "poeple"; did you mean people?`,
		"people: 5":                          "people must be a list",
		"people: [5]":                        "a person must have the keys",
		"people: [":                          "p.yaml:1: it is not the YAML",
		"people:\n  - id: a\n    grups: [b]": `p.yaml:3: unknown key "grups"; did you mean groups?`,
		"people:\n  - id: a\n    groups: 5x": "p.yaml:3",
		"people:\n  - id: A B":               `p.yaml:2: the id "A B"`,
		"people:\n  - name: x":               `the id ""`,
		"people: [{id: a}, {id: a}]":         "the id a is there twice",
		"people: [{id: a, lang: fr}]":        `lang of a is "fr"`,
		"people: [{id: a, groups: ['x y']}]": `the group "x y" of a`,
		"people: [{id: a, accounts: {slack: ''}}]":                                 "an account of a is empty",
		"people: [{id: a, accounts: {slack: U1}}, {id: b, accounts: {slack: U1}}]": "the slack account U1 belongs to a and to b",
	} {
		_, err := NewIdentities(FromText(text, "p.yaml"))
		if got := ops.TextOf(err); err == nil || !strings.Contains(got.En, want) || got.Zh == got.En {
			t.Errorf("%q: want %q, got %v", text, want, err)
		}
	}
}

func TestPeopleFollowTheirFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := NewIdentities(FromFile(path)); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("got %v", err)
	}
	write("people: [{id: a}]")
	people, err := NewIdentities(FromFile(path))
	if err != nil || people.Err() != nil {
		t.Fatal(err)
	}
	write("people: [{id: b}, {}]")
	if _, ok := people.ByID("a"); !ok || people.Err() == nil {
		t.Error("a broken version is refused and the last good one stays")
	}
	write("people: [{id: b}]")
	if _, ok := people.ByID("a"); ok || people.Err() != nil {
		t.Error("the new version counts at once")
	}
}

func FuzzPeople(f *testing.F) {
	f.Add(peopleYAML)
	f.Add("people: [{id: a, accounts: {slack: U1}}]")
	f.Add("people: &a [*a]")
	f.Add("people:\n- ? [x]\n  : y")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePeople([]byte(text), "p.yaml")
		if err != nil && ops.TextOf(err).Zh == "" {
			t.Fatal("an error without words")
		}
		for account, id := range p.accounts {
			if account.account == "" || p.byID[id].ID == "" {
				t.Fatalf("%v belongs to nobody", account)
			}
		}
	})
}
