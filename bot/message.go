package bot

import (
	"slices"
	"time"

	"orderly.example/ops"
)

// maxShown bounds how many lines of one sort a message shows; the rest is counted.
const maxShown = 20

// message collects the lines of one status.
type message struct {
	phrases Phrases
	status  ops.Status
	lines   []ops.Text
}

// add adds a line. Whatever was written elsewhere loses what a terminal could obey.
func (m *message) add(en, zh string, args ...any) {
	t := ops.Textf(en, zh, args...)
	m.lines = append(m.lines, ops.Text{En: neutral(t.En), Zh: neutral(t.Zh)})
}

func (m *message) title() {
	s := m.status
	state := s.State.Text()
	if s.State == ops.Planned && s.Request.DryRun && !s.ClosedAt.IsZero() {
		state = ops.Textf("planned only, nothing was done", "仅生成预案,未执行")
	}
	if s.Waiting.IsZero() {
		m.add("%s: %s", "%s:%s", s.ID, state)
		return
	}
	m.add("%s: %s (%s)", "%s:%s(%s)", s.ID, state, s.Waiting)
}

func (m *message) request() {
	s := m.status
	r := s.Request
	r.Reason = ""
	m.add("  %s", "  %s", m.phrases.Line(r))
	m.add("  asked by %s on %s, %s; risk: %s", "  申请人:%s,入口:%s,时间:%s,风险:%s", whom(r.By), r.From.Surface, m.phrases.when(s.CreatedAt), risk(s.Risk))
	if s.Request.Reason != "" {
		m.add("  reason: %s", "  原因:%s", s.Request.Reason)
	}
}

func (m *message) plan() {
	p := m.status.Plan
	if p == nil {
		return
	}
	m.add("plan %s: %s", "预案 %s:%s", hashOf(p), p.Summary)
	for _, d := range p.Diffs[:min(len(p.Diffs), maxShown)] {
		m.add("  %s %s: %s -> %s", "  %s %s:%s -> %s", d.Object, d.Field, dash(d.From), dash(d.To))
	}
	m.rest(len(p.Diffs))
	if !p.Blast.Text.IsZero() {
		m.add("  reach: %s", "  影响范围:%s", p.Blast.Text)
	}
	for _, n := range p.Notes {
		m.add("  note: %s", "  注意:%s", n)
	}
	if !p.Undo.IsZero() {
		m.add("  to undo: %s", "  撤销方式:%s", p.Undo)
	}
}

func (m *message) decision() {
	d := m.status.Decision
	if d == nil {
		return
	}
	if e := m.status.Error; e == nil || e.Text != d.Why {
		m.add("policy: %s", "策略:%s", d.Why)
	}
	if z := d.Freeze; z != nil && z.Broken {
		m.add("  freeze %q until %s was broken: %s", "  已紧急突破封网 %q(至 %s):%s", z.Name, m.phrases.when(z.Until), z.Why)
	} else if z != nil {
		m.add("  freeze %q until %s: %s", "  封网 %q 至 %s:%s", z.Name, m.phrases.when(z.Until), z.Why)
	}
}

func (m *message) approvals() {
	s := m.status
	if s.Decision != nil && s.Decision.Need != nil {
		m.add("approvals: needs %s", "审批:需要 %s", s.Decision.Need.Text())
	}
	for _, a := range s.Approvals {
		said := ops.Text{En: "rejects", Zh: "驳回"}
		if a.Approve {
			said = ops.Text{En: "approves", Zh: "批准"}
		}
		m.add("  %s %s on %s, %s%s", "  %s %s,入口:%s,时间:%s%s", whom(a.By), said, a.Surface, m.phrases.when(a.At), remark(a.Note))
	}
}

func (m *message) steps() {
	s := m.status
	if len(s.Steps) > 0 {
		m.add("steps:", "步骤:")
	}
	for _, x := range s.Steps[max(0, len(s.Steps)-maxShown):] {
		m.add("  %s%s %s: %s%s", "  %s%s %s:%s%s", undoing(x), x.Name, x.Object, stepState(x.State), took(x))
		if x.Error != nil {
			m.add("    %s", "    %s", x.Error.Text)
		}
	}
	for _, p := range s.Progress[:min(len(s.Progress), maxShown)] {
		if p.Text.IsZero() {
			p.Text = ops.Text{En: "ready", Zh: "就绪"}
		}
		m.add("  %s: %d/%d %s%s", "  %s:%d/%d %s%s", p.Object, p.Done, p.Total, p.Text, attempt(p))
	}
}

func (m *message) answer() {
	a := m.status.Answer
	if a == nil {
		return
	}
	m.add("%s", "%s", a.Text)
	if len(a.Rows) > 0 {
		m.lines = append(m.lines, ops.Text{En: table(a.Columns, a.Rows, ops.English), Zh: table(a.Columns, a.Rows, ops.Chinese)})
	}
}

func (m *message) end() {
	s := m.status
	if s.Error != nil {
		m.add("error: %s", "错误:%s", s.Error.Text)
	}
	if !s.ClosedAt.IsZero() {
		m.add("over at %s, after %s", "结束于 %s,用时 %s", m.phrases.when(s.ClosedAt), s.ClosedAt.Sub(s.CreatedAt).Round(time.Second))
	}
	if s.ReviewOwed {
		m.add("a freeze was broken: somebody else must look at it afterwards", "已紧急突破封网,须由他人事后复核")
	}
}

// next says what one may do now, as lines that one could type.
func (m *message) next() {
	s := m.status
	var lines []string
	for _, kind := range s.CanContinue {
		lines = append(lines, m.act(kind))
	}
	if s.ReviewOwed && !slices.Contains(s.CanContinue, ops.ActReview) && !s.ClosedAt.IsZero() {
		lines = append(lines, m.act(ops.ActReview))
	}
	if s.Undoable {
		lines = append(lines, m.phrases.typed("undo "+s.ID))
	}
	if len(lines) > 0 {
		m.add("next:", "可执行:")
	}
	for _, l := range lines {
		m.add("  %s", "  %s", l)
	}
	if s.Demo {
		m.add("demo cloud: nothing real is touched", "演示云:不影响任何真实资源")
	}
}

// act is the line of an act; an answer to a plan names the plan.
func (m *message) act(kind ops.ActKind) string {
	line := string(kind) + " " + m.status.ID
	if m.status.Plan != nil && (kind == ops.ActApprove || kind == ops.ActReject) {
		name := "plan"
		if m.phrases.Shell {
			name = "plan-hash" // --plan is taken: it only plans
		}
		line += " " + m.phrases.value(name, hashOf(m.status.Plan))
	}
	return m.phrases.typed(line)
}

func (m *message) rest(n int) {
	if n > maxShown {
		m.add("  … and %d more", "  …… 另有 %d 项", n-maxShown)
	}
}
