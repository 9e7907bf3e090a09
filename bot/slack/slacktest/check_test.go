package slacktest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly.example/bot/slack/slacktest"
)

const (
	x    = "%s"
	text = `{"type":"mrkdwn","text":"a"}`
	name = `{"type":"plain_text","text":"a"}`
)

func of(n int) string { return strings.Repeat("字", n) }

// many are n copies, each with its number where %d stands.
func many(n int, each string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = strings.ReplaceAll(each, "%d", fmt.Sprint(i))
	}
	return strings.Join(all, ",")
}

func plainOf(n int) string { return fmt.Sprintf(`{"type":"plain_text","text":%q}`, of(n)) }

func mrkdwnOf(n int) string { return fmt.Sprintf(`{"type":"mrkdwn","text":%q}`, of(n)) }

// limit is a place in a block where up to most is taken and one more is refused.
type limit struct {
	what  string
	block func(n int) string
	most  int
	path  string
}

func limits() []limit {
	in := func(format string, fill func(int) string) func(int) string {
		return func(n int) string { return strings.Replace(format, x, fill(n), 1) }
	}
	quoted := func(n int) string { return fmt.Sprintf("%q", strings.Repeat("x", n)) }
	list := func(each string) func(int) string { return func(n int) string { return "[" + many(n, each) + "]" } }
	act := func(element string) string { return `{"type":"actions","elements":[` + element + `]}` }
	field := func(element string) string { return `{"type":"input","label":` + name + `,"element":` + element + `}` }
	option := `{"text":` + name + `,"value":"%d"}`
	yes := `"text":` + text + `,"confirm":` + name + `,"deny":` + name
	return []limit{
		{"section text", in(`{"type":"section","text":%s}`, mrkdwnOf), 3000, "/blocks/0/text/text"},
		{"fields", in(`{"type":"section","fields":%s}`, list(text)), 10, "/blocks/0/fields"},
		{"field", in(`{"type":"section","fields":[%s]}`, mrkdwnOf), 2000, "/blocks/0/fields/0/text"},
		{"header", in(`{"type":"header","text":%s}`, plainOf), 150, "/blocks/0/text/text"},
		{"context", in(`{"type":"context","elements":%s}`, list(text)), 10, "/blocks/0/elements"},
		{"actions", in(`{"type":"actions","elements":%s}`, list(`{"type":"button","action_id":"a%d","text":`+name+`}`)), 25, "/blocks/0/elements"},
		{"block_id", in(`{"type":"divider","block_id":%s}`, quoted), 255, "/blocks/0/block_id"},
		{"button text", in(act(`{"type":"button","text":%s}`), plainOf), 75, "/blocks/0/elements/0/text/text"},
		{"button value", in(act(`{"type":"button","text":`+name+`,"value":%s}`), quoted), 2000, "/blocks/0/elements/0/value"},
		{"button url", in(act(`{"type":"button","text":`+name+`,"url":%s}`), quoted), 3000, "/blocks/0/elements/0/url"},
		{"action_id", in(act(`{"type":"button","text":`+name+`,"action_id":%s}`), quoted), 255, "/blocks/0/elements/0/action_id"},
		{"options", in(act(`{"type":"static_select","options":%s}`), list(option)), 100, "/blocks/0/elements/0/options"},
		{"option text", in(act(`{"type":"static_select","options":[{"text":%s,"value":"v"}]}`), plainOf), 75, "/blocks/0/elements/0/options/0/text/text"},
		{"option value", in(act(`{"type":"static_select","options":[{"text":`+name+`,"value":%s}]}`), quoted), 75, "/blocks/0/elements/0/options/0/value"},
		{"radio buttons", in(act(`{"type":"radio_buttons","options":%s}`), list(option)), 10, "/blocks/0/elements/0/options"},
		{"checkboxes", in(act(`{"type":"checkboxes","options":%s}`), list(option)), 10, "/blocks/0/elements/0/options"},
		{"confirm title", in(act(`{"type":"button","text":`+name+`,"confirm":{"title":%s,`+yes+`}}`), plainOf), 100, "/blocks/0/elements/0/confirm/title/text"},
		{"confirm text", in(act(`{"type":"button","text":`+name+`,"confirm":{"title":`+name+`,`+strings.Replace(yes, text, x, 1)+`}}`), mrkdwnOf), 300, "/blocks/0/elements/0/confirm/text/text"},
		{"confirm button", in(act(`{"type":"button","text":`+name+`,"confirm":{"title":`+name+`,`+strings.Replace(yes, name, x, 1)+`}}`), plainOf), 30, "/blocks/0/elements/0/confirm/confirm/text"},
		{"input label", in(`{"type":"input","label":%s,"element":{"type":"plain_text_input"}}`, plainOf), 2000, "/blocks/0/label/text"},
		{"input hint", in(`{"type":"input","hint":%s,"label":`+name+`,"element":{"type":"plain_text_input"}}`, plainOf), 2000, "/blocks/0/hint/text"},
		{"placeholder", in(field(`{"type":"plain_text_input","placeholder":%s}`), plainOf), 150, "/blocks/0/element/placeholder/text"},
		{"max_length", in(field(`{"type":"plain_text_input","max_length":%s}`), func(n int) string { return fmt.Sprint(n) }), 3000, "/blocks/0/element/max_length"},
		{"table rows", in(`{"type":"table","rows":%s}`, list(`[{"type":"raw_text"}]`)), 100, "/blocks/0/rows"},
		{"table columns", in(`{"type":"table","rows":[%s]}`, list(`{"type":"raw_text"}`)), 20, "/blocks/0/rows/0"},
		{"data_table", in(`{"type":"data_table","caption":"c","rows":%s}`, list(`[]`)), 101, "/blocks/0/rows"},
		{"data_table page", in(`{"type":"data_table","caption":"c","rows":[[],[]],"page_size":%s}`, func(n int) string { return fmt.Sprint(n) }), 100, "/blocks/0/page_size"},
		{"pie", in(`{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":%s}}`, list(`{"label":"a","value":1}`)), 12, "/blocks/0/chart/segments"},
		{"chart title", in(`{"type":"data_visualization","chart":{"type":"pie"},"title":%s}`, quoted), 50, "/blocks/0/title"},
		{"card body", in(`{"type":"card","body":%s}`, mrkdwnOf), 200, "/blocks/0/body/text"},
		{"card actions", in(`{"type":"card","actions":%s}`, list(`{"type":"button","text":`+name+`}`)), 3, "/blocks/0/actions"},
		{"carousel", in(`{"type":"carousel","elements":%s}`, list(`{"type":"card"}`)), 10, "/blocks/0/elements"},
		{"container", in(`{"type":"container","child_blocks":%s}`, list(`{"type":"divider"}`)), 10, "/blocks/0/child_blocks"},
		{"context_actions", in(`{"type":"context_actions","elements":%s}`, list(`{"type":"icon_button"}`)), 5, "/blocks/0/elements"},
	}
}

