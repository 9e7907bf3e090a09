package activities

import (
	"context"
	"errors"

	"go.temporal.io/sdk/temporal"

	"orderly.example/ops"
)

// retried says which codes are worth trying again: the other side is away, or we stumbled. Everything else will be
// just as wrong the next time.
func retried(c ops.Code) bool { return c == ops.Unavailable || c == ops.Internal }

// toTemporal carries an error across the activity border: the code as type, the texts as details.
func toTemporal(err error) error {
	if err == nil || temporal.IsCanceledError(err) || errors.Is(err, context.Canceled) {
		return err
	}
	code := ops.CodeOf(err)
	carried := ops.Error{Code: code, Text: ops.TextOf(err)}
	if e := ops.AsError(err); e != nil {
		carried.Field = e.Field
	}
	return temporal.NewApplicationErrorWithOptions(err.Error(), string(code), temporal.ApplicationErrorOptions{
		NonRetryable: !retried(code), Details: []any{carried},
	})
}

// fromTemporal is the inverse of toTemporal. A timeout becomes Unavailable; a cancellation stays what it is.
func fromTemporal(err error) error {
	if err == nil || temporal.IsCanceledError(err) {
		return err
	}
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		var carried ops.Error
		if app.HasDetails() && app.Details(&carried) == nil && carried.Code != "" {
			return carried.Because(err)
		}
	}
	var timeout *temporal.TimeoutError
	if errors.As(err, &timeout) {
		return ops.Errorf(ops.Unavailable, "no answer in time; try again later", "未在规定时间内得到答复,请稍后重试").Because(err)
	}
	return ops.Errorf(ops.Internal, "internal error; the operators find the cause in the log", "内部错误;原因请运维人员查看日志").Because(err)
}
