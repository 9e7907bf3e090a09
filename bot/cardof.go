package bot

import (
	"slices"
	"strings"
	"time"

	"orderly.example/ops"
)

// maxShown bounds how many lines of one sort a card shows; the rest is counted.
const maxShown = 20

// Card says everything that a person should know about a change.
func (p Phrases) Card(s ops.Status) Card {
	b := cardBuilder{phrases: p, status: s}
	c := Card{ID: s.ID, Title: b.title(), Tone: toneOf(s), Actions: b.actions()}
	for _, section := range []Section{b.request(), b.plan(), b.policy(), b.approvals(), b.steps(), b.answer(), b.failure(), b.end()} {
		if !section.Head.IsZero() || len(section.Lines) > 0 {
			c.Sections = append(c.Sections, section)
		}
	}
	if p.Links != nil {
		c.Links = p.Links(s)
	}
	if s.Demo {
		c.Foot = say("demo cloud: nothing real is touched", "演示云:不影响任何真实资源")
	}
	return c
}

// cardBuilder makes the parts of the card of one status.
type cardBuilder struct {
	phrases Phrases
	status  ops.Status
}

// say is a text in which whatever was written elsewhere has lost what a terminal could obey.
func say(en, zh string, args ...any) ops.Text {
	t := ops.Textf(en, zh, args...)
	return ops.Text{En: neutral(t.En), Zh: neutral(t.Zh)}
}

func (s *Section) add(en, zh string, args ...any) {
	s.Lines = append(s.Lines, Fact{Text: say(en, zh, args...)})
}

// toneOf is the tone of a state.
func toneOf(s ops.Status) Tone {
	switch s.State {
	case ops.WaitingApproval, ops.Held, ops.Paused:
		return ToneAsks
	case ops.Running, ops.Verifying, ops.Undoing:
		return ToneRuns
	case ops.Succeeded:
		return ToneGood
	case ops.Failed, ops.RolledBack, ops.Refused, ops.Expired:
		return ToneBad
	}
	return ToneCalm
}

func (b cardBuilder) title() ops.Text {
	s := b.status
	state := s.State.Text()
	if s.State == ops.Planned && s.Request.DryRun && !s.ClosedAt.IsZero() {
		state = ops.Textf("planned only, nothing was done", "仅生成预案,未执行")
	}
	if s.Waiting.IsZero() {
		return say("%s: %s", "%s:%s", s.ID, state)
	}
	return say("%s: %s (%s)", "%s:%s(%s)", s.ID, state, s.Waiting)
}

func (b cardBuilder) request() Section {
	s, out := b.status, Section{Part: PartRequest}
	r := s.Request
	r.Reason = ""
	out.add("%s", "%s", b.phrases.Line(r))
	out.add("asked by %s on %s, %s; risk: %s", "申请人:%s,入口:%s,时间:%s,风险:%s", whom(r.By), r.From.Surface, b.phrases.when(s.CreatedAt), risk(s.Risk))
	if s.Request.Reason != "" {
		out.add("reason: %s", "原因:%s", s.Request.Reason)
	}
	return out
}

func (b cardBuilder) plan() Section {
	p, out := b.status.Plan, Section{Part: PartPlan}
	if p == nil {
		return out
	}
	out.Head = say("plan %s: %s", "预案 %s:%s", hashOf(p), p.Summary)
	for _, d := range p.Diffs[:min(len(p.Diffs), maxShown)] {
		out.add("%s %s: %s -> %s", "%s %s:%s -> %s", d.Object, d.Field, dash(d.From), dash(d.To))
	}
	if more := len(p.Diffs) - maxShown; more > 0 {
		out.add("… and %d more", "…… 另有 %d 项", more)
	}
	if !p.Blast.Text.IsZero() {
		out.add("reach: %s", "影响范围:%s", p.Blast.Text)
	}
	for _, n := range p.Notes {
		out.add("note: %s", "注意:%s", n)
	}
	if !p.Undo.IsZero() {
		out.add("to undo: %s", "撤销方式:%s", p.Undo)
	}
	return out
}

func (b cardBuilder) policy() Section {
	d, out := b.status.Decision, Section{Part: PartPolicy}
	if d == nil {
		return out
	}
	if e := b.status.Error; e == nil || e.Text != d.Why {
		out.Head = say("policy: %s", "策略:%s", d.Why)
	}
	if z := d.Freeze; z != nil && z.Broken {
		out.add("freeze %q until %s was broken: %s", "已紧急突破封网 %q(至 %s):%s", z.Name, b.phrases.when(z.Until), z.Why)
	} else if z != nil {
		out.add("freeze %q until %s: %s", "封网 %q 至 %s:%s", z.Name, b.phrases.when(z.Until), z.Why)
	}
	return out
}

