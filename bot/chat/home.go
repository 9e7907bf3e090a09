package chat

import (
	"context"

	"orderly.example/ops"
)

// home shows a person what concerns them.
func (d *Door) home(ctx context.Context, x Delivery) error {
	u, err := d.person(ctx, x.By)
	if err != nil {
		return err
	}
	c, err := d.Desk.Home(ctx, u)
	if err != nil {
		return err
	}
	lang := u.Lang
	if lang == "" {
		lang = ops.English
	}
	return d.Platform.Home(ctx, x.By.Account, Content{Card: &c, Lang: lang})
}
