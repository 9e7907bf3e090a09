package ops

import (
	"regexp"
	"strings"
)

// Target is where an operation acts: a service named product.subsystem.module, and optionally the data centre (IDC),
// the cluster and the environment. Its one written form is `shop.cart.api@idc1/c1:prod`; in a pattern any part may
// hold `*`, and an IDC or cluster that is left out stands for all of them.
type Target struct {
	Service string
	IDC     string
	Cluster string
	Env     string
}

var (
	servicePart = regexp.MustCompile(`^[a-z0-9*]([a-z0-9_*-]*[a-z0-9*])?(\.[a-z0-9*]([a-z0-9_*-]*[a-z0-9*])?)*$`)
	placePart   = regexp.MustCompile(`^[a-z0-9*]([a-z0-9_*-]*[a-z0-9*])?$`)
)

// maxTarget bounds the length of a written target, in bytes.
const maxTarget = 200

// ParseTarget reads the written form of a target or a pattern. The error says which part is wrong.
func ParseTarget(s string) (Target, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Target{}, targetError(s, Textf("it is empty", "为空"))
	}
	if len(s) > maxTarget {
		return Target{}, targetError(s[:40]+"…", Textf("it is longer than %d characters", "长度超过 %d 个字符", maxTarget))
	}
	var t Target
	rest, env, hasEnv := strings.Cut(s, ":")
	name, place, hasPlace := strings.Cut(rest, "@")
	t.Service, t.Env = name, env
	if !servicePart.MatchString(name) {
		return Target{}, targetError(s, Textf("the service %q must look like product.subsystem.module (a-z, 0-9, - and _)",
			"服务名 %q 应为 产品.子系统.模块(小写字母、数字、- 和 _)", name))
	}
	if hasEnv && !placePart.MatchString(env) {
		return Target{}, targetError(s, Textf("after ':' there must be an environment, such as prod", "':' 之后应为环境名,例如 prod"))
	}
	if !hasPlace {
		return t, nil
	}
	idc, cluster, hasCluster := strings.Cut(place, "/")
	t.IDC, t.Cluster = idc, cluster
	if !placePart.MatchString(idc) {
		return Target{}, targetError(s, Textf("after '@' there must be a data centre, such as idc1", "'@' 之后应为机房名,例如 idc1"))
	}
	if hasCluster && !placePart.MatchString(cluster) {
		return Target{}, targetError(s, Textf("after '/' there must be a cluster, such as c1", "'/' 之后应为集群名,例如 c1"))
	}
	return t, nil
}

func targetError(s string, why Text) error {
	return Errorf(Invalid, "%q is not a target: %s; write it like shop.cart.api@idc1/c1:prod",
		"%q 不是有效的目标:%s;请写成 shop.cart.api@idc1/c1:prod", s, why)
}

// String gives the one written form.
func (t Target) String() string {
	var b strings.Builder
	b.WriteString(t.Service)
	if t.IDC != "" {
		b.WriteString("@" + t.IDC)
	}
	if t.Cluster != "" {
		if t.IDC == "" {
			b.WriteString("@*")
		}
		b.WriteString("/" + t.Cluster)
	}
	if t.Env != "" {
		b.WriteString(":" + t.Env)
	}
	return b.String()
}

// MarshalText gives the written form, so that JSON, YAML and history show it.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the written form; an empty text is the zero target.
func (t *Target) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*t = Target{}
		return nil
	}
	p, err := ParseTarget(string(b))
	if err != nil {
		return err
	}
	*t = p
	return nil
}

// IsPattern says whether the target holds a `*` and so may select many.
func (t Target) IsPattern() bool {
	return strings.Contains(t.Service+t.IDC+t.Cluster+t.Env, "*")
}

// Matches says whether the pattern t selects the concrete target o. A part that t leaves out matches everything.
func (t Target) Matches(o Target) bool {
	return glob(t.Service, o.Service) && globOrAny(t.IDC, o.IDC) && globOrAny(t.Cluster, o.Cluster) && globOrAny(t.Env, o.Env)
}

// Product is the first part of the service name.
func (t Target) Product() string {
	p, _, _ := strings.Cut(t.Service, ".")
	return p
}

func globOrAny(pattern, s string) bool { return pattern == "" || glob(pattern, s) }

// glob matches with `*` standing for any run of characters, dots included.
func glob(pattern, s string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return len(s) >= len(part) && strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], next
	}
}
