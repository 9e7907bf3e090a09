package policy

import (
	"strings"
	"time"
	_ "time/tzdata" // an image without zone files must know Asia/Shanghai too

	"github.com/goccy/go-yaml/ast"

	"orderly.example/ops"
)

// freeze reads one freeze.
func (l *loader) freeze(n ast.Node) ops.Freeze {
	m := l.mapping(n, "name", "why", "from", "to", "weekly", "when", "refuse", "break_glass")
	out := ops.Freeze{Name: l.named(n, m, "freeze"), Refuse: l.flag(m["refuse"]), BreakGlass: l.texts(m["break_glass"])}
	if m == nil {
		return out
	}
	if w, ok := m["why"]; ok {
		out.Why = l.bilingual(w)
	} else {
		l.wrong(n, ops.Textf("why is missing: say in en and zh what people are to read", "缺少 why:请用 en 和 zh 说明原因"))
	}
	l.selectors(m["break_glass"], out.BreakGlass)
	out.Window = l.window(n, m)
	if w, ok := m["when"]; ok && l.text(w) != "" {
		out.When = l.condition(w, ops.Textf("freeze %q", "封网 %q", out.Name), anyTarget)
	}
	return out
}

// window reads when a freeze is on: between two times, or weekly.
func (l *loader) window(n ast.Node, m map[string]ast.Node) ops.Window {
	if w, ok := m["weekly"]; ok {
		if m["from"] != nil || m["to"] != nil {
			l.wrong(n, ops.Textf("from and to exclude weekly; make two freezes of it", "from/to 与 weekly 不能同时使用,请拆成两个封网"))
		}
		return l.weekly(w)
	}
	out := span{from: l.moment(m["from"]), to: l.moment(m["to"])}
	if !out.from.Before(out.to) {
		l.wrong(n, ops.Textf("a freeze needs from and a later to, or weekly", "封网需要 from 和更晚的 to,或 weekly"))
	}
	return out
}

func (l *loader) weekly(n ast.Node) ops.Window {
	m := l.mapping(n, "from", "to", "timezone")
	out := weekly{in: time.UTC}
	out.from, out.to = l.weekTime(n, m, "from"), l.weekTime(n, m, "to")
	if zone := l.required(n, m, "timezone"); zone != "" {
		in, err := time.LoadLocation(zone)
		if err != nil || zone == "Local" {
			l.wrong(m["timezone"], ops.Textf("there is no time zone %q; write an IANA name such as Asia/Shanghai", "没有时区 %q,请写 IANA 名称,例如 Asia/Shanghai", zone))
		} else {
			out.in = in
		}
	}
	if m != nil && out.from == out.to {
		l.wrong(n, ops.Textf("from and to are the same time: the freeze would never end", "from 与 to 相同,封网将永不结束"))
	}
	return out
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// weekTime reads "Fri 18:00".
func (l *loader) weekTime(in ast.Node, m map[string]ast.Node, key string) weekTime {
	s := l.required(in, m, key)
	if s == "" {
		return weekTime{}
	}
	day, clock, _ := strings.Cut(s, " ")
	t, err := time.Parse("15:04", clock)
	for i, d := range weekdays {
		if err == nil && strings.EqualFold(day, d) {
			return weekTime{time.Weekday(i), t.Hour(), t.Minute()}
		}
	}
	l.wrong(m[key], ops.Textf("%q is not a time of the week; write it like \"Fri 18:00\"", "%q 不是每周时间,请写成 \"Fri 18:00\"", s))
	return weekTime{}
}