// TestTheLimitsOfBlocks: what is just within a limit is taken, and one more is refused where it stands.
func TestTheLimitsOfBlocks(t *testing.T) {
	for _, l := range limits() {
		message := func(n int) []byte { return []byte(`{"blocks":[` + l.block(n) + `]}`) }
		if got := slacktest.CheckMessage(message(l.most)); len(got) > 0 {
			t.Errorf("%s: %d: %v", l.what, l.most, got)
		}
		got := slacktest.CheckMessage(message(l.most + 1))
		if len(got) != 1 || got[0].Path != l.path || got[0].Code != "invalid_blocks" {
			t.Errorf("%s: %d: %v, want a problem at %s", l.what, l.most+1, got, l.path)
		}
	}
}

func TestMessagesAsAWhole(t *testing.T) {
	words := func(n int) string {
		return `{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("x", n) + `"}}`
	}
	for _, c := range []struct{ what, message, path, code string }{
		{"nothing", `{}`, "", ""},
		{"blocks are removed", `{"blocks":[]}`, "", ""},
		{"no JSON", `{`, "", "invalid_blocks_format"},
		{"no list", `{"blocks":{}}`, "/blocks", "invalid_blocks"},
		{"50 blocks", `{"blocks":[` + many(50, `{"type":"divider"}`) + `]}`, "", ""},
		{"51 blocks", `{"blocks":[` + many(51, `{"type":"divider"}`) + `]}`, "/blocks", "invalid_blocks"},
		{"9,500 characters", `{"blocks":[` + many(4, words(2375)) + `]}`, "", ""},
		{"9,504 characters", `{"blocks":[` + many(4, words(2376)) + `]}`, "/blocks", "msg_blocks_too_long"},
		{"16 KB of JSON", `{"blocks":[` + many(8, `{"type":"actions","elements":[{"type":"button","text":`+name+`,"value":"`+strings.Repeat("v", 2000)+`"}]}`) + `]}`, "/blocks", "msg_blocks_too_long"},
		{"markdown", `{"blocks":[` + many(2, `{"type":"markdown","text":"`+strings.Repeat("m", 6000)+`"}`) + `]}`, "", ""},
		{"more markdown", `{"blocks":[` + many(2, `{"type":"markdown","text":"`+strings.Repeat("m", 6001)+`"}`) + `]}`, "/blocks", "msg_too_long"},
		{"100 attachments", `{"attachments":[` + many(100, `{}`) + `]}`, "", ""},
		{"101 attachments", `{"attachments":[` + many(101, `{}`) + `]}`, "/attachments", "too_many_attachments"},
		{"blocks in attachments", `{"attachments":[{"blocks":[{"type":"section"}]}]}`, "/attachments/0/blocks/0", "invalid_blocks"},
		{"a text that no update takes", `{"text":"` + of(4001) + `"}`, "/text", "msg_too_long"},
		{"unknown block", `{"blocks":[{"type":"sectoin"}]}`, "/blocks/0/type", "invalid_blocks"},
		{"a block of modals", `{"blocks":[{"type":"alert","text":` + text + `}]}`, "/blocks/0/type", "invalid_blocks"},
		{"unknown field", `{"blocks":[{"type":"divider","text":"x"}]}`, "/blocks/0", "invalid_blocks"},
		{"an input among buttons", `{"blocks":[{"type":"actions","elements":[{"type":"plain_text_input"}]}]}`, "/blocks/0/elements/0/type", "invalid_blocks"},
		{"markup in a button", `{"blocks":[{"type":"actions","elements":[{"type":"button","text":` + text + `}]}]}`, "/blocks/0/elements/0/text/type", "invalid_blocks"},
		{"an empty text", `{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":""}}]}`, "/blocks/0/text/text", "invalid_blocks"},
		{"emoji in markup", `{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"a","emoji":true}}]}`, "/blocks/0/text", "invalid_blocks"},
		{"a style", `{"blocks":[{"type":"actions","elements":[{"type":"button","text":` + name + `,"style":"warning"}]}]}`, "/blocks/0/elements/0/style", "invalid_blocks"},
		{"the same block twice", `{"blocks":[` + many(2, `{"type":"divider","block_id":"b"}`) + `]}`, "/blocks/1/block_id", "invalid_blocks"},
		{"the same action twice", `{"blocks":[{"type":"actions","elements":[` + many(2, `{"type":"button","action_id":"a","text":`+name+`}`) + `]}]}`, "/blocks/0/elements/1/action_id", "invalid_blocks"},
	} {
		checks(t, c.what, slacktest.CheckMessage([]byte(c.message)), c.path, c.code)
	}
}

