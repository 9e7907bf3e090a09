package bot

import (
	"encoding/json"
	"testing"

	"orderly.example/ops"
)

func TestAPressComesBackAsItWent(t *testing.T) {
	for _, a := range []Action{{Act: ops.ActApprove, PlanHash: "3fa9"}, {Act: ops.ActReject, PlanHash: "3fa9", Why: true}, {Undo: true}} {
		want := a.Press(Card{ID: "scale-abc", At: "1.2"})
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ReadPress(raw, want.At); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", raw, got, err)
		}
	}
}

func FuzzReadPress(f *testing.F) {
	f.Add([]byte(`{"v":1,"c":"scale-abc","a":"approve","p":"x","m":"1.2"}`))
	f.Add([]byte(`{"v":1,"c":"scale-abc","a":"approve","m":"3.4"}`))
	f.Add([]byte(`{"v":1,"c":"scale-abc","u":true}`))
	f.Add([]byte(`{"v":1,"s":"ls"}`))
	f.Add([]byte(`{"v":2,"c":"scale-abc","u":true}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ReadPress(raw, "1.2")
		code := ops.CodeOf(err)
		if err == nil && p.Say == "" && (p.Change == "" || p.At != "1.2" || p.Undo == (p.Act != "")) || err != nil && code != ops.Invalid && code != ops.Denied {
			t.Errorf("%s: %+v, %v", raw, p, err)
		}
	})
}
