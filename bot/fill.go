package bot

import (
	"context"

	"orderly.example/ops"
)

// TargetOptions is the source of the targets that there are.
const TargetOptions = "inventory.targets"

// Fill says what is still to be asked before a request can be made: which values are missing, which are wrong and why,
// and what one may choose from. It asks only for what is missing; optional values are shown and not asked.
func (d *Desk) Fill(ctx context.Context, r ops.Request) (Form, error) {
	op, err := d.Operation(r.Operation)
	if err != nil {
		return Form{}, err
	}
	r.Operation = op.Name
	values, errs := d.checkParams(ctx, op, r.Params)
	form := Form{Operation: op, Request: r}
	for _, p := range op.Params {
		f := Field{Param: p, Value: shown(p, tidy(r.Params[p.Name])), Options: p.Options}
		for _, e := range errs {
			if e.Field == p.Name {
				f.Ask, f.Error = true, e.Text
			}
		}
		if f.Value == "" {
			f.Error = ops.Text{} // it is missing and not wrong
		}
		if f.Ask {
			f.Options = d.choices(ctx, p, values)
		}
		form.Fields = append(form.Fields, f)
	}
	return form, nil
}

// choices are the values one may choose from; a source that does not answer leaves a field to be typed, and what is
// typed is checked later.
func (d *Desk) choices(ctx context.Context, p ops.Param, values map[string]string) []string {
	switch {
	case p.OptionsFrom != "":
		if options, err := d.options(ctx, p, values); err == nil {
			return options
		}
	case targets(p) && d.Options != nil:
		if options, err := d.Options.Options(ctx, TargetOptions, values); err == nil {
			return options
		}
	case p.Kind == ops.KindUser:
		var ids []string
		for _, u := range d.Identities.People() {
			ids = append(ids, u.ID)
		}
		return ids
	case p.Kind == ops.KindBool:
		return []string{"true", "false"}
	}
	return p.Options
}
