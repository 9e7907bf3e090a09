package chat

import (
	"context"

	"orderly.example/ops"
)

// suggest offers values while a person fills in a form. One who may not ask gets none.
func (d *Door) suggest(ctx context.Context, x Delivery) Answer {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	if _, err := d.person(ctx, x.By.Account); err != nil {
		return Answer{}
	}
	options, err := d.Desk.Suggest(ctx, x.Form, x.Field, x.Text, x.Values)
	if err != nil {
		d.Logger.Warn("no suggestions", "form", x.Form, "field", x.Field, "error", err)
	}
	return Answer{Options: options}
}

// check says what is wrong with a filled-in form while the person still sees it. What cannot be checked in time is taken,
// and checked again when it is done.
func (d *Door) check(ctx context.Context, x Delivery) map[string]ops.Text {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	who, err := d.speaker(ctx, x)
	if err != nil {
		return nil
	}
	wrong, err := d.Desk.CheckFilled(ctx, who, x.Form, x.Values)
	if err != nil || ctx.Err() != nil {
		return nil
	}
	return wrong
}
