package bot

import (
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly.example/ops"
)

func TestParseRequests(t *testing.T) {
	const target = "shop.cart.api@idc1/c1:prod"
	scaled := map[string]string{"target": target, "replicas": "6"}
	for _, c := range []struct {
		line string
		want ops.Request
		at   string
	}{
		{line: "scale shop.cart.api@idc1/c1:prod 6"},
		{line: "  /scale   shop.cart.api@idc1/c1:prod\n6 "},
		{line: "@orderly scale shop.cart.api@idc1/c1:prod 6"},
		{line: "<@U0BOT> ops scale shop.cart.api@idc1/c1:prod 6"},
		{line: "@_user_1 Orderly: SCALE shop.cart.api@idc1/c1:prod 6"},
		{line: "/ops scale shop.cart.api@idc1/c1:prod 6"},
		{line: "扩缩容 shop.cart.api@idc1/c1:prod 6"},
		{line: "\uff0f扩缩容\u3000shop.cart.api\uff20idc1\uff0fc1\uff1aprod\u3000\uff16"},
		{line: "scale replicas\uff1d6 \uff0d\uff0dtarget\uff1d\uff53hop.cart.api@idc1/c1:prod"},
		{line: "scale replicas=6 target=shop.cart.api@idc1/c1:prod"},
		{line: "scale replicas=6 shop.cart.api@idc1/c1:prod"},
		{line: "scale --replicas 6 --target shop.cart.api@idc1/c1:prod"},
		{line: "scale —replicas 6 ––target=shop.cart.api@idc1/c1:prod"},
		{line: "scale target=“shop.cart.api@idc1/c1:prod” replicas='6'"},
		{line: "scale 「shop.cart.api@idc1/c1:prod」 6"},
		{line: "scale\u200b shop.cart.api@idc1/c1:prod\u202e 6"},
		{line: "scale " + target + " 6 --reason “双十一\uff0c扩容\uff1a提前” ", want: ops.Request{Reason: "双十一\uff0c扩容\uff1a提前"}},
		{line: "scale " + target + " 6 --reason 'it's 6\"wide'", want: ops.Request{Reason: `it's 6"wide`}},
		{line: `scale ` + target + ` 6 --reason "a \"b\" \\ c"`, want: ops.Request{Reason: `a "b" \ c`}},
		{line: "scale " + target + " 6 原因=大促 --预案", want: ops.Request{Reason: "大促", DryRun: true}},
		{line: "scale " + target + " 6 --plan --hold", want: ops.Request{DryRun: true, Hold: true}},
		{line: "scale --plan " + target + " 6 --hold=false", want: ops.Request{DryRun: true}},
		{line: "scale " + target + " 6 --dry_run true", want: ops.Request{DryRun: true}},
		{line: `scale ` + target + ` 6 --cron "0 8 * * 1-5" --tz Asia/Shanghai`, want: ops.Request{Cron: "0 8 * * 1-5", TimeZone: "Asia/Shanghai"}},
		{line: `scale ` + target + ` 6 --break-glass "checkout is down"`, want: ops.Request{BreakGlass: "checkout is down"}},
		{line: "scale " + target + " 6 --at 2026-11-24T20:00:00+08:00", want: ops.Request{At: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}},
		{line: "scale " + target + " 6 --at 20:00", at: "20:00"},
		{line: "scale --at tomorrow 09:30 " + target + " 6", at: "tomorrow 09:30"},
		{line: "scale " + target + " 6 --at 09:30 明天", at: "09:30 明天"},
		{line: "scale " + target + " 6 --at +30m", at: "+30m"},
		{line: "scale " + target + ` 6 --at "2026-11-25 09:30"`, at: "2026-11-25 09:30"},
	} {
		got, err := Parse(c.line, operations)
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		c.want.Operation, c.want.Params = "scale", scaled
		if !same(got.Request, c.want) || got.Kind != CommandRequest || got.At != c.at {
			t.Errorf("%s: got %+v at %q (%s)", c.line, got.Request, got.At, got.Kind)
		}
	}
}

func same(a, b ops.Request) bool {
	return a.Operation == b.Operation && maps.Equal(a.Params, b.Params) && a.Reason == b.Reason && a.At.Equal(b.At) && a.Cron == b.Cron &&
		a.TimeZone == b.TimeZone && a.BreakGlass == b.BreakGlass && a.DryRun == b.DryRun && a.Hold == b.Hold
}

