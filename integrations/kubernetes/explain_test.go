package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"
	"testing"

	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"orderly.example/ops"
)

var (
	webs = schema.GroupResource{Group: "apps", Resource: "deployments"}
	pods = schema.GroupResource{Resource: "pods"}
)

func TestEveryRefusalIsExplained(t *testing.T) {
	budget := apierrors.NewTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0)
	budget.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: policyv1.DisruptionBudgetCause, Message: "The disruption budget web-pdb needs 2 healthy pods and has 2 currently"}}
	webhook := apierrors.NewForbidden(webs, "web", nil)
	webhook.ErrStatus.Message = `admission webhook "images.example" denied the request: only images of registry.example`
	policy := apierrors.NewInvalid(schema.GroupKind{Group: "apps", Kind: "Deployment"}, "web", nil)
	policy.ErrStatus.Message = `deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'few-replicas' with binding 'all' denied request: at most 5 replicas`
	refused := &url.Error{Op: "Get", URL: "https://x", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}
	for name, test := range map[string]struct {
		err   error
		code  ops.Code
		words []string
	}{
		"not found":       {apierrors.NewNotFound(webs, "web"), ops.NotFound, []string{"idc1", "web", "deployments"}},
		"no such path":    {apierrors.NewGenericServerResponse(404, "get", schema.GroupResource{}, "", "", 0, true), ops.NotFound, []string{"idc1"}},
		"unauthorized":    {apierrors.NewUnauthorized("no"), ops.Denied, []string{"idc1", "kubeconfig"}},
		"rbac":            {apierrors.NewForbidden(webs, "web", errors.New(`User "bot" cannot update resource "deployments/scale" in API group "apps" in the namespace "shop"`)), ops.Denied, []string{"bot", "update deployments/scale.apps", "shop", RoleName}},
		"rbac, cluster":   {apierrors.NewForbidden(pods, "", errors.New(`User "bot" cannot list resource "pods" in API group "" at the cluster scope`)), ops.Denied, []string{"bot", "list pods"}},
		"quota":           {apierrors.NewForbidden(pods, "web-1", errors.New("exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2")), ops.Denied, []string{"few", "pods", "2"}},
		"other forbidden": {apierrors.NewForbidden(pods, "web-1", errors.New("the namespace is being terminated")), ops.Denied, []string{"being terminated"}},
		"webhook":         {webhook, ops.Denied, []string{"images.example", "only images of registry.example"}},
		"policy":          {policy, ops.Denied, []string{"few-replicas", "at most 5 replicas"}},
		"webhook away":    {apierrors.NewInternalError(errors.New(`failed calling webhook "images.example": connection refused`)), ops.Unavailable, []string{"images.example"}},
		"conflict":        {apierrors.NewConflict(webs, "web", errors.New("changed")), ops.Conflict, []string{"target"}},
		"exists":          {apierrors.NewAlreadyExists(webs, "web"), ops.Conflict, []string{"target"}},
		"invalid":         {apierrors.NewInvalid(schema.GroupKind{Kind: "Deployment"}, "web", nil), ops.Invalid, []string{"target"}},
		"bad request":     {apierrors.NewBadRequest("no such field"), ops.Invalid, []string{"no such field"}},
		"budget":          {budget, ops.Unavailable, []string{"web-pdb"}},
		"busy":            {apierrors.NewTooManyRequests("slow down", 1), ops.Unavailable, []string{"idc1"}},
		"server timeout":  {apierrors.NewServerTimeout(webs, "get", 1), ops.Unavailable, []string{"idc1"}},
		"timeout":         {apierrors.NewTimeoutError("slow", 1), ops.Unavailable, []string{"idc1"}},
		"internal":        {apierrors.NewInternalError(errors.New("etcd")), ops.Unavailable, []string{"idc1"}},
		"unavailable":     {apierrors.NewServiceUnavailable("later"), ops.Unavailable, []string{"idc1"}},
		"bad gateway":     {apierrors.NewGenericServerResponse(502, "get", webs, "web", "", 0, true), ops.Unavailable, []string{"502"}},
		"never heard":     {apierrors.NewGenericServerResponse(418, "get", webs, "web", "", 0, true), ops.Internal, []string{"418"}},
		"refused":         {refused, ops.Unavailable, []string{"idc1"}},
		"deadline":        {fmt.Errorf("get: %w", context.DeadlineExceeded), ops.Unavailable, []string{"idc1"}},
		"wrapped":         {fmt.Errorf("reading: %w", apierrors.NewNotFound(webs, "web")), ops.NotFound, []string{"web"}},
	} {
		t.Run(name, func(t *testing.T) {
			k := &cluster{name: "idc1"}
			err := k.explain(test.err, "target")
			explained(t, err, test.code, test.words...)
			if !errors.Is(err, test.err) {
				t.Error("the cause is lost for the log")
			}
		})
	}
}

func TestSomeErrorsAreLeftAlone(t *testing.T) {
	k := &cluster{name: "idc1"}
	said := ops.Errorf(ops.Conflict, "said", "说过")
	for _, err := range []error{nil, context.Canceled, fmt.Errorf("x: %w", context.Canceled), said} {
		if got := k.explain(err, "target"); got != err {
			t.Errorf("got %v, want %v", got, err)
		}
	}
}

func TestAQuotaOverSeveralResources(t *testing.T) {
	q, ok := parseQuota(`pods "x" is forbidden: exceeded quota: few, requested: limits.cpu=1,pods=1, used: limits.cpu=3500m,pods=7, limited: limits.cpu=4,pods=7`)
	if !ok || q.Name != "few" || q.Used["limits.cpu"] != "3500m" || q.Limited["pods"] != "7" || len(q.Resources) != 2 {
		t.Fatalf("got %+v, %v", q, ok)
	}
	if text := q.text(); text.En != "the quota few leaves no room (limits.cpu: 3500m of 4 used, 1 more needed; pods: 7 of 7 used, 1 more needed); free something in the namespace, or have the quota raised" {
		t.Errorf("got %s", text.En)
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add("exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2")
	f.Add(`User "bot" cannot update resource "deployments/scale" in API group "apps" in the namespace "shop"`)
	f.Add(`admission webhook "x" denied the request: no`)
	f.Add(`ValidatingAdmissionPolicy 'x' with binding 'y' denied request: no`)
	f.Add(`failed calling webhook "x"`)
	f.Fuzz(func(t *testing.T, message string) {
		if q, ok := parseQuota(message); ok && (q.Name == "" || q.text().IsZero()) {
			t.Errorf("got %+v", q)
		}
		if m, ok := parseForbidden(message); ok && m.text().IsZero() {
			t.Errorf("got %+v", m)
		}
		k := &cluster{name: "idc1"}
		if e := k.refusal(metav1.Status{Message: message, Reason: metav1.StatusReasonForbidden, Code: 403}, "target"); e.Text.En == "" || e.Text.Zh == "" {
			t.Errorf("got %+v", e)
		}
	})
}
