package chat

import (
	"context"

	"orderly.example/bot"
	"orderly.example/ops"
)

// person is whom an account belongs to: by the people file, or, where that is allowed, by the e-mail address.
func (d *Door) person(ctx context.Context, account string) (ops.User, error) {
	surface := d.Platform.Name()
	if u, ok := d.Desk.Identities.ByAccount(surface, account); ok {
		return u, nil
	}
	if d.Emails {
		address, err := d.Platform.Email(ctx, account)
		if err != nil {
			return ops.User{}, err
		}
		if u, ok := d.Desk.Identities.ByEmail(address); ok {
			return u, nil
		}
	}
	return ops.User{}, bot.NotLinked(surface, account)
}

// speaker is a person at the place where they did something; what they ask for is announced there by its first message.
func (d *Door) speaker(ctx context.Context, x Delivery, f *first) (bot.Speaker, error) {
	u, err := d.person(ctx, x.By.Account)
	if err != nil {
		return bot.Speaker{}, err
	}
	who := bot.Speaker{User: u, Origin: ops.Origin{Surface: d.Platform.Name(), Channel: x.By.Place.Channel, Thread: x.By.Place.Thread}}
	if f != nil {
		who.Fresh = !x.Again && !f.tried
		who.Announce = func(ctx context.Context, s ops.Status) string { return f.announce(ctx, x, s) }
	}
	return who, nil
}

// lang is the language of an account.
func (d *Door) lang(a Asker) string {
	if u, ok := d.Desk.Identities.ByAccount(d.Platform.Name(), a.Account); ok && u.Lang != "" {
		return u.Lang
	}
	if a.Lang != "" {
		return a.Lang
	}
	return ops.English
}
