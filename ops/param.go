package ops

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is the type of a parameter.
type Kind string

// The kinds of parameters. Each has one canonical text form.
const (
	KindString   Kind = "string"
	KindInt      Kind = "int"
	KindBool     Kind = "bool"
	KindDuration Kind = "duration" // 90s, 10m, 1h30m
	KindEnum     Kind = "enum"     // one of Options
	KindTarget   Kind = "target"   // one target
	KindTargets  Kind = "targets"  // targets or patterns, separated by commas
	KindUser     Kind = "user"     // a person of the people file
	KindTime     Kind = "time"     // RFC 3339
	KindSecret   Kind = "secret"   // a reference env:NAME or file:/path, never the secret itself
)

// Targets is a list of targets or patterns.
type Targets []Target

// String gives the canonical form, separated by commas.
func (ts Targets) String() string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.String()
	}
	return strings.Join(out, ",")
}

// Person is the id of a person of the people file.
type Person string

// SecretRef names where a secret is kept: env:NAME or file:/path.
type SecretRef string

// Param describes one parameter of an operation; ParamsOf derives it from a struct field.
type Param struct {
	Name        string   `json:"name"`
	Kind        Kind     `json:"kind"`
	Help        Text     `json:"help"`
	Required    bool     `json:"required,omitempty"`
	Default     string   `json:"default,omitempty"`
	Min         string   `json:"min,omitempty"`     // for int and duration: the smallest value
	Max         string   `json:"max,omitempty"`     // for int and duration: the largest value
	Pattern     string   `json:"pattern,omitempty"` // for string: a regular expression over the whole value
	Pairs       bool     `json:"pairs,omitempty"`   // for string: pairs key=value, which chat takes without the parameter's name
	Options     []string `json:"options,omitempty"` // for enum: the allowed values
	OptionsFrom string   `json:"options_from,omitempty"`
}

// maxValue bounds the length of one parameter value, in bytes.
const maxValue = 4096

// Parse checks a value and returns it typed: string, int64, bool, time.Duration, Target, Targets, Person, time.Time or
// SecretRef.
func (p Param) Parse(value string) (any, error) {
	value = strings.TrimSpace(value)
	if len(value) > maxValue {
		return nil, p.wrong(Textf("it is longer than %d characters", "长度超过 %d 个字符", maxValue))
	}
	switch p.Kind {
	case KindInt:
		return p.parseInt(value)
	case KindBool:
		return p.parseBool(value)
	case KindDuration:
		return p.parseDuration(value)
	case KindEnum:
		return p.parseEnum(value)
	case KindTarget:
		return parseOneTarget(value)
	case KindTargets:
		return parseTargets(value)
	case KindTime:
		return p.parseTime(value)
	case KindUser:
		return p.parsePerson(value)
	case KindSecret:
		return p.parseSecret(value)
	default:
		return p.parseString(value)
	}
}

// Canonical checks a value and returns its one written form.
func (p Param) Canonical(value string) (string, error) {
	v, err := p.Parse(value)
	if err != nil {
		return "", err
	}
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10), nil
	case bool:
		return strconv.FormatBool(v), nil
	case time.Duration:
		return v.String(), nil
	case Target:
		return v.String(), nil
	case Targets:
		return v.String(), nil
	case time.Time:
		return v.Format(time.RFC3339), nil
	case Person:
		return string(v), nil
	case SecretRef:
		return string(v), nil
	default:
		return v.(string), nil
	}
}

// Secret says whether the value must never be shown.
func (p Param) Secret() bool { return p.Kind == KindSecret }

func (p Param) wrong(why Text) *Error { return Errorf(Invalid, "%s", "%s", why).At(p.Name) }

func (p Param) parseInt(s string) (any, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil, p.wrong(Textf("%q is not a whole number", "%q 不是整数", s))
	}
	if lo, err := strconv.ParseInt(p.Min, 10, 64); err == nil && n < lo {
		return nil, p.wrong(Textf("%d is too small; the least is %d", "%d 太小,最小为 %d", n, lo))
	}
	if hi, err := strconv.ParseInt(p.Max, 10, 64); err == nil && n > hi {
		return nil, p.wrong(Textf("%d is too large; the most is %d", "%d 太大,最大为 %d", n, hi))
	}
	return n, nil
}

