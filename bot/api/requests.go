package api

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"orderly.example/bot"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// Keyed is the header that makes a repeat of one call count once.
type Keyed struct {
	Key string `header:"Idempotency-Key" doc:"The same for every repeat of this call, at most 200 characters; a repeat answers as the first one did"`
}

type requestIn struct {
	Keyed
	Body wire.Submission
}

type sayIn struct {
	Keyed
	Body wire.Line
}

func (s *server) requestRoutes() {
	handle(s, huma.Operation{
		OperationID: "request", Method: http.MethodPost, Path: "/requests", Tags: []string{"requests"}, Summary: "Ask for a change",
		DefaultStatus: http.StatusAccepted, Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusLocked},
	}, s.request)
	handle(s, huma.Operation{
		OperationID: "form", Method: http.MethodPost, Path: "/forms", Tags: []string{"requests"}, Summary: "What is still to be asked, and what one may choose from",
		Errors: []int{http.StatusNotFound},
	}, s.form)
	handle(s, huma.Operation{
		OperationID: "say", Method: http.MethodPost, Path: "/say", Tags: []string{"requests"}, Summary: "Say a line of chat",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusLocked},
	}, s.say)
}

func (s *server) request(ctx context.Context, in *requestIn) (*body[wire.Started], error) {
	r, err := s.draft(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	if r.Key, err = deliveryKey(ctx, in.Key); err != nil {
		return nil, err
	}
	id, err := s.Desk.Submit(ctx, r)
	if err != nil {
		return nil, s.explained(ctx, r, err)
	}
	return answer(wire.Started{ID: id}), nil
}

func (s *server) form(ctx context.Context, in *body[wire.Submission]) (*body[bot.Form], error) {
	r, err := s.draft(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	f, err := s.Desk.Fill(ctx, r)
	if err != nil {
		return nil, err
	}
	f.Request = masked(f.Operation, f.Request)
	return answer(f), nil
}

// draft makes a request of what the client wrote. The desk checks the rest.
func (s *server) draft(ctx context.Context, b wire.Submission) (ops.Request, error) {
	who, err := s.speakerIn(ctx, b.Channel)
	if err != nil {
		return ops.Request{}, err
	}
	r := ops.Request{
		Operation: b.Operation, Reason: b.Reason, By: who.User, From: who.Origin, DryRun: b.DryRun,
		Cron: b.Cron, TimeZone: b.TimeZone, BreakGlass: b.BreakGlass, Hold: b.Hold,
	}
	params, errs := texts(b.Params)
	r.Params = params
	if b.At != "" {
		at, err := bot.StartTime(b.At, s.Desk.Clock(), s.zone(b.TimeZone))
		if err != nil {
			errs = append(errs, ops.AsError(err).At("at"))
		}
		r.At = at
	}
	if len(errs) > 0 {
		return r, several(ops.Invalid, errs)
	}
	return r, nil
}

// zone is where "20:00" is; a name that means nothing is refused by the desk.
func (s *server) zone(name string) *time.Location {
	here := s.Desk.Clock().Location()
	if name == "" {
		return here
	}
	if in, err := time.LoadLocation(name); err == nil {
		return in
	}
	return here
}

// explained adds to the desk's refusal what is wrong with each parameter.
func (s *server) explained(ctx context.Context, r ops.Request, err error) error {
	if ops.CodeOf(err) != ops.Invalid {
		return err
	}
	form, ferr := s.Desk.Fill(ctx, r)
	if ferr != nil {
		return err
	}
	return formFailure(err, form)
}

func formFailure(err error, form bot.Form) error {
	f := wire.FailureOf(err)
	for _, x := range form.Asked() {
		text := x.Error
		if text.IsZero() {
			text = ops.Textf("missing: %s", "缺少:%s", x.Param.Help)
		}
		f.Errors = append(f.Errors, wire.Problem{Field: x.Param.Name, Text: text})
	}
	return f
}

// several makes one failure of many wrong values.
func several(code ops.Code, errs []*ops.Error) error {
	f := &wire.Failure{Code: code, Field: errs[0].Field, Status: wire.StatusOf(code)}
	lines := make([]ops.Text, len(errs))
	for i, e := range errs {
		lines[i] = ops.Textf("%s: %s", "%s:%s", e.Field, e.Text)
		f.Errors = append(f.Errors, wire.Problem{Field: e.Field, Text: e.Text})
	}
	f.Text = ops.JoinTexts(lines, ops.Plain("\n"))
	return f
}

func (s *server) say(ctx context.Context, in *sayIn) (*body[wire.Outcome], error) {
	if in.Body.Room == "" {
		return nil, ops.Errorf(ops.Invalid, "say in which room: \"room\": \"ops\"", "请指定房间:\"room\": \"ops\"").At("room")
	}
	who, err := s.speakerIn(ctx, in.Body.Room)
	if err != nil {
		return nil, err
	}
	if in.Key == "" {
		in.Key = in.Body.Key
	}
	key, err := deliveryKey(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	o, err := s.Desk.Say(ctx, who, in.Body.Text, key)
	if o.ChangeID != "" {
		s.follower.nudge(o.ChangeID)
	}
	switch {
	case err != nil && o.Form != nil:
		return nil, formFailure(err, *o.Form)
	case err != nil:
		return nil, err
	}
	return answer(s.outcome(o)), nil
}

func (s *server) outcome(o bot.Outcome) wire.Outcome {
	out := wire.Outcome{Text: o.Text, ChangeID: o.ChangeID, Form: o.Form, Page: o.Page, Reply: o.Reply}
	if o.Form != nil {
		f := *o.Form
		f.Request = masked(f.Operation, f.Request)
		out.Form = &f
	}
	if o.Status != nil {
		shown := s.shown(*o.Status)
		out.Status = &shown
	}
	return out
}

var roomLook = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$`)

// speakerIn is the caller in a room of the console; without a room in their own program.
func (s *server) speakerIn(ctx context.Context, room string) (bot.Speaker, error) {
	if room != "" && !roomLook.MatchString(room) {
		return bot.Speaker{}, ops.Errorf(ops.Invalid, "%q is no name of a room; use letters, digits, dots and dashes, such as ops", "%q 不是有效的房间名;请使用字母、数字、点和短横线,例如 ops", room).At("room")
	}
	return callerOf(ctx).speaker(room), nil
}

var keyLook = regexp.MustCompile(`^[!-~][ -~]{0,199}$`)

// deliveryKey is the person and their key; without a key every call is a new one.
func deliveryKey(ctx context.Context, key string) (string, error) {
	if key == "" {
		key = rand.Text()
	}
	if !keyLook.MatchString(key) {
		return "", ops.Errorf(ops.Invalid, "the Idempotency-Key must be 1 to 200 printable ASCII characters", "Idempotency-Key 应为 1 到 200 个可打印的 ASCII 字符").At(headerKey)
	}
	return callerOf(ctx).user.ID + " " + key, nil
}
