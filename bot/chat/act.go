package chat

import (
	"context"
	"time"

	"orderly.example/bot"
	"orderly.example/ops"
)

// do does a delivery once. An Unavailable error means that it is worth trying again.
func (d *Door) do(ctx context.Context, x Delivery, f *first) (Answer, error) {
	if x.Kind == Home {
		return Answer{}, d.home(ctx, x)
	}
	if x.By.Place.Channel == "" {
		place, err := d.Platform.Direct(ctx, x.By.Account)
		if err != nil {
			return Answer{}, err
		}
		x.By.Place = place
	}
	who, err := d.speaker(ctx, x, f)
	if err != nil {
		return Answer{}, err
	}
	switch x.Kind {
	case Press:
		return d.press(ctx, who, x)
	case Submit:
		o, err := d.Desk.Filled(ctx, who, x.Form, x.Values, x.Key)
		return d.reply(ctx, x, o, err)
	default:
		o, err := d.Desk.Say(ctx, who, x.Text, x.Key)
		return d.reply(ctx, x, o, err)
	}
}

// press does what a button says.
func (d *Door) press(ctx context.Context, who bot.Speaker, x Delivery) (Answer, error) {
	p, err := bot.ReadPress(x.Press, x.By.On)
	if err != nil {
		return Answer{}, err
	}
	switch {
	case p.Say != "":
		o, err := d.Desk.Say(ctx, who, p.Say, x.Key)
		return d.reply(ctx, x, o, err)
	case p.Undo:
		o, err := d.Desk.Say(ctx, who, "undo "+p.Change, x.Key)
		return d.reply(ctx, x, o, err)
	case p.Why && x.Why == "":
		return d.ask(ctx, x, Prompt{Press: &Pressed{Label: p.Act.Text(), Press: p, On: x.By.On}})
	}
	reply, err := d.Desk.Act(ctx, p.Change, ops.Act{Kind: p.Act, By: who.User, Surface: who.Origin.Surface, Note: x.Why, PlanHash: p.Plan, Key: x.Key})
	if err != nil {
		return Answer{}, err
	}
	d.beside(func() { d.refresh(x, p.Change, who.User.Lang) })
	return d.answer(ctx, x, p.Change, reply), nil
}

// answer tells a person what came of an act. Refused or not, others see it on the card.
func (d *Door) answer(ctx context.Context, x Delivery, change string, r ops.Reply) Answer {
	text := r.Text
	if !r.Accepted {
		text = d.withLinks(ctx, change, text)
	}
	if d.Patience == 0 || x.Kind == Say {
		d.whisper(x, text)
	}
	return Answer{Text: text, Bad: !r.Accepted}
}

// withLinks adds where a person can go on, such as to the portal when an approval may not be given here.
func (d *Door) withLinks(ctx context.Context, change string, t ops.Text) ops.Text {
	s, err := d.Desk.Status(ctx, change)
	if err != nil {
		return t
	}
	for _, l := range d.Desk.Phrases().Card(s).Links {
		t = ops.Textf("%s\n%s: %s", "%s\n%s:%s", t, l.Label, l.URL)
	}
	return t
}

const (
	refreshTime  = 30 * time.Second
	maxRefreshes = 10
)

// refresh shows the change as it is now on the message that was clicked on. The change tells of its turns at the same
// time: when it has moved on during the edit, what was written may have come after something newer, and is written anew.
func (d *Door) refresh(x Delivery, change, lang string) {
	ctx, cancel := context.WithTimeout(d.ending, refreshTime)
	defer cancel()
	s, err := d.Desk.Status(ctx, change)
	if err != nil || x.By.On == "" {
		return
	}
	m := Message{Channel: x.By.Place.Channel, Thread: x.By.Place.Thread, ID: x.By.On}
	if !x.By.Place.Direct {
		lang = s.Request.By.Lang
	}
	for range maxRefreshes {
		if err := d.Outbox.Edit(ctx, m, d.Keeper.content(s, m.ID, lang)); err != nil {
			d.Logger.Warn("a message could not be renewed", "change", change, "error", err)
			return
		}
		now, err := d.Desk.Status(ctx, change)
		if err != nil || now.UpdatedAt.Equal(s.UpdatedAt) {
			return
		}
		s = now
	}
}

// ask shows a form. One that cannot be shown is said in words.
func (d *Door) ask(ctx context.Context, x Delivery, p Prompt) (Answer, error) {
	x.By.Lang = d.lang(x.By)
	return Answer{}, d.Platform.Ask(ctx, x.By, p)
}

// reply shows what came of a line or a form.
func (d *Door) reply(ctx context.Context, x Delivery, o bot.Outcome, err error) (Answer, error) {
	lang := d.lang(x.By)
	switch {
	case err != nil && (o.Form == nil || ops.CodeOf(err) == ops.Unavailable):
		return Answer{}, err
	case o.Form != nil:
		return d.ask(ctx, x, Prompt{Form: o.Form})
	case o.Reply != nil:
		return d.answer(ctx, x, o.ChangeID, *o.Reply), nil
	case o.Status != nil:
		_, err := d.Keeper.post(ctx, Post{To: x.By.Place, Key: x.Key, Again: x.Again}, *o.Status, lang)
		return Answer{}, err
	case o.ChangeID != "":
		return Answer{Text: o.Text}, nil // it was announced
	case o.Page != nil:
		c := d.Desk.Phrases().PageCard(*o.Page)
		_, err := d.Outbox.Post(ctx, Post{To: x.By.Place, Key: x.Key, Again: x.Again, Content: Content{Card: &c, Lang: lang}})
		return Answer{}, err
	}
	if len(o.Menu) > 0 {
		return Answer{}, d.Platform.Whisper(ctx, x.By, Content{Card: menu(o), Lang: lang})
	}
	return Answer{}, d.Platform.Whisper(ctx, x.By, Content{Text: o.Text, Lang: lang})
}