func (p Param) parseBool(s string) (any, error) {
	switch strings.ToLower(s) {
	case "true", "yes", "on", "1", "y", "是":
		return true, nil
	case "false", "no", "off", "0", "n", "否":
		return false, nil
	}
	return nil, p.wrong(Textf("%q is neither yes nor no", "%q 应为 是 或 否", s))
}

func (p Param) parseDuration(s string) (any, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return nil, p.wrong(Textf("%q is not a duration; write it like 90s, 10m or 1h30m", "%q 不是时长,请写成 90s、10m 或 1h30m", s))
	}
	if lo, err := time.ParseDuration(p.Min); err == nil && d < lo {
		return nil, p.wrong(Textf("%s is too short; the least is %s", "%s 太短,最短为 %s", s, lo))
	}
	if hi, err := time.ParseDuration(p.Max); err == nil && d > hi {
		return nil, p.wrong(Textf("%s is too long; the most is %s", "%s 太长,最长为 %s", s, hi))
	}
	return d, nil
}

func (p Param) parseEnum(s string) (any, error) {
	for _, o := range p.Options {
		if strings.EqualFold(o, s) {
			return o, nil
		}
	}
	return nil, p.wrong(Textf("%q is not one of %s%s", "%q 不在可选值 %s 中%s", s, strings.Join(p.Options, ", "), DidYouMean(s, p.Options)))
}

func (p Param) parseTime(s string) (any, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return nil, p.wrong(Textf("%q is not a time; write it like 2026-11-24T09:30:00+08:00", "%q 不是时间,请写成 2026-11-24T09:30:00+08:00", s))
	}
	return t, nil
}

var personID = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

func (p Param) parsePerson(s string) (any, error) {
	s = strings.TrimPrefix(s, "@")
	if !personID.MatchString(s) {
		return nil, p.wrong(Textf("%q is not a person's id", "%q 不是人员标识", s))
	}
	return Person(s), nil
}

func (p Param) parseSecret(s string) (any, error) {
	kind, name, _ := strings.Cut(s, ":")
	if (kind != "env" && kind != "file") || name == "" {
		return nil, p.wrong(Textf("do not type a secret here; give a reference, env:NAME or file:/path",
			"请勿直接填写密钥;请填写引用 env:名称 或 file:/路径"))
	}
	return SecretRef(s), nil
}

func (p Param) parseString(s string) (any, error) {
	if p.Pattern != "" {
		re, err := regexp.Compile(`^(?:` + p.Pattern + `)$`)
		if err != nil {
			return nil, Errorf(Internal, "the pattern of %s is broken", "%s 的格式规则有误", p.Name).Because(err)
		}
		if !re.MatchString(s) {
			return nil, p.wrong(Textf("%q does not look right: %s", "%q 格式不对:%s", s, p.Help))
		}
	}
	if p.Pairs {
		return p.parsePairs(s)
	}
	return s, nil
}

// parsePairs refuses typed secrets before anything is recorded, and never repeats one.
func (p Param) parsePairs(s string) (any, error) {
	pairs, err := ParsePairs(s)
	if err != nil {
		return nil, AsError(err).At(p.Name)
	}
	for _, x := range pairs {
		if SecretKey(x.Key) {
			return nil, p.wrong(Textf("the value of %s is a secret, and what is typed here stays in the record; set it where secrets are kept",
				"%s 的值是密钥,而此处填写的内容会留在记录中;请在密钥管理处设置", x.Key))
		}
	}
	return FormatPairs(pairs), nil
}

func parseOneTarget(s string) (any, error) {
	t, err := ParseTarget(s)
	if err != nil {
		return nil, err
	}
	if t.IsPattern() {
		return nil, Errorf(Invalid, "%s selects many; name one target here", "%s 会选中多个目标,此处只能写一个", t)
	}
	return t, nil
}

func parseTargets(s string) (any, error) {
	var out Targets
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '\uff0c' || r == ' ' }) {
		t, err := ParseTarget(part)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return nil, targetError(s, Textf("it is empty", "为空"))
	}
	return out, nil
}
