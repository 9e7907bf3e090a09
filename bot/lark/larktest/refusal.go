package larktest

import (
	"fmt"
	"net/http"
)

// refusal is an answer with a code that is not 0.
type refusal struct {
	code   int
	msg    string
	status int    // of HTTP
	detail object // more about it
	wait   int    // seconds, when there were too many calls
}

func refuse(code int, format string, args ...any) *refusal {
	return &refusal{code: code, msg: fmt.Sprintf(format, args...), status: http.StatusBadRequest}
}

// missing says which argument was not given.
func missing(argument string) *refusal {
	r := refuse(99992402, "field validation failed")
	r.detail = object{"field_violations": []object{{"field": argument, "description": argument + " is required"}}}
	return r
}

// invalid is the refusal of an argument that the method cannot do with.
func invalid(format string, args ...any) *refusal {
	return refuse(230001, "Your request contains an invalid request parameter, ext=%s", fmt.Sprintf(format, args...))
}

func (r *refusal) answer(logID string) object {
	detail := object{"log_id": logID, "troubleshooter": "https://open.feishu.cn/search?log_id=" + logID}
	for k, v := range r.detail {
		detail[k] = v
	}
	return object{"code": r.code, "msg": r.msg, "error": detail}
}
