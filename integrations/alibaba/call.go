package alibaba

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"

	"orderly.example/activities"
	"orderly.example/ops"
)

// api is one API of Alibaba Cloud.
type api struct{ service, version string }

var (
	scaling  = api{"ess", "2022-02-22"}
	machines = api{"ecs", "2014-05-26"}
)

// central are the regions whose Auto Scaling answers at one address for all of them.
var central = []string{
	"cn-qingdao", "cn-beijing", "cn-hangzhou", "cn-shanghai", "cn-shenzhen", "cn-nanjing", "ap-southeast-1", "us-east-1", "us-west-1",
	"cn-shanghai-finance-1", "cn-shenzhen-finance-1", "cn-north-2-gov-1",
}

// address is where the API answers in public.
func (a api) address(region string) string {
	if a == scaling && slices.Contains(central, region) {
		return "https://{service}.aliyuncs.com"
	}
	return "https://{service}.{region}.aliyuncs.com"
}

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

// do sends a request and reads the answer into out; nil: it is not needed.
func (c *Client) do(ctx context.Context, k call, out any) error {
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	query := maps.Clone(k.params)
	query["RegionId"] = c.config.Region
	sdk := *c.endpoints[k.service] // a request changes its client
	said, err := sdk.CallApiWithCtx(limited, &client.Params{
		Action: &k.action, Version: &k.version, Protocol: sdk.Protocol, Pathname: dara.String("/"), Method: dara.String("POST"),
		AuthType: dara.String("AK"), Style: dara.String("RPC"), ReqBodyType: dara.String("formData"), BodyType: dara.String("json"),
	}, &client.OpenApiRequest{Query: openapi.Query(query)}, &dara.RuntimeOptions{})
	switch {
	case err != nil && errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err() // the question was taken back
	case err != nil:
		return c.explain(k, err)
	case out == nil:
		return nil
	}
	raw, err := json.Marshal(said["body"])
	if err == nil {
		err = json.Unmarshal(raw, out)
	}
	if err != nil {
		return ops.Errorf(ops.Invalid, "what %s answers about %s is not understood; check its address in the configuration under clouds", "%s 关于 %s 的答复无法识别;请检查配置 clouds 中的地址", c, k.pool.Object()).Because(err)
	}
	return nil
}

// refusal is why Alibaba Cloud did not do it. It goes to the log: no address, no header and no body is in it.
type refusal struct{ action, code, request string }

// Error gives what their support asks for.
func (r refusal) Error() string { return r.action + ": " + r.code + " (request " + r.request + ")" }

// is says whether an error is a refusal with that code.
func is(err error, code string) bool {
	var r refusal
	return errors.As(err, &r) && r.code == code
}

// spoken is what the SDK makes of an answer that is an error.
type spoken interface {
	error
	GetCode() *string
	GetStatusCode() *int
	GetRequestId() *string
	GetData() map[string]any
}

// explain says what a failure means.
func (c *Client) explain(k call, err error) error {
	var said spoken
	if !errors.As(err, &said) || dara.StringValue(said.GetCode()) == "" {
		return ops.Errorf(ops.Unavailable, "%s does not answer about %s; it is tried again, check its address and the network if it stays so", "%s 没有响应对 %s 的请求;将会重试,若持续如此请检查地址和网络", c, k.pool.Object()).
			Because(refusal{action: k.action, code: "no answer"})
	}
	code, status := dara.StringValue(said.GetCode()), dara.IntValue(said.GetStatusCode())
	message, _ := said.GetData()["Message"].(string)
	cause, what, words := refusal{k.action, code, dara.StringValue(said.GetRequestId())}, k.pool.Object(), c.clean(message)
	switch class, _, _ := strings.Cut(code, "."); {
	case slices.Contains(untrusted, class):
		return ops.Errorf(ops.Denied, "%s does not accept the key (%s); check key and secret in the configuration under clouds, and the clock", "%s 不接受当前密钥(%s);请检查配置 clouds 中的 key 与 secret,以及系统时钟", c, code).Because(cause)
	case code == "InvalidScalingGroupId.NotFound":
		return c.unknown(k.pool).Because(cause)
	case class == "Throttling" || class == "ScalingActivityInProgress" || status == 429 || status/100 == 5:
		return ops.Errorf(ops.Unavailable, "%s cannot do it for %s now (%s); it is tried again", "%s 暂时无法处理 %s(%s);将会重试", c, what, code).Because(cause)
	case class == "Forbidden" || class == "NoPermission":
		return ops.Errorf(ops.Denied, "%s does not allow the key to do %s on %s; give it the actions that integrations/alibaba names", "%s 不允许当前密钥对 %[3]s 执行 %[2]s;请授予 integrations/alibaba 所列的权限", c, k.action, what).Because(cause)
	case strings.HasPrefix(class, "Incorrect") || strings.Contains(code, "Quota") || status == 403:
		return ops.Errorf(ops.Denied, "%s does not do it for %s: %s (%s); look at the group in its console", "%s 拒绝对 %s 的请求:%s(%s);请到阿里云控制台查看伸缩组", c, what, words, code).Because(cause)
	case status == 404:
		return ops.Errorf(ops.NotFound, "%s does not find it in %s: %s", "%s 在 %s 中未找到:%s", c, what, words).Because(cause)
	}
	return ops.Errorf(ops.Invalid, "%s does not take this for %s: %s (%s)", "%s 不接受对 %s 的请求:%s(%s)", c, what, words, code).Because(cause)
}

// untrusted are refusals of the key or of what was signed with it.
var untrusted = []string{"InvalidAccessKeyId", "InvalidAccessKeySecret", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidTimeStamp", "MissingAccessKeyId"}

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