func TestParseOtherOperations(t *testing.T) {
	for line, want := range map[string]map[string]string{
		"scale fleet shop.*:prod x1.5":             {"targets": "shop.*:prod", "replicas": "x1.5"},
		"Scale.Fleet shop.*:prod -1":               {"targets": "shop.*:prod", "replicas": "-1"},
		"scale fleet shop.*\uff1aprod \uff0b2":     {"targets": "shop.*:prod", "replicas": "+2"},
		"批量扩缩容 shop.*:prod,pay.*:prod 6 mode=keep": {"targets": "shop.*:prod,pay.*:prod", "replicas": "6", "mode": "keep"},
		`note "FOO=bar"`:                           {"title": "FOO=bar"},
		"note 大促\uff0c开始 --urgent":                 {"title": "大促\uff0c开始", "urgent": "true"},
		"note --urgent yes hi":                     {"title": "hi", "urgent": "yes"},
		"note --urgent hi":                         {"title": "hi", "urgent": "true"},
		"note --title=“a b” --to @ann":             {"title": "a b", "to": "@ann"},
		"note title=a --token env:TOKEN":           {"title": "a", "token": "env:TOKEN"},
		"note https://a.example/?q=1 board=":       {"title": "https://a.example/?q=1", "board": ""},
		"schedule list":                            {},
		"定时任务":                                     {},
	} {
		got, err := Parse(line, operations)
		if err != nil || got.Kind != CommandRequest || !maps.Equal(got.Request.Params, want) {
			t.Errorf("%s: got %s %v, %v", line, got.Kind, got.Request.Params, err)
		}
	}
}

func TestParseVerbs(t *testing.T) {
	const id = "scale-abcdefghijkl"
	for line, want := range map[string]Command{
		"approve " + id: {Kind: CommandAct, Act: ops.ActApprove, ID: id},
		"@orderly 同意 " + id + " 看过了,没问题":                {Kind: CommandAct, Act: ops.ActApprove, ID: id, Note: "看过了,没问题"},
		"approve `" + id + "` plan=3FA9C1D2 looks good": {Kind: CommandAct, Act: ops.ActApprove, ID: id, Plan: "3fa9c1d2", Note: "looks good"},
		"批准 Scale-abcdefghijkl --plan 3fa9c1d2":         {Kind: CommandAct, Act: ops.ActApprove, ID: id, Plan: "3fa9c1d2"},
		"reject " + id + ` "too many"`:                  {Kind: CommandAct, Act: ops.ActReject, ID: id, Note: "too many"},
		"驳回 " + id + " x=y z":                           {Kind: CommandAct, Act: ops.ActReject, ID: id, Note: "x=y z"},
		"cancel " + id + " --note later":                {Kind: CommandAct, Act: ops.ActCancel, ID: id, Note: "later"},
		"重试 " + id:                                      {Kind: CommandAct, Act: ops.ActRetry, ID: id},
		"review " + id + " ok":                          {Kind: CommandAct, Act: ops.ActReview, ID: id, Note: "ok"},
		"show " + id:                                    {Kind: CommandShow, ID: id},
		"查看 schedule-scale-abc-2026-11-24T00:00:00Z":    {Kind: CommandShow, ID: "schedule-scale-abc-2026-11-24T00:00:00Z"},
		"ls":                    {Kind: CommandList},
		"list open mine":        {Kind: CommandList, Mine: true, Filter: ops.Filter{Open: true}},
		"列表 未完成 我的":             {Kind: CommandList, Mine: true, Filter: ops.Filter{Open: true}},
		"ls scale fleet failed": {Kind: CommandList, Filter: ops.Filter{Operation: "scale.fleet", State: ops.Failed}},
		"ls waiting-approval by=@chen limit=5 page=abc":  {Kind: CommandList, Filter: ops.Filter{State: ops.WaitingApproval, Requester: "chen", Limit: 5, PageToken: "abc"}},
		"ls shop.cart.api@idc1:prod":                     {Kind: CommandList, Filter: ops.Filter{Service: "shop.cart.api", IDC: "idc1", Env: "prod"}},
		"ls --env prod --state 成功 op=扩容 text=“big sale”": {Kind: CommandList, Filter: ops.Filter{Env: "prod", State: ops.Succeeded, Operation: "scale", Text: "big sale"}},
		"ls service=shop.cart.api idc=idc1 --open":       {Kind: CommandList, Filter: ops.Filter{Service: "shop.cart.api", IDC: "idc1", Open: true}},
		"help":         {Kind: CommandHelp},
		"":             {Kind: CommandHelp},
		"<@U1>":        {Kind: CommandHelp},
		"ops":          {Kind: CommandHelp},
		"?":            {Kind: CommandHelp},
		"帮助 全部":        {Kind: CommandHelp, All: true},
		"help approve": {Kind: CommandHelp},
		"help --all":   {Kind: CommandHelp, All: true},
	} {
		got, err := Parse(line, operations)
		if err != nil || got.Kind != want.Kind || got.Act != want.Act || got.ID != want.ID || got.Note != want.Note || got.Plan != want.Plan || got.Filter != want.Filter || got.Mine != want.Mine || got.All != want.All || got.Operation.Name != "" {
			t.Errorf("%s: got %+v, %v", line, got, err)
		}
	}
	for line, name := range map[string]string{"help scale": "scale", "help scale fleet": "scale.fleet", "帮助 扩容": "scale", "scale --help": "scale"} {
		if got, err := Parse(line, operations); err != nil || got.Kind != CommandHelp || got.Operation.Name != name {
			t.Errorf("%s: got %+v, %v", line, got, err)
		}
	}
	for line, n := range map[string]int{"scale": 0, "scale shop.cart.api:prod": 1, "form scale": 0, "表单 scale shop.cart.api:prod 6": 2} {
		if got, err := Parse(line, operations); err != nil || got.Kind != CommandForm || len(got.Request.Params) != n {
			t.Errorf("%s: got %+v, %v", line, got, err)
		}
	}
}

