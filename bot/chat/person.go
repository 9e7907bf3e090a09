package chat

import (
	"context"

	"orderly.example/bot"
	"orderly.example/ops"
)

// SignIn links accounts to people by the company's own sign-in.
type SignIn interface {
	// Find is the person who has linked an account, also when another process took the link.
	Find(ctx context.Context, surface, account string) (ops.User, bool, error)
	// Invite sends a link to an account that belongs to nobody, once while it counts.
	Invite(surface, account string, send func(link string) error) error
}

// person is whom an account belongs to: by the people file, by their own sign-in, or, where that is allowed, by the
// e-mail address.
func (d *Door) person(ctx context.Context, a Asker) (ops.User, error) {
	surface, account := d.Platform.Name(), a.Account
	if u, ok := d.Desk.Identities.ByAccount(surface, account); ok {
		return u, nil
	}
	if d.SignIn != nil {
		if u, ok, err := d.SignIn.Find(ctx, surface, account); ok || err != nil {
			return u, err
		}
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
	if d.SignIn != nil {
		return ops.User{}, d.invite(ctx, a)
	}
	return ops.User{}, bot.NotLinked(surface, account)
}

// invite sends an account that belongs to nobody a link, where only its owner reads it.
func (d *Door) invite(ctx context.Context, a Asker) error {
	err := d.SignIn.Invite(d.Platform.Name(), a.Account, func(link string) error {
		return d.write(ctx, a, "signin-"+link[max(0, len(link)-16):],
			ops.Textf("I do not know whose account this is. Sign in here, within 15 minutes, and ask again: %s", "我还不知道此账号属于谁。请在 15 分钟内打开链接登录,然后重新发送:%s", link))
	})
	if err != nil {
		return err
	}
	return ops.Errorf(ops.Denied, "I do not know you yet: I have sent you a link to sign in, as a direct message", "尚未识别您的身份:已通过私聊发送登录链接")
}

// Welcome tells the owner of an account that it was linked.
func (d *Door) Welcome(ctx context.Context, l ops.AccountLink) error {
	return d.write(ctx, Asker{Account: l.Account}, "linked-"+l.Account,
		ops.Textf("this account now belongs to %s; if that was not you, tell an operator at once", "此账号现已关联到 %s;若非本人操作,请立即联系运维", l.Person))
}

// write says something to one person, in their conversation with the bot.
func (d *Door) write(ctx context.Context, a Asker, key string, t ops.Text) error {
	to, err := d.Platform.Direct(ctx, a.Account)
	if err != nil {
		return err
	}
	_, err = d.Platform.Post(ctx, Post{To: to, Content: Content{Text: t, Lang: d.lang(a)}, Key: key})
	return err
}

// speaker is a person at the place where they did something; what they ask for is announced there by its first message.
func (d *Door) speaker(ctx context.Context, x Delivery, f *first) (bot.Speaker, error) {
	u, err := d.person(ctx, x.By)
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
