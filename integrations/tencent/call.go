package tencent

import (
	"context"
	"errors"
	"slices"
	"strings"

	tcerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"

	"orderly.example/activities"
	"orderly.example/ops"
)

// api is one API of Tencent Cloud.
type api struct{ service, version string }

var (
	scaling  = api{"as", "2018-04-19"}
	machines = api{"cvm", "2017-03-12"}
)

// params are what an action takes.
type params = map[string]any

// call is one request.
type call struct {
	api
	action string
	pool   activities.Pool // what it is about, for people
	params params
}

func (a api) ask(action string, pool activities.Pool, p params) call { return call{a, action, pool, p} }

// answer is what comes back.
type answer struct {
	*tchttp.BaseResponse
	Response any `json:"Response"`
}

// do sends a request and reads the answer into out; nil: it is not needed.
func (c *Client) do(ctx context.Context, k call, out any) error {
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	r := tchttp.NewCommonRequest(k.service, k.version, k.action)
	r.SetContext(limited)
	if err := r.SetActionParameters(k.params); err != nil {
		return err
	}
	err := c.endpoints[k.service].Send(r, &answer{BaseResponse: &tchttp.BaseResponse{}, Response: out})
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err() // the question was taken back
	}
	return c.explain(k, err)
}

// refusal is why Tencent Cloud did not do it. It goes to the log: no address, no header and no body is in it.
type refusal struct{ action, code, request string }

// Error gives what their support asks for.
func (r refusal) Error() string { return r.action + ": " + r.code + " (request " + r.request + ")" }

// is says whether an error is a refusal with that code.
func is(err error, code string) bool {
	var r refusal
	return errors.As(err, &r) && r.code == code
}

// explain says what a failure means.
func (c *Client) explain(k call, err error) error {
	var said *tcerrors.TencentCloudSDKError
	if !errors.As(err, &said) || strings.HasPrefix(said.Code, "ClientError.") {
		code := "ClientError"
		if said != nil {
			code = said.Code
		}
		return ops.Errorf(ops.Unavailable, "%s does not answer about %s; it is tried again, check its address and the network if it stays so", "%s 没有响应对 %s 的请求;将会重试,若持续如此请检查地址和网络", c, k.pool.Object()).
			Because(refusal{action: k.action, code: code})
	}
	cause, what, words := refusal{k.action, said.Code, said.RequestId}, k.pool.Object(), c.clean(said.Message)
	switch class, _, _ := strings.Cut(said.Code, "."); {
	case class == "AuthFailure":
		return ops.Errorf(ops.Denied, "%s does not accept the key (%s); check key and secret in the configuration under clouds, and the clock", "%s 不接受当前密钥(%s);请检查配置 clouds 中的 key 与 secret,以及系统时钟", c, said.Code).Because(cause)
	case class == "UnauthorizedOperation" || class == "InvalidPermission":
		return ops.Errorf(ops.Denied, "%s does not allow the key to do %s on %s; give it the actions that integrations/tencent names", "%s 不允许当前密钥对 %[3]s 执行 %[2]s;请授予 integrations/tencent 所列的权限", c, k.action, what).Because(cause)
	case said.Code == "ResourceNotFound.AutoScalingGroupNotFound" || said.Code == "InvalidParameterValue.InvalidAutoScalingGroupId":
		return c.unknown(k.pool).Because(cause)
	case slices.Contains(passing, class) || slices.Contains(passing, said.Code):
		return ops.Errorf(ops.Unavailable, "%s cannot do it for %s now (%s); it is tried again", "%s 暂时无法处理 %s(%s);将会重试", c, what, said.Code).Because(cause)
	case slices.Contains(refused, class) || slices.Contains(refused, said.Code):
		return ops.Errorf(ops.Denied, "%s does not do it for %s: %s (%s); look at the group in its console", "%s 拒绝对 %s 的请求:%s(%s);请到腾讯云控制台查看伸缩组", c, what, words, said.Code).Because(cause)
	case class == "ResourceNotFound":
		return ops.Errorf(ops.NotFound, "%s does not find it in %s: %s", "%s 在 %s 中未找到:%s", c, what, words).Because(cause)
	}
	return ops.Errorf(ops.Invalid, "%s does not take this for %s: %s (%s)", "%s 不接受对 %s 的请求:%s(%s)", c, what, words, said.Code).Because(cause)
}

// passing go by: too many requests, trouble inside, another activity of the group.
var passing = []string{
	"RequestLimitExceeded", "InternalError", "InternalServerError", "ServiceUnavailable",
	"ResourceUnavailable.AutoScalingGroupInActivity", "ResourceUnavailable.InstanceInOperation", "ResourceInUse.ActivityInProgress",
}

// refused stay until somebody changes the group, or the quota.
var refused = []string{
	"LimitExceeded", "ResourceInsufficient", "ResourceUnavailable", "ResourceInUse", "FailedOperation", "UnsupportedOperation",
	"InvalidParameterValue.Size", "InvalidParameterValue.Range", "InvalidParameterValue.AssertDesiredCapacityFailed",
}

// unknown says that there is no such group.
func (c *Client) unknown(pool activities.Pool) *ops.Error {
	return ops.Errorf(ops.NotFound, "%s has no scaling group %s; check the pool %s in the configuration under clouds", "%s 中没有伸缩组 %s;请检查配置 clouds 中的机器池 %s", c, pool.Group, pool.Object())
}

// maxWords bounds what is repeated of the cloud's own words, in bytes.
const maxWords = 200

// clean makes the cloud's words fit to be shown.
func (c *Client) clean(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	words = strings.NewReplacer(c.config.Key, "***", c.config.Secret, "***").Replace(words)
	if len(words) > maxWords {
		words = strings.ToValidUTF8(words[:maxWords], "") + "…"
	}
	return words
}
