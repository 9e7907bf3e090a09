package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"orderly.example/ops"
)

// checked puts a request into its normal form, or says everything that is wrong with it at once.
func (d *Desk) checked(ctx context.Context, r ops.Request) (ops.Operation, ops.Request, error) {
	op, err := d.Operation(r.Operation)
	if err != nil {
		return op, r, err
	}
	switch {
	case r.By.ID == "":
		return op, r, nobody()
	case r.Key == "" || len(r.Key) > maxKey || r.From.Surface == "":
		return op, r, noKey()
	}
	r.Operation = op.Name
	r.Standing, r.Schedule = nil, "" // only the program sets these
	r.Reason, r.BreakGlass = tidy(r.Reason), tidy(r.BreakGlass)
	values, errs := d.checkParams(ctx, op, r.Params)
	errs = append(errs, d.checkTimes(&r)...)
	if len(r.Reason) > maxReason || len(r.BreakGlass) > maxReason {
		errs = append(errs, ops.Errorf(ops.Invalid, "it is longer than %d characters; shorten it", "超过 %d 个字符,请缩短", maxReason).At("reason"))
	}
	r.Params = values
	return op, r, together(errs)
}

// checkParams checks the values of the parameters, also against people and dynamic options.
func (d *Desk) checkParams(ctx context.Context, op ops.Operation, typed map[string]string) (map[string]string, []*ops.Error) {
	clean := make(map[string]string, len(typed))
	for name, v := range typed {
		clean[name] = tidy(v)
	}
	values, errs := op.Check(clean)
	for _, p := range op.Params {
		v := values[p.Name]
		if v == "" {
			continue
		}
		if e := d.checkKnown(ctx, p, v, values); e != nil {
			errs = append(errs, e.At(p.Name))
		}
	}
	return values, errs
}

// checkKnown checks a well formed value against what exists. When that cannot be found out the value is refused, never
// taken on trust.
func (d *Desk) checkKnown(ctx context.Context, p ops.Param, v string, values map[string]string) *ops.Error {
	if p.Kind == ops.KindUser {
		if _, err := d.Identities.Find(v); err != nil {
			return ops.Errorf(ops.Invalid, "%s", "%s", ops.TextOf(err))
		}
	}
	if p.OptionsFrom == "" {
		return nil
	}
	options, err := d.options(ctx, p, values)
	if err != nil {
		return ops.AsError(err)
	}
	if slices.Contains(options, v) {
		return nil
	}
	return ops.Errorf(ops.Invalid, "%q is not one of %s%s", "%q 不在可选值 %s 中%s", v, short(options), ops.DidYouMean(v, options))
}

func (d *Desk) options(ctx context.Context, p ops.Param, values map[string]string) ([]string, error) {
	if d.Options == nil {
		return nil, ops.Errorf(ops.Unavailable, "nothing here can list the values of %s (%s); ask an operator to set it up", "当前无法列出 %s 的可选值(%s);请联系运维配置", p.Name, p.OptionsFrom)
	}
	options, err := d.Options.Options(ctx, p.OptionsFrom, values)
	if err != nil {
		return nil, ops.Errorf(ops.Unavailable, "the values of %s cannot be looked up now (%s); try again in a minute", "暂时无法查询 %s 的可选值(%s);请稍后重试", p.Name, p.OptionsFrom).Because(err)
	}
	return options, nil
}

// checkTimes checks when and how often the request is to run.
func (d *Desk) checkTimes(r *ops.Request) []*ops.Error {
	var errs []*ops.Error
	r.Cron = strings.Join(strings.Fields(neutral(r.Cron)), " ")
	if r.Cron != "" {
		if err := CheckCron(r.Cron); err != nil {
			errs = append(errs, ops.AsError(err).At("cron"))
		}
	}
	if r.TimeZone != "" {
		if _, err := zone(r.TimeZone, time.UTC); err != nil {
			errs = append(errs, ops.AsError(err).At("tz"))
		}
	}
	if r.At.IsZero() {
		return errs
	}
	if now := d.now(); !r.At.After(now) {
		errs = append(errs, ops.Errorf(ops.Invalid, "%s is not in the future (it is %s now); leave it out to start at once",
			"%s 不是将来的时间(现在是 %s);如需立即执行请省略", r.At.Format(time.RFC3339), now.Format(time.RFC3339)).At("at"))
	}
	if r.Cron != "" {
		errs = append(errs, ops.Errorf(ops.Invalid, "a time (--at) and a schedule (--cron) exclude each other; give one", "--at 与 --cron 不能同时使用,请选择其一").At("at"))
	}
	return errs
}

// allowed asks the policy. Without a plan a "yes" may still become a "no" later, but a sure "no" is said at once.
func (d *Desk) allowed(ctx context.Context, op ops.Operation, r ops.Request) error {
	f := ops.Facts{Operation: op, Request: r, Targets: op.Targets(r.Params), Now: d.now()}
	decision, err := d.Policy.Decide(ctx, f)
	if err != nil {
		return err
	}
	if decision.Allow {
		return frozen(r, decision.Freeze)
	}
	if !decision.Sure {
		return nil
	}
	return ops.Errorf(ops.Denied, "the policy does not allow it: %s", "策略不允许:%s", decision.Why)
}

// frozen refuses at once what a freeze would refuse later anyway; what only waits is started and waits.
func frozen(r ops.Request, z *ops.FreezeHit) error {
	if z == nil || !z.Refuse || z.Broken || r.DryRun || r.Cron != "" || !r.At.Before(z.Until) {
		return nil
	}
	return ops.Errorf(ops.Frozen, "freeze %q is on until %s: %s; ask for a time after it with --at, or in an emergency --break-glass \"reason\" if you are one of %s",
		"封网 %q 持续到 %s:%s;可用 --at 指定之后的时间,紧急情况下 %s 可使用 --break-glass \"原因\"",
		z.Name, z.Until.Format(time.RFC3339), z.Why, listed(z.Glass))
}

func listed(selectors []string) ops.Text {
	if len(selectors) == 0 {
		return ops.Text{En: "nobody", Zh: "(无人)"}
	}
	return ops.Plain(strings.Join(selectors, ", "))
}

// together makes one error of many, each on a line of its own with its parameter.
func together(errs []*ops.Error) error {
	if len(errs) == 0 {
		return nil
	}
	if len(errs) == 1 {
		e := errs[0]
		return ops.Errorf(e.Code, "%s", "%s", about(e)).Because(e.Unwrap()).At(e.Field)
	}
	code, texts := ops.Invalid, make([]ops.Text, len(errs))
	for i, e := range errs {
		texts[i] = about(e)
		if e.Code == ops.Unavailable {
			code = e.Code
		}
	}
	return ops.Errorf(code, "%s", "%s", ops.JoinTexts(texts, ops.Plain("\n")))
}

// about says an error with the parameter that it is about.
func about(e *ops.Error) ops.Text {
	if e.Field == "" {
		return e.Text
	}
	return ops.Textf("%s: %s", "%s:%s", e.Field, e.Text)
}

// short lists the first few options.
func short(options []string) string {
	const most = 10
	if len(options) <= most {
		return strings.Join(options, ", ")
	}
	return strings.Join(options[:most], ", ") + " …"
}
