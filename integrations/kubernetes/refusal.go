package kubernetes

import (
	"regexp"
	"strings"

	"orderly.example/ops"
)

// The API server says these things only as text, which is the same in every version since 1.16.
var (
	webhookDenied = regexp.MustCompile(`admission webhook "([^"]+)" denied the request:? ?(.*)`)
	policyDenied  = regexp.MustCompile(`ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request:? ?(.*)`)
	webhookAway   = regexp.MustCompile(`failed calling webhook "([^"]+)"`)
	quotaExceeded = regexp.MustCompile(`exceeded quota: (\S+), requested: (.+), used: (.+), limited: (.+)`)
	roleMissing   = regexp.MustCompile(`User "([^"]*)" cannot (\S+) resource "([^"]+)"(?: in API group "([^"]*)")?(?: in the namespace "([^"]*)")?`)
)

// admission explains a refusal of an admission webhook, an admission policy or a quota, and is nil for everything else.
func (k *cluster) admission(message, object string) *ops.Error {
	for _, re := range []*regexp.Regexp{webhookDenied, policyDenied} {
		if m := re.FindStringSubmatch(message); m != nil {
			return ops.Errorf(ops.Denied, "the admission rule %s of cluster %s refuses %s: %s; change what is asked for, or ask the owner of the rule",
				"集群 %[2]s 的准入规则 %[1]s 拒绝了 %[3]s:%[4]s;请调整申请,或联系该规则的负责人", m[1], k.name, object, strings.TrimSpace(m[2]))
		}
	}
	if m := webhookAway.FindStringSubmatch(message); m != nil {
		return ops.Errorf(ops.Unavailable, "the admission webhook %s of cluster %s does not answer, so nothing can be changed; it is tried again, have its owner look at it",
			"集群 %[2]s 的准入 webhook %[1]s 无响应,因此无法变更;将会重试,请联系其负责人", m[1], k.name)
	}
	if q, ok := parseQuota(message); ok {
		return ops.Errorf(ops.Denied, "%s: %s", "%s:%s", object, q.text())
	}
	return nil
}

// quotaRefusal is what the API server says when a quota is used up.
type quotaRefusal struct {
	Name                     string
	Requested, Used, Limited map[string]string // by resource
	Resources                []string          // in the order of the message
}

// parseQuota reads a message such as "exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2".
func parseQuota(message string) (quotaRefusal, bool) {
	m := quotaExceeded.FindStringSubmatch(message)
	if m == nil {
		return quotaRefusal{}, false
	}
	q := quotaRefusal{Name: m[1], Requested: map[string]string{}, Used: map[string]string{}, Limited: map[string]string{}}
	for i, into := range []map[string]string{q.Requested, q.Used, q.Limited} {
		for pair := range strings.SplitSeq(m[i+2], ",") {
			name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
			if !ok || name == "" {
				return quotaRefusal{}, false
			}
			if i == 0 {
				q.Resources = append(q.Resources, name)
			}
			into[name] = value
		}
	}
	return q, true
}

func (q quotaRefusal) text() ops.Text {
	lines := make([]ops.Text, 0, len(q.Resources))
	for _, r := range q.Resources {
		lines = append(lines, shortage(r, q.Used[r], q.Limited[r], q.Requested[r]))
	}
	return quotaText(q.Name, lines)
}

// shortage says one resource of a quota in words.
func shortage(resource, used, limit, more string) ops.Text {
	return ops.Textf("%s: %s of %s used, %s more needed", "%s:已用 %s/%s,还需 %s", resource, used, limit, more)
}

// quotaText says that a quota leaves no room.
func quotaText(name string, lines []ops.Text) ops.Text {
	return ops.Textf("the quota %s leaves no room (%s); free something in the namespace, or have the quota raised",
		"配额 %s 余量不足(%s);请释放该命名空间中的资源,或申请提高配额", name, ops.JoinTexts(lines, ops.Text{En: "; ", Zh: ";"}))
}

// missing is a permission that the API server found missing.
type missing struct {
	User, Verb, Resource, Group, Namespace string
}

// parseForbidden reads a message such as `... User "bot" cannot update resource "deployments/scale" in API group "apps"
// in the namespace "shop"`.
func parseForbidden(message string) (missing, bool) {
	m := roleMissing.FindStringSubmatch(message)
	if m == nil {
		return missing{}, false
	}
	return missing{User: m[1], Verb: m[2], Resource: m[3], Group: m[4], Namespace: m[5]}, true
}

func (m missing) text() ops.Text {
	object := m.Resource
	if m.Group != "" {
		object += "." + m.Group
	}
	if m.Namespace == "" {
		return ops.Textf("%s %s", "%s %s", m.Verb, object)
	}
	return ops.Textf("%s %s in namespace %s", "在命名空间 %[3]s 中 %[1]s %[2]s", m.Verb, object, m.Namespace)
}
