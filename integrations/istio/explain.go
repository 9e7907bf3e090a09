package istio

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/ops"
)

// explain turns what the API server, or the way to it, said into an error that a person can act on. It leaves alone what is
// explained already and what the caller itself cancelled.
func (k *cluster) explain(err error, object string) error {
	if err == nil || ops.AsError(err) != nil || errors.Is(err, context.Canceled) {
		return err
	}
	status := apierrors.APIStatus(nil)
	if !errors.As(err, &status) {
		return ops.Errorf(ops.Unavailable, "the API server of cluster %s cannot be reached, or did not answer in time; it is tried again", "无法连接集群 %s 的 API server,或其未及时响应;将会重试", k.name).Because(err)
	}
	return k.refusal(status.Status(), object).Because(err)
}

// refusal explains an answer of the API server.
func (k *cluster) refusal(s metav1.Status, object string) *ops.Error {
	switch s.Reason {
	case metav1.StatusReasonNotFound:
		if s.Details == nil || s.Details.Name == "" {
			return ops.Errorf(ops.Invalid, "cluster %s serves no VirtualServices of networking.istio.io/v1, so the traffic of %s cannot be divided there; install Istio, or take traffic out of the strategy",
				"集群 %s 未提供 networking.istio.io/v1 的 VirtualService,无法划分 %s 的流量;请安装 Istio,或从策略中去掉 traffic", k.name, object)
		}
		return ops.Errorf(ops.Unavailable, "the routes of %s went away at the same moment; it is tried again", "%s 的路由刚被删除;将会重试", object)
	case metav1.StatusReasonAlreadyExists:
		return ops.Errorf(ops.Conflict, "the canary of %s needs a name that is taken: %s; rename that, or wait for the change that it belongs to", "%s 的灰度所需名称已被占用:%s;请将其改名,或等待其所属变更结束", object, s.Message)
	case metav1.StatusReasonUnauthorized:
		return ops.Errorf(ops.Denied, "cluster %s does not accept the credentials; renew the token or certificate in its kubeconfig", "集群 %s 不接受当前凭据;请更新其 kubeconfig 中的 token 或证书", k.name)
	case metav1.StatusReasonForbidden:
		return ops.Errorf(ops.Denied, "cluster %s refuses this about the routes of %s: %s; have its administrators bind the ClusterRole %s to this program, or allow it", "集群 %s 拒绝了对 %s 路由的操作:%s;请由管理员为本程序绑定 ClusterRole %s,或放行", k.name, object, s.Message, RoleName)
	case metav1.StatusReasonInvalid, metav1.StatusReasonBadRequest, metav1.StatusReasonRequestEntityTooLarge:
		return ops.Errorf(ops.Invalid, "cluster %s finds the new routes of %s invalid: %s; look at its VirtualService", "集群 %s 认为 %s 的新路由无效:%s;请检查其 VirtualService", k.name, object, s.Message)
	}
	return ops.Errorf(ops.Unavailable, "the API server of cluster %s cannot answer now (%d); it is tried again", "集群 %s 的 API server 暂时无法响应(%d);将会重试", k.name, s.Code)
}