func TestParseNeverGuesses(t *testing.T) {
	for line, want := range map[string]string{
		"scal shop.cart.api 6":                       `I do not know "scal"; did you mean scale`,
		"please scale shop.cart.api 6":               `I do not know "please"`,
		"scale shop.cart.api 6 because of the sale":  `I do not know what "because of the sale" is for`,
		"scale shop.cart.api replcas=6":              `no parameter or flag "replcas"; did you mean replicas?`,
		"scale shop.cart.api 6 --resaon x":           `no parameter or flag "resaon"; did you mean reason?`,
		"scale shop.cart.api 6 replicas=7":           `I do not know what "6" is for`,
		"scale replicas=6 replicas=7 shop.cart.api":  `it is given twice: "6" and "7"`,
		"scale shop.cart.api 6 --reason":             "--reason needs a value",
		"scale shop.cart.api 6 --reason --plan":      "--reason needs a value",
		"scale shop.cart.api 6 --replicas":           "--replicas needs a value",
		"scale shop.cart.api 6 --at noon":            `"noon" is not a time`,
		"scale shop.cart.api 6 --at 25:00":           `"25:00" is not a time`,
		"scale shop.cart.api 6 --plan=maybe":         "neither yes nor no",
		`scale shop.cart.api 6 --reason "open`:       "is not closed",
		"note a token=env:A token=env:B":             `"***" and "***"`,
		"approve":                                    `which change? write "approve <id>"`,
		"approve it":                                 `"it" is not the id`,
		"approve scale-abcdefghijkl --plna 3fa9c1d2": "takes no --plna; did you mean plan?",
		"approve scale-abcdefghijkl plan=yes":        "is not the hash of a plan",
		"show scale-abcdefghijkl now":                "show takes one id",
		"ls opne":                                    "did you mean open",
		"ls stat=x":                                  `no filter "stat"; did you mean state`,
		"ls state=waiting":                           `there is no state "waiting"`,
		"ls limit=0":                                 "from 1 to 200",
		"help scael":                                 "did you mean scale",
		"form":                                       "the form of which operation",
		strings.Repeat("a", maxLine+1):               "is longer than",
	} {
		got, err := Parse(line, operations)
		if err == nil {
			t.Errorf("%.60s: understood as %+v", line, got)
			continue
		}
		if text := ops.TextOf(err); !strings.Contains(text.En, want) || text.Zh == "" {
			t.Errorf("%.60s: want %q in %q", line, want, text.En)
		}
	}
}

