package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// failure says an error the way a client may read it, and writes to the log what the client may not.
func (s *server) failure(ctx context.Context, err error) *wire.Failure {
	var f *wire.Failure
	if errors.As(err, &f) {
		return f
	}
	if ops.AsError(err) == nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		err = ops.Errorf(ops.Unavailable, "it took too long; nothing was lost, try again in a moment", "处理超时;没有数据丢失,请稍后重试").Because(err)
	}
	f = wire.FailureOf(err)
	id := callerOf(ctx).id
	switch {
	case ops.AsError(err) == nil:
		f.ID = id
		f.Text = ops.Textf("internal error %s; the operators find the cause in the log under this id", "内部错误 %s;运维人员可凭此编号在日志中查看原因", id)
		s.Logger.ErrorContext(ctx, "internal error", "id", id, "error", err)
	case f.Code == ops.Internal || f.Code == ops.Unavailable:
		f.ID = id
		s.Logger.WarnContext(ctx, "call failed", "id", id, "code", f.Code, "error", err)
	}
	return f
}

func writeFailure(w http.ResponseWriter, f *wire.Failure) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.Status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(f) // the client is gone: nobody is left to tell
}

func noPath(path string) *wire.Failure {
	return wire.FailureOf(ops.Errorf(ops.NotFound, "there is nothing at %s; %s/openapi.json lists what there is", "%s 不存在;可用接口见 %s/openapi.json", path, Prefix))
}

func notAllowed(method, path, allow string) *wire.Failure {
	f := wire.FailureOf(ops.Errorf(ops.Invalid, "%s does not take %s; it takes %s", "%s 不支持 %s,支持 %s", path, method, allow))
	f.Status = http.StatusMethodNotAllowed
	return f
}
