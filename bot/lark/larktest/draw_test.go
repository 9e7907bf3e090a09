package larktest_test

import (
	"testing"

	"orderly.example/bot/lark/larktest"
)

func TestACardIsDrawnAsPeopleReadIt(t *testing.T) {
	s := larktest.New(t)
	c, ann := connect(s), s.Person("ou_ann")
	const option = `"options":[{"text":{"tag":"plain_text","content":"One"},"value":"1"}]`
	c.post(t, ann.DM(),
		markdown("- a &lt;b&gt; \\*c\\*\n- <font color='grey'>grey</font> <at id=ou_ann></at> <at id=all></at>"), `{"tag":"div","text":{"tag":"lark_md","content":"[x](y)"}}`, `{"tag":"hr"}`,
		table, columns(markdown("one\ntwo"), markdown("three")), columns(button("a", "A", `{}`), `{"tag":"button","disabled":true,"text":{"tag":"plain_text","content":"B"}}`),
		form(`{"tag":"input","name":"why","label":{"tag":"plain_text","content":"Why"},"placeholder":{"tag":"plain_text","content":"say it"},"required":true}`,
			`{"tag":"select_static","name":"s","initial_option":"1",`+option+`}`, `{"tag":"select_person","name":"p","initial_option":"ou_ann"}`, submit("send")),
		panel(`{"tag":"checker","checked":true,"text":{"tag":"plain_text","content":"sure"}}`), `{"tag":"overflow",`+option+`}`, `{"tag":"date_picker","initial_date":"2026-01-01"}`,
		`{"tag":"interactive_container","behaviors":[{"type":"callback","value":{}}],"elements":[{"tag":"checker"}]}`, `{"tag":"chart","chart_spec":{}}`)
	const want = `direct messages with Ann
orderly:
    # Scale
    - a <b> *c*
    - grey @Ann @all
    x (y)
    ---
    | A |  |
    | x | 1 |
    one
    two
    three
    [A] (B)
    form:
        Why: [say it]*
        [One]
        [ou_ann]
        [Send]
    > More
        [x] sure
    [...]
    [2026-01-01]
    [area]:
        [ ] 
    (chart)
`
	if got := ann.Draw(); got != want {
		t.Error(got)
	}
	if got := "direct messages with Ann\n" + ann.DM().Last().Draw(); got != want {
		t.Error(got)
	}
}

func TestAPostIsDrawn(t *testing.T) {
	s := larktest.New(t)
	c, ops := connect(s), s.Chat("ops")
	if _, err := c.create(t, "chat_id", ops.ID(), "post", `{"en_us":{"title":"News","content":[[{"tag":"text","text":"one"},{"tag":"a","text":"two","href":"x"}]]}}`, ""); err != nil {
		t.Fatal(err)
	}
	if want := "#ops\norderly: News\n    onetwo\n"; ops.Draw() != want {
		t.Error(ops.Draw())
	}
}