func TestParseSaysAllThatIsWrong(t *testing.T) {
	_, err := Parse("scale shop.cart.api 6 1m more --resaon x --at noon", operations)
	if text := ops.TextOf(err).En; !strings.Contains(text, "more") || !strings.Contains(text, "resaon") || !strings.Contains(text, "noon") {
		t.Errorf("got %s", text)
	}
}

// drawRequest draws a checked request of any operation.
func drawRequest(t *rapid.T) (ops.Operation, ops.Request) {
	op := rapid.SampledFrom(operations).Draw(t, "operation")
	text := rapid.Custom(func(t *rapid.T) string { return tidy(rapid.String().Draw(t, "text")) })
	r := ops.Request{Operation: op.Name, Params: map[string]string{}, Reason: text.Draw(t, "reason"), BreakGlass: text.Draw(t, "glass")}
	for _, p := range op.Params {
		var v string
		switch p.Kind {
		case ops.KindTarget, ops.KindTargets:
			v = rapid.SampledFrom([]string{"shop.cart.api@idc1/c1:prod", "fleet", "shop.*", "*", "a.b", "shop.a:prod,pay.b@*/c1:test"}).Draw(t, p.Name)
		case ops.KindInt:
			v = rapid.SampledFrom([]string{"0", "6", "500"}).Draw(t, p.Name)
		case ops.KindString:
			v = text.Draw(t, p.Name)
			if p.Pattern != "" {
				v = rapid.StringMatching(p.Pattern).Draw(t, p.Name)
			}
		case ops.KindBool:
			v = rapid.SampledFrom([]string{"true", "false"}).Draw(t, p.Name)
		case ops.KindTime:
			v = "2026-11-24T09:30:00+08:00"
		case ops.KindEnum:
			v = rapid.SampledFrom(p.Options).Draw(t, p.Name)
		case ops.KindUser:
			v = "chen"
		case ops.KindDuration:
			v = "1h30m0s"
		case ops.KindSecret:
			continue // masked
		}
		if v != "" && (p.Required || rapid.Bool().Draw(t, "with "+p.Name)) {
			r.Params[p.Name] = v
		}
	}
	if rapid.Bool().Draw(t, "later") {
		r.At = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).UTC()
	}
	r.Cron = rapid.SampledFrom([]string{"", "0 8 * * 1-5", "*/5 0,12 1 jan mon"}).Draw(t, "cron")
	r.TimeZone = rapid.SampledFrom([]string{"", "UTC", "America/Port-au-Prince"}).Draw(t, "zone")
	r.DryRun, r.Hold = rapid.Bool().Draw(t, "plan"), rapid.Bool().Draw(t, "hold")
	return op, r
}

func TestALineIsItsRequest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		op, r := drawRequest(t)
		line := Line(op, r)
		if len(line) > maxLine {
			t.Skip("too long for a line") // nobody can type it, and rapid draws another
		}
		got, err := Parse(line, operations)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if !same(got.Request, r) || got.At != "" {
			t.Fatalf("%s:\ngot  %+v\nwant %+v", line, got.Request, r)
		}
	})
}

func TestLineMasksSecrets(t *testing.T) {
	line := Line(op(t, "note"), request("note", map[string]string{"title": "x", "token": "env:TOKEN", "board": "lobby"}))
	if line != `note "x" token=*** board=lobby` {
		t.Error(line)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"scale shop.cart.api@idc1/c1:prod 6", "@orderly 扩缩容 shop.cart.api:prod 6 —reason “大促”", "approve scale-abcdefghijkl plan=3fa9c1d2 ok",
		"ls open env=prod", `note "a \" b" --token env:A`, "help --all", "「」=『", "-- = —", "scale --at tomorrow 09:30", "<@U1> ops ops ?",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, err := Parse(line, operations)
		if err != nil {
			if e := ops.AsError(err); e == nil || e.Text.En == "" || e.Text.Zh == "" {
				t.Fatalf("an error without words: %v", err)
			}
			return
		}
		if c.Kind != CommandRequest || c.Request.Params["token"] != "" {
			return
		}
		for name, v := range c.Request.Params {
			if v == "" {
				delete(c.Request.Params, name)
			}
		}
		again, err := Parse(Line(c.Operation, c.Request), operations)
		if len(Line(c.Operation, c.Request)) > maxLine {
			return
		}
		if err != nil || !same(again.Request, c.Request) {
			t.Fatalf("%q became %q: %+v, %v", line, Line(c.Operation, c.Request), again.Request, err)
		}
	})
}
