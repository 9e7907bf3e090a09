package kubernetes

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"

	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/ops"
)

// explain turns what the API server, or the way to it, said about an object into an error that a person can act on. It
// leaves alone what is explained already and what the caller itself cancelled.
func (k *cluster) explain(err error, object string) error {
	if err == nil || ops.AsError(err) != nil || errors.Is(err, context.Canceled) {
		return err
	}
	if status := apierrors.APIStatus(nil); errors.As(err, &status) {
		return k.refusal(status.Status(), object).Because(err)
	}
	return k.unreachable(err).Because(err)
}

// unreachable explains an error that is not an answer of the API server.
func (k *cluster) unreachable(err error) *ops.Error {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	switch {
	case errors.As(err, &unknown), errors.As(err, &host):
		return ops.Errorf(ops.Unavailable, "the certificate of cluster %s is not trusted; check certificate-authority and server in its kubeconfig",
			"集群 %s 的证书不受信任;请检查其 kubeconfig 中的 certificate-authority 和 server", k.name)
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "the API server of cluster %s did not answer in time; it is tried again",
			"集群 %s 的 API server 未及时响应;将会重试", k.name)
	}
	return ops.Errorf(ops.Unavailable, "the API server of cluster %s cannot be reached; it is tried again, check the network and the cluster if it stays so",
		"无法连接集群 %s 的 API server;将会重试,若持续如此请检查网络和集群", k.name)
}

// refusal explains an answer of the API server.
func (k *cluster) refusal(s metav1.Status, object string) *ops.Error {
	if e := k.admission(s.Message, object); e != nil {
		return e
	}
	switch s.Reason {
	case metav1.StatusReasonNotFound:
		return k.notFound(s, object)
	case metav1.StatusReasonUnauthorized:
		return ops.Errorf(ops.Denied, "cluster %s does not accept the credentials; renew the token or certificate in its kubeconfig",
			"集群 %s 不接受当前凭据;请更新其 kubeconfig 中的 token 或证书", k.name)
	case metav1.StatusReasonForbidden:
		return k.forbidden(s, object)
	case metav1.StatusReasonConflict, metav1.StatusReasonAlreadyExists:
		return ops.Errorf(ops.Conflict, "%s was changed by somebody else at the same moment; look at it and ask again",
			"%s 同时被其他人修改;请查看后重新申请", object)
	case metav1.StatusReasonInvalid, metav1.StatusReasonBadRequest, metav1.StatusReasonRequestEntityTooLarge:
		return ops.Errorf(ops.Invalid, "cluster %s finds the new state of %s invalid: %s; ask for a value that it allows",
			"集群 %s 认为 %s 的新状态无效:%s;请改用允许的取值", k.name, object, s.Message)
	case metav1.StatusReasonTooManyRequests:
		return k.tooMany(s, object)
	}
	if s.Code >= http.StatusInternalServerError || s.Code == http.StatusTooManyRequests {
		return ops.Errorf(ops.Unavailable, "the API server of cluster %s cannot answer now (%d); it is tried again",
			"集群 %s 的 API server 暂时无法响应(%d);将会重试", k.name, s.Code)
	}
	return ops.Errorf(ops.Internal, "cluster %s gave an answer about %s that was not expected (%d %s); the operators find it in the log",
		"集群 %s 对 %s 的答复出乎意料(%d %s);请运维人员查看日志", k.name, object, s.Code, s.Reason)
}

func (k *cluster) notFound(s metav1.Status, object string) *ops.Error {
	if s.Details == nil || s.Details.Name == "" {
		return ops.Errorf(ops.NotFound, "cluster %s does not serve what is asked about %s; it may be too old",
			"集群 %s 不提供查询 %s 所需的接口;版本可能过旧", k.name, object)
	}
	return ops.Errorf(ops.NotFound, "%s: cluster %s has no %s %q; it was deleted or the inventory is out of date",
		"%s:集群 %s 中没有 %s %q;可能已被删除,或资产清单已过期", object, k.name, s.Details.Kind, s.Details.Name)
}

func (k *cluster) forbidden(s metav1.Status, object string) *ops.Error {
	if p, ok := parseForbidden(s.Message); ok {
		return ops.Errorf(ops.Denied, "cluster %s does not let the account %q %s; have its administrator bind the ClusterRole %q to it",
			"集群 %s 不允许账号 %q %s;请由集群管理员为其绑定 ClusterRole %q", k.name, p.User, p.text(), RoleName)
	}
	return ops.Errorf(ops.Denied, "cluster %s refuses to change %s: %s; have its administrators allow it",
		"集群 %s 拒绝修改 %s:%s;请联系集群管理员放行", k.name, object, s.Message)
}

func (k *cluster) tooMany(s metav1.Status, object string) *ops.Error {
	if s.Details != nil {
		for _, c := range s.Details.Causes {
			if c.Type == policyv1.DisruptionBudgetCause {
				return ops.Errorf(ops.Unavailable, "%s may not be taken down now: a disruption budget keeps enough instances up (%s); it is tried again until others are ready",
					"%s 暂时不能下线:中断预算要求保留足够的实例(%s);其他实例就绪前将持续重试", object, c.Message)
			}
		}
	}
	return ops.Errorf(ops.Unavailable, "the API server of cluster %s has too much to do; it is tried again",
		"集群 %s 的 API server 过于繁忙;将会重试", k.name)
}
