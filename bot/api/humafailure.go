package api

import (
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// speakFailure makes the library say its own errors in our form.
var speakFailure = sync.OnceFunc(func() {
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return libraryFailure(status, message, errs)
	}
})

// libraryFailure translates what the library found wrong with a request.
func libraryFailure(status int, message string, errs []error) *wire.Failure {
	f := wire.FailureOf(libraryError(status, message))
	switch status {
	case http.StatusUnprocessableEntity: // a value does not fit the schema: the code invalid has one status everywhere
	case http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusRequestTimeout, http.StatusNotAcceptable:
		f.Status = status
	}
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		detail := d.ErrorDetail()
		f.Errors = append(f.Errors, wire.Problem{Field: field(detail.Location), Text: complaint(detail.Message)})
	}
	if len(f.Errors) > 0 {
		f.Field = f.Errors[0].Field
		lines := make([]ops.Text, len(f.Errors))
		for i, p := range f.Errors {
			lines[i] = ops.Textf("%s: %s", "%s:%s", p.Field, p.Text)
		}
		f.Text = ops.JoinTexts(lines, ops.Plain("\n"))
	}
	if len(f.Errors) == 1 {
		f.Errors = nil
	}
	return f
}

func libraryError(status int, message string) *ops.Error {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return ops.Errorf(ops.Invalid, "the body is larger than %d bytes; send less", "请求体超过 %d 字节,请减小", maxBody)
	case http.StatusUnsupportedMediaType:
		return ops.Errorf(ops.Invalid, "the body must be JSON (Content-Type: application/json)", "请求体应为 JSON(Content-Type: application/json)")
	case http.StatusRequestTimeout:
		return ops.Errorf(ops.Unavailable, "the body did not arrive in time; send it again", "请求体未及时到达,请重新发送")
	}
	if status < http.StatusInternalServerError {
		return ops.Errorf(ops.Invalid, "the request is not as the API wants it (%s); see %s/openapi.json", "请求不符合接口定义(%s);参见 %s/openapi.json", message, Prefix)
	}
	return ops.Errorf(ops.Internal, "the answer could not be made; the operators find the cause in the log", "无法生成应答;请运维人员查看日志")
}

// field turns the library's "body.params.replicas" into the name that people know.
func field(location string) string {
	for _, prefix := range []string{"body.", "query.", "path.", "header."} {
		if rest, ok := strings.CutPrefix(location, prefix); ok {
			return rest
		}
	}
	return location
}

// complaints say the library's words about values in both languages; %s is what the first group holds.
var complaints = []struct {
	look   *regexp.Regexp
	en, zh string
}{
	{regexp.MustCompile(`^expected required property (\S+) to be present$`), "%s is missing", "缺少 %s"},
	{regexp.MustCompile(`^unexpected property$`), "there is no such key", "没有这个键"},
	{regexp.MustCompile(`^required (\S+) parameter is missing$`), "it is missing in the %s", "%s 中缺少该值"},
	{regexp.MustCompile(`^expected (string|boolean|number|integer|array|object)$`), "it must be a JSON %s", "应为 JSON %s"},
	{regexp.MustCompile(`^expected value to be one of (.+)$`), "it must be one of %s", "应为 %s 之一"},
	{regexp.MustCompile(`^expected number (>=|<=|>|<) (.+)$`), "it must be %s %s", "应 %s %s"},
	{regexp.MustCompile(`^expected length (>=|<=) (.+)$`), "its length must be %s %s", "长度应 %s %s"},
	{regexp.MustCompile(`^invalid (integer|boolean)$`), "it is no %s", "不是有效的 %s"},
}

func complaint(message string) ops.Text {
	for _, c := range complaints {
		m := c.look.FindStringSubmatch(message)
		if m == nil {
			continue
		}
		args := make([]any, len(m)-1)
		for i := range args {
			args[i] = m[i+1]
		}
		return ops.Textf(c.en, c.zh, args...)
	}
	return ops.Textf("it cannot be read: %s", "无法解析:%s", message)
}
