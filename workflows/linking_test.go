package workflows_test

import (
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
	"orderly.example/workflows/links"
)

// TestTheFirstLinkOfAnAccountStays: the same again is no harm, another person is refused, and the record replays.
func TestTheFirstLinkOfAnAccountStays(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart))
	if all, err := s.Links(t.Context()); err != nil || len(all) != 0 {
		t.Fatalf("before any link: %v %v", all, err)
	}
	link := func(account, person string) error {
		return s.Link(t.Context(), ops.AccountLink{Surface: "slack", Account: account, Person: person})
	}
	for _, account := range []string{"U1", "U2", "U1"} {
		if err := link(account, "ann"); err != nil {
			t.Fatal(err)
		}
	}
	if err := link("U1", "eve"); ops.CodeOf(err) != ops.Conflict {
		t.Errorf("a second person: %v", err)
	}
	all, err := s.Links(t.Context())
	if err != nil || len(all) != 2 || all[0].Account != "U1" || all[0].Person != "ann" || all[0].At.IsZero() {
		t.Errorf("%+v %v", all, err)
	}
	h := s.soFar(links.ID)
	replay(t, h)
	if *update {
		save(t, "links", h)
	}
	replay(t, load(t, "links"))
}
