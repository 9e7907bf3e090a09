package bot

import (
	"context"
	"strings"

	"orderly.example/ops"
)

// Say does what one line of chat asks for. The key is that of the delivery: the same line delivered again starts
// nothing new. An error is what to show instead; together with an Outcome.Form it says what is wrong with the values.
func (d *Desk) Say(ctx context.Context, who Speaker, text, key string) (Outcome, error) {
	if who.User.ID == "" {
		return Outcome{}, nobody()
	}
	c, err := Parse(text, d.Operations)
	if err != nil {
		return Outcome{}, err
	}
	switch c.Kind {
	case CommandRequest, CommandForm:
		return d.sayRequest(ctx, who, c, key)
	case CommandAct:
		return d.sayAct(ctx, who, c, key)
	case CommandShow:
		return d.sayShow(ctx, c.ID)
	case CommandList:
		return d.sayList(ctx, who, c)
	default:
		t, err := d.Help(ctx, who, c.Operation.Name, c.All)
		o := Outcome{Text: t}
		if c.Operation.Name == "" {
			o.Menu = d.allowedTo(ctx, who)
		}
		return o, err
	}
}

func (d *Desk) sayRequest(ctx context.Context, who Speaker, c Command, key string) (Outcome, error) {
	r := c.Request
	r.By, r.From, r.Key = who.User, who.Origin, key
	if c.At != "" {
		in, err := zone(r.TimeZone, d.now().Location())
		if err != nil {
			return Outcome{}, err
		}
		if r.At, err = StartTime(c.At, d.now(), in); err != nil {
			return Outcome{}, err
		}
	}
	form, err := d.Fill(ctx, r)
	if err != nil {
		return Outcome{}, err
	}
	if c.Kind == CommandForm {
		return Outcome{Form: &form, Text: formText(form)}, nil
	}
	id, err := d.start(ctx, r, who)
	if err != nil {
		o := Outcome{}
		if !form.Complete() {
			o.Form = &form
		}
		return o, err
	}
	return Outcome{ChangeID: id, Text: ops.Textf("%s: %s", "%s:%s", id, Line(c.Operation, r))}, nil
}

// formText asks in words for what a form would ask for.
func formText(f Form) ops.Text {
	lines := []ops.Text{ops.Textf("%s: %s", "%s:%s", f.Operation.Name, f.Operation.Help)}
	for _, x := range f.Asked() {
		why := x.Error
		if why.IsZero() {
			why = ops.Textf("missing", "缺少")
		}
		lines = append(lines, ops.Textf("  %s: %s (%s)%s", "  %s:%s(%s)%s", x.Param.Name, x.Param.Help, why, among(x.Options)))
	}
	lines = append(lines, ops.Textf("write for example: %s", "例如:%s", f.Operation.Example))
	return ops.JoinTexts(lines, ops.Plain("\n"))
}

func among(options []string) ops.Text {
	if len(options) == 0 {
		return ops.Text{}
	}
	return ops.Textf("; one of %s", ";可选 %s", short(options))
}

func (d *Desk) sayAct(ctx context.Context, who Speaker, c Command, key string) (Outcome, error) {
	act := ops.Act{Kind: c.Act, By: who.User, Surface: who.Origin.Surface, Note: c.Note, Key: key}
	if c.Act == ops.ActApprove || c.Act == ops.ActReject {
		hash, err := d.planOf(ctx, c)
		if err != nil {
			return Outcome{ChangeID: c.ID}, err
		}
		act.PlanHash = hash
	}
	reply, err := d.Act(ctx, c.ID, act)
	if err != nil {
		return Outcome{ChangeID: c.ID}, err
	}
	return Outcome{ChangeID: c.ID, Text: ops.Textf("%s: %s", "%s:%s", c.ID, reply.Text), Reply: &reply}, nil
}

// planOf is the hash of the plan that an answer is about: the one that the person named, or the present one.
func (d *Desk) planOf(ctx context.Context, c Command) (string, error) {
	s, err := d.Status(ctx, c.ID)
	if err != nil {
		return "", err
	}
	if s.Plan == nil {
		return "", ops.Errorf(ops.Conflict, "%s is %s and has no plan yet that one could answer to; look again in a moment: show %[1]s", "%s 状态为 %s,尚无可审批的预案;请稍后查看:show %[1]s", c.ID, s.State.Text())
	}
	if !strings.HasPrefix(s.Plan.Hash, c.Plan) {
		return "", ops.Errorf(ops.Conflict, "the plan of %s has changed since you saw %s; look at it again: show %[1]s", "%s 的预案在您查看 %s 之后已变化,请重新查看:show %[1]s", c.ID, c.Plan)
	}
	return s.Plan.Hash, nil
}

func (d *Desk) sayShow(ctx context.Context, id string) (Outcome, error) {
	s, err := d.Status(ctx, id)
	if err != nil {
		return Outcome{ChangeID: id}, err
	}
	return Outcome{ChangeID: id, Status: &s, Text: d.Phrases().Text(s)}, nil
}

func (d *Desk) sayList(ctx context.Context, who Speaker, c Command) (Outcome, error) {
	if c.Mine {
		c.Filter.Requester = who.User.ID
	}
	if id := c.Filter.Requester; id != "" {
		if _, err := d.Identities.Find(id); err != nil && id != who.User.ID {
			return Outcome{}, err
		}
	}
	page, err := d.List(ctx, c.Filter)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Page: &page, Text: d.Phrases().Page(page)}, nil
}
