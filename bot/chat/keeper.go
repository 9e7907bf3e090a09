package chat

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"orderly.example/bot"
	"orderly.example/ops"
)

// Keeper keeps what a platform shows of changes as they are: the one message of each, the copies for those who are asked,
// and what is said beside. It holds nothing that a change does not keep for it.
type Keeper struct {
	Desk     *bot.Desk
	Outbox   *Outbox
	Platform Platform
	Lifetime time.Duration // after which a message takes no more answers; 0: it always does
	Clock    func() time.Time
	Logger   *slog.Logger

	follower follower
}

// Notify makes the platform show a change as it is now.
func (k *Keeper) Notify(ctx context.Context, n ops.Notice) (ops.Receipt, error) {
	s, err := k.Desk.Status(ctx, n.Change)
	if err != nil {
		return ops.Receipt{}, err
	}
	r := readRef(n.Ref)
	again := n.Again || r.Unsure
	if err := k.showMain(ctx, &r, n.From, s, again); err != nil {
		return ops.Receipt{}, err
	}
	for _, x := range notes(s, k.Desk.Identities) {
		if r.told(x.name) {
			continue
		}
		if err := k.tell(ctx, &r, s, x, again); err != nil {
			return ops.Receipt{}, err
		}
		r.Told = append(r.Told, x.name)
	}
	if err := k.showCopies(ctx, r, s); err != nil {
		return ops.Receipt{}, err
	}
	k.follow(s, r)
	return ops.Receipt{Ref: r.String(), Renew: k.renew(r)}, nil
}

// renew is when the message should be posted anew: a day before it takes no more answers.
func (k *Keeper) renew(r ref) time.Time {
	if k.Lifetime == 0 {
		return time.Time{}
	}
	return r.At.Add(k.Lifetime - 24*time.Hour)
}

// showMain edits the message of the change, or posts it when there is none, when somebody deleted it, or when the old
// one will soon take no more answers.
func (k *Keeper) showMain(ctx context.Context, r *ref, from ops.Origin, s ops.Status, again bool) error {
	lang := s.Request.By.Lang
	old := k.Lifetime > 0 && s.ClosedAt.IsZero() && !k.Clock().Before(k.renew(*r))
	if r.Main.ID != "" && !old {
		err := k.Outbox.Edit(ctx, r.Main, k.content(s, r.Main.ID, lang))
		if ops.CodeOf(err) != ops.NotFound {
			return err
		}
	}
	if r.Main.ID != "" {
		r.Count, again = r.Count+1, true
	}
	m, err := k.post(ctx, Post{To: Place{Channel: from.Channel, Thread: from.Thread, Direct: r.Direct}, Key: key(s.ID, "card", r.Count), Again: again}, s, lang)
	if err != nil {
		return err
	}
	r.Main, r.At, r.Unsure = m, k.Clock(), false
	return nil
}

// key names a message of a change.
func key(change, what string, count int) string {
	if count == 0 {
		return change + "/" + what
	}
	return change + "/" + what + "/" + string(rune('0'+count%10))
}

// post posts the card of a change; its buttons follow, because they are bound to the message.
func (k *Keeper) post(ctx context.Context, p Post, s ops.Status, lang string) (Message, error) {
	p.Content = k.content(s, "", lang)
	m, err := k.Outbox.Post(ctx, p)
	if err != nil || len(p.Content.Card.Actions) == 0 {
		return m, err
	}
	return m, k.Outbox.Edit(ctx, m, k.content(s, m.ID, lang))
}

func (k *Keeper) content(s ops.Status, at, lang string) Content {
	c := k.Desk.Phrases().Card(s)
	c.At = at
	return Content{Card: &c, Lang: lang}
}

// maxCalled bounds how many people are called to one message.
const maxCalled = 10

// tell says a note: in the thread of the change, where those are mentioned who have an account here; or, when the change
// is asked for in a conversation that they do not see, to each of them with a copy of the card.
func (k *Keeper) tell(ctx context.Context, r *ref, s ops.Status, n note, again bool) error {
	if r.Direct && n.ask {
		return k.askEach(ctx, r, s, n, again)
	}
	p := Post{To: Place{Channel: r.Main.Channel, Thread: r.Main.Thread, Direct: r.Direct}, Key: s.ID + "/" + n.name, Again: again, Loud: n.loud}
	if p.To.Thread == "" && !r.Direct {
		p.To.Thread = r.Main.ID
	}
	p.Content = Content{Text: n.text, Lang: s.Request.By.Lang}
	for _, u := range n.call {
		if account, ok := k.Desk.Identities.Account(k.Platform.Name(), u.ID); ok && len(p.Content.Mention) < maxCalled {
			p.Content.Mention = append(p.Content.Mention, account)
		}
	}
	if n.ask && len(p.Content.Mention) == 0 {
		p.Content.Text = ops.Textf("%s; none of them has an account here, tell them: approve %s", "%s;他们在此均无账号,请告知其执行:approve %s", n.text, s.ID)
	}
	_, err := k.Outbox.Post(ctx, p)
	if ops.CodeOf(err) == ops.Invalid && len(p.Content.Mention) > 0 { // the people file has an account that is none
		k.Logger.WarnContext(ctx, "nobody is mentioned", "change", s.ID, "error", err)
		p.Content.Mention, p.Content.Text = nil, ops.Textf("%s (%s)", "%s(%s)", n.text, called(n.call))
		_, err = k.Outbox.Post(ctx, p)
	}
	return err
}

// called names people.
func called(people []ops.User) string {
	out := make([]string, len(people))
	for i, u := range people {
		out[i] = u.ID
	}
	return strings.Join(out, ", ")
}

// askEach sends the card to everybody who is asked. Somebody who cannot be reached is passed over.
func (k *Keeper) askEach(ctx context.Context, r *ref, s ops.Status, n note, again bool) error {
	for _, u := range n.call {
		account, ok := k.Desk.Identities.Account(k.Platform.Name(), u.ID)
		if !ok || len(r.Copies) >= maxCalled {
			continue
		}
		to, err := k.Platform.Direct(ctx, account)
		if err == nil {
			var m Message
			if m, err = k.post(ctx, Post{To: to, Key: s.ID + "/" + n.name + "/" + u.ID, Again: again}, s, u.Lang); err == nil {
				r.Copies = append(r.Copies, copied{Message: m, Person: u.ID, Lang: u.Lang})
				continue
			}
		}
		if ops.CodeOf(err) == ops.Unavailable || ctx.Err() != nil {
			return err
		}
		k.Logger.WarnContext(ctx, "somebody cannot be asked", "change", s.ID, "person", u.ID, "error", err)
	}
	return nil
}

// showCopies edits the copies. One that was deleted is passed over.
func (k *Keeper) showCopies(ctx context.Context, r ref, s ops.Status) error {
	for _, c := range r.Copies {
		if err := k.Outbox.Edit(ctx, c.Message, k.content(s, c.Message.ID, c.Lang)); err != nil && ops.CodeOf(err) != ops.NotFound {
			return err
		}
	}
	return nil
}
