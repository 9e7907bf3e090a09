package ops

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTheSamePlanHasTheSameHash(t *testing.T) {
	a := Plan{
		Summary: Text{"a", "甲"}, Work: json.RawMessage(`{"b": 1, "a": [1.50, 2]}`), Blast: Blast{Envs: []string{"prod", "test"}},
		Targets: []Target{{Service: "b"}, {Service: "a"}},
	}
	b := Plan{
		Summary: Text{"a", "甲"}, Work: json.RawMessage("{\"a\":[1.50,2],\n\"b\":1}"), Blast: Blast{Envs: []string{"test", "prod"}},
		Targets: []Target{{Service: "a"}, {Service: "b"}}, Hash: "old",
	}
	x, err := a.Seal()
	if err != nil {
		t.Fatal(err)
	}
	y, err := b.Seal()
	if err != nil {
		t.Fatal(err)
	}
	if x.Hash != y.Hash || len(x.Hash) != 64 {
		t.Errorf("hashes %s and %s", x.Hash, y.Hash)
	}
	b.Work = json.RawMessage(`{"a":[1.50,2],"b":2}`)
	if z, _ := b.Seal(); z.Hash == x.Hash {
		t.Error("another plan has the same hash")
	}
	b.Work = json.RawMessage(`{`)
	if _, err := b.Seal(); CodeOf(err) != Internal {
		t.Errorf("a broken plan was sealed: %v", err)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"scale", "scale.fleet", "status", "restart", "undo"}
	for typed, want := range map[string][]string{
		"scael": {"scale"}, "SCALE": {"scale", "scale.fleet"}, "restrat": {"restart"}, "xyzzy": {}, "stat": {"status"}, "": {},
	} {
		if got := Nearest(typed, names); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
	}
	if !DidYouMean("xyzzy", names).IsZero() {
		t.Error("a far word got a suggestion")
	}
}

func TestErrorsKeepTheirWords(t *testing.T) {
	cause := errors.New("dial tcp: refused")
	err := fmt.Errorf("while scaling: %w", Errorf(Unavailable, "%s does not answer", "%s 无响应", Text{"the cluster", "集群"}).Because(cause))
	if CodeOf(err) != Unavailable || TextOf(err).Zh != "集群 无响应" || !errors.Is(err, cause) {
		t.Errorf("%v, %+v", CodeOf(err), TextOf(err))
	}
	if strings.Contains(TextOf(err).En, "tcp") {
		t.Error("a person sees the technical cause")
	}
	if TextOf(cause).Zh == "" || CodeOf(cause) != Internal || CodeOf(nil) != "" {
		t.Error("an unknown error is not internal")
	}
}

func TestTexts(t *testing.T) {
	x := Text{"yes", "是"}
	for lang, want := range map[string]string{"zh": "是", "zh-CN": "是", "en": "yes", "": "yes", "fr": "yes"} {
		if x.In(lang) != want {
			t.Errorf("%q: %s", lang, x.In(lang))
		}
	}
	if (Text{Zh: "是"}).In("en") != "是" {
		t.Error("a missing language is not replaced by the other")
	}
	if got := JoinTexts([]Text{x, x}, Text{" and ", "和"}); got != (Text{"yes and yes", "是和是"}) {
		t.Errorf("%+v", got)
	}
	for _, s := range States() {
		if s.Text().En == "" || s.Text().Zh == "" {
			t.Errorf("state %s has no name", s)
		}
	}
}

func TestAChangeIDHoldsNothingPersonal(t *testing.T) {
	r := Request{Operation: "scale.fleet", By: User{ID: "ann"}, From: Origin{Surface: "slack"}, Key: "trigger-1"}
	id := ChangeID(r)
	if id != ChangeID(r) || strings.Contains(id, "ann") || !strings.HasPrefix(id, "scale-fleet-") || len(id) != len("scale-fleet-")+12 {
		t.Errorf("id %s", id)
	}
	r.Key = "trigger-2"
	if ChangeID(r) == id {
		t.Error("two deliveries have one id")
	}
	if ShortHash("a", "b") == ShortHash("ab") {
		t.Error("parts run together")
	}
}
