package config

import (
	"slices"
	"strings"
	"time"

	"orderly.example/ops"
)

// Cloud makes the machines of clusters.
type Cloud struct {
	Name    string                       `yaml:"name"`
	Kind    string                       `yaml:"kind"`   // http: a service that speaks as integrations/machines says; or tencent, alibaba, cloudstack
	URL     string                       `yaml:"url"`    // of the service or of CloudStack's API; tencent and alibaba: only where it is not the public one
	Token   Secret                       `yaml:"token"`  // http
	Region  string                       `yaml:"region"` // tencent, alibaba
	Key     Secret                       `yaml:"key"`    // all but http: the ID of the access key, or the API key
	Secret  Secret                       `yaml:"secret"` // all but http: the access key itself
	Pools   map[string]map[string]string `yaml:"pools"`  // by cluster and name: what the cloud calls the group
	Timeout time.Duration                `yaml:"timeout"`
}

// cloudKinds are the kinds of clouds.
var cloudKinds = []string{"http", "tencent", "alibaba", "cloudstack"}

// missing names what a cloud of its kind cannot do without.
func (c Cloud) missing() string {
	if c.Kind == "http" {
		return lacking("url", c.URL)
	}
	where, value := "region", c.Region
	if c.Kind == "cloudstack" {
		where, value = "url", c.URL
	}
	return lacking(where, value, "key", string(c.Key), "secret", string(c.Secret))
}

// lacking names the keys whose values are empty.
func lacking(pairs ...string) string {
	var out []string
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] == "" {
			out = append(out, pair[0])
		}
	}
	return strings.Join(out, ", ")
}

func (c Config) checkClouds(say func(field, en, zh string, args ...any)) {
	for i, cloud := range c.Clouds {
		twice := slices.ContainsFunc(c.Clouds[:i], func(o Cloud) bool { return o.Name == cloud.Name })
		switch {
		case !plainName.MatchString(cloud.Name) || twice:
			say("clouds", "cloud %d needs a name of its own, of lower-case letters, digits and dashes", "第 %d 个云需要唯一的名称,由小写字母、数字和连字符组成", i+1)
		case !slices.Contains(cloudKinds, cloud.Kind):
			say("clouds", "%s has the kind %q%s; known: %s", "%s 的 kind %q 无效%s;可用:%s", cloud.Name, cloud.Kind, ops.DidYouMean(cloud.Kind, cloudKinds), strings.Join(cloudKinds, ", "))
		case cloud.missing() != "":
			say("clouds", "%s, of kind %s, lacks %s", "%s(kind %s)缺少 %s", cloud.Name, cloud.Kind, cloud.missing())
		case len(cloud.Pools) == 0:
			say("clouds", "%s has no pools; write pools: {idc1/c1: {workers: group-1}}", "%s 没有机器池;请写成 pools: {idc1/c1: {workers: group-1}}", cloud.Name)
		}
	}
}
