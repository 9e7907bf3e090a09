package nacos

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"orderly.example/ops"
)

// Codes of Nacos's own answers.
const (
	codeNotFound   = 20004
	codeConflict   = 20005
	codeDeprecated = 40000 // of an API that is switched off
	codeDisabled   = 40001
)

// errMoved says that a write was not done because something else is there than was read.
var errMoved = errors.New("the condition of the write does not hold")

// refusal explains an answer that is none.
func (c *Client) refusal(status int, raw []byte, k call) error {
	var said struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Data    any    `json:"data"`
	}
	words := string(raw)
	if json.Unmarshal(raw, &said) == nil {
		words = said.Message
		if more, ok := said.Data.(string); ok && more != "" {
			words += ": " + more
		}
	}
	words = short(words)
	switch {
	case status == http.StatusConflict, said.Code == codeConflict, status == http.StatusInternalServerError && strings.Contains(strings.ToLower(words), "cas publish"):
		return ops.Errorf(ops.Conflict, "%s was changed by somebody else at the same moment; look at it with config.get and ask again", "%s 同时被其他人修改;请用 config.get 查看后重新申请", k.what).Because(errMoved)
	case said.Code == codeDeprecated, said.Code == codeDisabled, status == http.StatusGone, status == http.StatusNotFound && said.Code != codeNotFound:
		return ops.Errorf(ops.Invalid, "Nacos at %s does not serve %s; write api: v3 in the configuration for a server of version 3, or api: v1 for an older one", "Nacos(%s)不提供 %s;3.x 版本请在配置中写 api: v3,更早的版本请写 api: v1", c, k.path)
	case status == http.StatusNotFound:
		return ops.Errorf(ops.NotFound, "Nacos has no %s; make it there first, or check app (the group), envs (the namespace) and namespaces (the dataIds) in the inventory", "Nacos 中没有 %s;请先在 Nacos 中创建,或检查资产清单中的 app(group)、envs(命名空间)和 namespaces(dataId)", k.what)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "Nacos does not let %q work on %s; give the user read and write there", "Nacos 不允许用户 %q 操作 %s;请授予读写权限", c.user, k.what)
	case status == http.StatusTooManyRequests:
		return ops.Errorf(ops.Unavailable, "Nacos at %s is asked too often; it is tried again", "对 Nacos(%s)的请求过于频繁;将会重试", c)
	case status/100 == 3:
		return ops.Errorf(ops.Invalid, "Nacos at %s sends us elsewhere (%d), which is not followed; configure the address of the server itself", "Nacos(%s)要求跳转到别处(%d),本程序不会跟随;请配置服务端本身的地址", c, status)
	case status/100 == 4:
		return ops.Errorf(ops.Invalid, "Nacos does not take this for %s: %s", "Nacos 不接受对 %s 的请求:%s", k.what, words)
	}
	return ops.Errorf(ops.Unavailable, "Nacos at %s cannot answer now (%d); it is tried again", "Nacos(%s)暂时无法响应(%d);将会重试", c, status)
}

// maxWords bounds what is repeated of Nacos's own words.
const maxWords = 200

func short(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return string(r)
}