func checks(t *testing.T, what string, got []slacktest.Problem, path, code string) {
	t.Helper()
	if code == "" && len(got) > 0 || code != "" && (len(got) != 1 || got[0].Path != path || got[0].Code != code) {
		t.Errorf("%s: %v, want %q at %q", what, got, code, path)
	}
}

func TestViews(t *testing.T) {
	in := `{"type":"input","label":` + name + `,"element":{"type":"plain_text_input","focus_on_load":true}}`
	view := func(more string) string { return `{"type":"modal","title":` + name + more + `}` }
	for _, c := range []struct{ what, view, path, code string }{
		{"modal", view(`,"submit":` + name + `,"blocks":[` + in + `]`), "", ""},
		{"home", `{"type":"home","blocks":[{"type":"divider"}]}`, "", ""},
		{"neither", `{"type":"tab","blocks":[]}`, "/type", "invalid_arguments"},
		{"no JSON", `{`, "", "invalid_arguments"},
		{"no title", `{"type":"modal","blocks":[]}`, "", "invalid_arguments"},
		{"long title", `{"type":"modal","title":` + plainOf(25) + `,"blocks":[]}`, "/title/text", "invalid_arguments"},
		{"long submit", view(`,"blocks":[],"submit":` + plainOf(25)), "/submit/text", "invalid_arguments"},
		{"long close", view(`,"blocks":[],"close":` + plainOf(25)), "/close/text", "invalid_arguments"},
		{"long private_metadata", view(`,"blocks":[],"private_metadata":"` + of(3001) + `"`), "/private_metadata", "invalid_arguments"},
		{"long callback_id", view(`,"blocks":[],"callback_id":"` + of(256) + `"`), "/callback_id", "invalid_arguments"},
		{"input without submit", view(`,"blocks":[` + in + `]`), "/submit", "invalid_arguments"},
		{"the focus twice", view(`,"submit":` + name + `,"blocks":[` + in + `,` + in + `]`), "/blocks/1/element/focus_on_load", "invalid_arguments"},
		{"100 blocks", view(`,"blocks":[` + many(100, `{"type":"divider"}`) + `]`), "", ""},
		{"101 blocks", view(`,"blocks":[` + many(101, `{"type":"divider"}`) + `]`), "/blocks", "invalid_arguments"},
		{"a block of messages", view(`,"blocks":[{"type":"markdown","text":"x"}]`), "/blocks/0/type", "invalid_arguments"},
		{"an alert", view(`,"blocks":[{"type":"alert","text":` + text + `}]`), "", ""},
		{"251 KB", view(`,"private_metadata":"` + of(90000) + `","blocks":[]`), "", "view_too_large"},
	} {
		checks(t, c.what, slacktest.CheckView([]byte(c.view)), c.path, c.code)
	}
}

// TestTheCardsOfThisSurfacePass: what the front door draws is what the fake takes.
func TestTheCardsOfThisSurfacePass(t *testing.T) {
	files, err := filepath.Glob("../testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range slacktest.CheckMessage(raw) {
			t.Errorf("%s: %s", f, p)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, l := range limits() {
		f.Add(`{"blocks":[` + l.block(1) + `]}`)
	}
	f.Add(`{"type":"modal","title":` + name + `,"blocks":[null,1,{"type":2},{"type":"actions","elements":[[]]}]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		for _, p := range append(slacktest.CheckMessage([]byte(raw)), slacktest.CheckView([]byte(raw))...) {
			if p.Code == "" || p.Text == "" || p.Path != "" && p.Path[0] != '/' {
				t.Errorf("%+v", p)
			}
		}
	})
}