func (b cardBuilder) approvals() Section {
	s, out := b.status, Section{Part: PartApprovals}
	if s.Decision != nil && s.Decision.Need != nil {
		out.Head = say("approvals: needs %s", "审批:需要 %s", s.Decision.Need.Text())
	}
	if still := b.voters(); len(still) > 0 {
		out.add("may answer: %s", "可审批:%s", strings.Join(still, ", "))
	}
	for _, a := range s.Approvals {
		said := ops.Text{En: "rejects", Zh: "驳回"}
		if a.Approve {
			said = ops.Text{En: "approves", Zh: "批准"}
		}
		out.add("%s %s on %s, %s%s", "%s %s,入口:%s,时间:%s%s", whom(a.By), said, a.Surface, b.phrases.when(a.At), remark(a.Note))
	}
	return out
}

// maxVoters bounds how many people a card names.
const maxVoters = 10

// voters are those who may still answer, while it is waited for.
func (b cardBuilder) voters() []string {
	s := b.status
	if b.phrases.Voters == nil || s.State != ops.WaitingApproval || s.Decision == nil || s.Decision.Need == nil {
		return nil
	}
	var out []string
	for _, u := range b.phrases.Voters(*s.Decision.Need) {
		voted := slices.ContainsFunc(s.Approvals, func(a ops.Approval) bool { return a.By.ID == u.ID })
		if voted || u.ID == s.Request.By.ID {
			continue
		}
		if len(out) == maxVoters {
			return append(out, "…")
		}
		out = append(out, whom(u))
	}
	return out
}

func (b cardBuilder) steps() Section {
	s, out := b.status, Section{Part: PartSteps}
	if len(s.Steps) > 0 {
		out.Head = say("steps:", "步骤:")
	}
	for _, x := range s.Steps[max(0, len(s.Steps)-maxShown):] {
		l := Fact{Text: say("%s%s %s: %s%s", "%s%s %s:%s%s", undoing(x), x.Name, x.Object, stepState(x.State), took(x)), Done: x.State == ops.StepDone}
		if x.Error != nil {
			l.Note = say("%s", "%s", x.Error.Text)
		}
		out.Lines = append(out.Lines, l)
	}
	for _, p := range s.Progress[:min(len(s.Progress), maxShown)] {
		if p.Text.IsZero() {
			p.Text = ops.Text{En: "ready", Zh: "就绪"}
		}
		out.add("%s: %d/%d %s%s", "%s:%d/%d %s%s", p.Object, p.Done, p.Total, p.Text, attempt(p))
	}
	return out
}

func (b cardBuilder) answer() Section {
	a, out := b.status.Answer, Section{Part: PartAnswer}
	if a == nil {
		return out
	}
	out.Head = say("%s", "%s", a.Text)
	if len(a.Rows) > 0 {
		out.Table = &Table{Columns: a.Columns, Rows: neutralRows(a.Rows)}
	}
	return out
}

func neutralRows(rows [][]string) [][]string {
	out := make([][]string, len(rows))
	for i, r := range rows {
		for _, cell := range r {
			out[i] = append(out[i], neutral(cell))
		}
	}
	return out
}

func (b cardBuilder) failure() Section {
	out := Section{Part: PartError}
	if e := b.status.Error; e != nil {
		out.Head = say("error: %s", "错误:%s", e.Text)
	}
	return out
}

func (b cardBuilder) end() Section {
	s, out := b.status, Section{Part: PartEnd}
	var lines []ops.Text
	if !s.ClosedAt.IsZero() {
		lines = append(lines, say("over at %s, after %s", "结束于 %s,用时 %s", b.phrases.when(s.ClosedAt), s.ClosedAt.Sub(s.CreatedAt).Round(time.Second)))
	}
	if s.ReviewOwed {
		lines = append(lines, say("a freeze was broken: somebody else must look at it afterwards", "已紧急突破封网,须由他人事后复核"))
	}
	out.Head = ops.JoinTexts(lines, ops.Plain("\n"))
	return out
}

// actions are what one may do now.
func (b cardBuilder) actions() []Action {
	s := b.status
	kinds := s.CanContinue
	if s.ReviewOwed && !s.ClosedAt.IsZero() && !slices.Contains(kinds, ops.ActReview) {
		kinds = append(slices.Clone(kinds), ops.ActReview)
	}
	var out []Action
	for _, kind := range kinds {
		out = append(out, b.act(kind))
	}
	if s.Undoable {
		out = append(out, Action{
			Undo: true, Label: ops.Text{En: "undo", Zh: "撤销"}, Weight: WeightStop, Line: b.phrases.typed("undo " + s.ID),
			Confirm: say("Ask for the inverse of %s?", "确定要申请撤销 %s 吗?", s.ID),
		})
	}
	return out
}
