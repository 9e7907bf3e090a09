package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

type listIn struct {
	Operation string `query:"operation"`
	Service   string `query:"service" example:"shop.cart.api"`
	Env       string `query:"env"`
	IDC       string `query:"idc"`
	Requester string `query:"requester" doc:"A person's id; me is the one who asks"`
	State     string `query:"state"`
	Open      bool   `query:"open" doc:"Only changes that are not over"`
	Text      string `query:"text" doc:"A word of the operation or its values"`
	Limit     int    `query:"limit" minimum:"1" maximum:"200" default:"20"`
	PageToken string `query:"page_token"`
}

// Named is the path of one change.
type Named struct {
	ID string `path:"id" doc:"The change" example:"scale-abcdefghijkl"`
}

type actIn struct {
	Named
	Keyed
	Body *wire.ActBody
}

type undoIn struct {
	Named
	Keyed
	Body *wire.UndoBody
}

func (s *server) changeRoutes() {
	handle(s, huma.Operation{
		OperationID: "changes", Method: http.MethodGet, Path: "/changes", Tags: []string{"changes"}, Summary: "List changes, the newest first",
	}, s.changes)
	handle(s, huma.Operation{
		OperationID: "change", Method: http.MethodGet, Path: "/changes/{id}", Tags: []string{"changes"}, Summary: "Everything about one change",
		Errors: []int{http.StatusNotFound},
	}, s.change)
	for _, a := range []struct {
		kind    ops.ActKind
		summary string
	}{
		{ops.ActApprove, "Approve the plan that was seen"},
		{ops.ActReject, "Reject the plan that was seen"},
		{ops.ActCancel, "Cancel; what was done is taken back"},
		{ops.ActRetry, "Run the failed step of a held change again, or ask for an ended one again"},
		{ops.ActPause, "Stop before the next wave, and keep what is done"},
		{ops.ActResume, "Go on after a pause"},
		{ops.ActPromote, "Go on with the next wave without waiting longer"},
		{ops.ActReview, "Review a change that broke a freeze, afterwards"},
	} {
		handle(s, huma.Operation{
			OperationID: string(a.kind), Method: http.MethodPost, Path: "/changes/{id}/" + string(a.kind), Tags: []string{"changes"}, Summary: a.summary,
			Errors: []int{http.StatusNotFound, http.StatusConflict},
		}, s.act(a.kind))
	}
	handle(s, huma.Operation{
		OperationID: "undo", Method: http.MethodPost, Path: "/changes/{id}/undo", Tags: []string{"changes"}, Summary: "Ask for the inverse change",
		DefaultStatus: http.StatusAccepted, Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusLocked},
	}, s.undo)
}

func (s *server) changes(ctx context.Context, in *listIn) (*body[ops.Page], error) {
	f := ops.Filter{
		Operation: in.Operation, Service: in.Service, Env: in.Env, IDC: in.IDC, Requester: in.Requester, State: ops.State(in.State),
		Open: in.Open, Text: in.Text, Limit: in.Limit, PageToken: in.PageToken,
	}
	if f.Requester == "me" {
		f.Requester = callerOf(ctx).user.ID
	}
	if f.Operation != "" {
		op, err := s.Desk.Operation(f.Operation)
		if err != nil {
			return nil, err
		}
		f.Operation = op.Name
	}
	page, err := s.Desk.List(ctx, f)
	if err != nil {
		return nil, err
	}
	if page.Changes == nil {
		page.Changes = []ops.Summary{}
	}
	return answer(page), nil
}

func (s *server) change(ctx context.Context, in *Named) (*body[ops.Status], error) {
	st, err := s.Desk.Status(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.shown(st)), nil
}

// act hands an act on. A refusal is an error with the refusal's code, so that no client takes it for a success.
func (s *server) act(kind ops.ActKind) func(context.Context, *actIn) (*body[ops.Reply], error) {
	return func(ctx context.Context, in *actIn) (*body[ops.Reply], error) {
		var b wire.ActBody
		if in.Body != nil {
			b = *in.Body
		}
		if in.Key == "" {
			in.Key = b.Key
		}
		key, err := deliveryKey(ctx, in.Key)
		if err != nil {
			return nil, err
		}
		c := callerOf(ctx)
		a := ops.Act{Kind: kind, By: c.user, Surface: c.surface, Note: b.Note, Key: key}
		if kind == ops.ActApprove || kind == ops.ActReject {
			if a.PlanHash, err = s.planHash(ctx, in.ID, b.PlanHash); err != nil {
				return nil, err
			}
		}
		reply, err := s.Desk.Act(ctx, in.ID, a)
		s.follower.nudge(in.ID)
		if err != nil {
			return nil, err
		}
		if !reply.Accepted {
			return nil, refusal(reply)
		}
		return answer(reply), nil
	}
}

// hashLetters are how many letters of a plan's hash name it: whole, or as many as messages show.
const (
	hashLetters    = 64
	minHashLetters = 8
)

// planHash is the whole hash of the plan that the person saw.
func (s *server) planHash(ctx context.Context, id, seen string) (string, error) {
	seen = strings.ToLower(strings.TrimSpace(seen))
	switch {
	case seen == "":
		return "", ops.Errorf(ops.Invalid, "plan_hash is missing: an answer is about the plan that you saw; read the change (GET %[1]s/changes/%[2]s), look at plan, and send its hash",
			"缺少 plan_hash:审批针对您看到的预案;请先读取变更(GET %[1]s/changes/%[2]s),查看 plan 并提交其 hash", Prefix, id).At("plan_hash")
	case len(seen) < minHashLetters || len(seen) > hashLetters || strings.Trim(seen, "0123456789abcdef") != "":
		return "", ops.Errorf(ops.Invalid, "%q is not the hash of a plan; send plan.hash of the change, or at least its first %d letters", "%q 不是预案哈希;请提交变更的 plan.hash 或至少前 %d 位", seen, minHashLetters).At("plan_hash")
	case len(seen) == hashLetters:
		return seen, nil
	}
	st, err := s.Desk.Status(ctx, id)
	if err != nil {
		return "", err
	}
	if st.Plan == nil || !strings.HasPrefix(st.Plan.Hash, seen) {
		return "", ops.Errorf(ops.Conflict, "the plan of %s is not %s (any more); look at it again: show %[1]s", "%s 的预案不是(或已不再是)%s;请重新查看:show %[1]s", id, seen).At("plan_hash")
	}
	return st.Plan.Hash, nil
}

func refusal(r ops.Reply) error {
	code := r.Code
	if code == "" {
		code = ops.Conflict
	}
	return ops.Errorf(code, "%s", "%s", r.Text)
}

func (s *server) undo(ctx context.Context, in *undoIn) (*body[wire.Started], error) {
	var b wire.UndoBody
	if in.Body != nil {
		b = *in.Body
	}
	who, err := s.speakerIn(ctx, b.Channel)
	if err != nil {
		return nil, err
	}
	key, err := deliveryKey(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	id, err := s.Desk.Submit(ctx, ops.Request{
		Operation: "undo", Params: map[string]string{"id": in.ID}, Reason: b.Reason, DryRun: b.DryRun,
		By: who.User, From: who.Origin, Key: key,
	})
	if err != nil {
		return nil, err
	}
	return answer(wire.Started{ID: id}), nil
}
