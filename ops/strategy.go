package ops

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Strategy says how the versions of a service go out: in which order, how few at first, and what has to be true before
// more follow.
type Strategy struct {
	Kind      string        `json:"kind,omitempty" yaml:"kind"`           // rolling, canary or bluegreen; empty: canary where one is described, else rolling
	Container string        `json:"container,omitempty" yaml:"container"` // has the version; empty: the only one
	Image     string        `json:"image,omitempty" yaml:"image"`         // repository of the image; empty: that of what runs
	Registry  string        `json:"registry,omitempty" yaml:"registry"`   // provider that knows the image's digest; empty: it is not pinned
	Order     []string      `json:"order,omitempty" yaml:"order"`         // environments, one after the other; empty: as they come, prod at last
	Wave      string        `json:"wave,omitempty" yaml:"wave"`           // what goes out at once: cluster, idc or env; empty: cluster
	Bake      time.Duration `json:"bake,omitempty" yaml:"bake"`           // how long a wave is watched before the next
	Canary    Canary        `json:"canary,omitzero" yaml:"canary"`
	Gates     []Gate        `json:"gates,omitempty" yaml:"gates"`  // of every wave
	Source    Source        `json:"source,omitzero" yaml:"source"` // where its versions are built; zero: whatever is asked for is taken
	Needs     []string      `json:"needs,omitempty" yaml:"needs"`  // services that have to be out before, where a train brings both
}

// Canary is a few instances of the new version beside the old ones, before the waves of an environment. In a blue-green
// strategy it is as many instances as the old version has, and gets all of the traffic at once.
type Canary struct {
	Env     string        `json:"env,omitempty" yaml:"env"`         // where; empty: in the last environment
	Percent int           `json:"percent,omitempty" yaml:"percent"` // of the instances there; 0: as many as its weights need, without weights no canary
	Bake    time.Duration `json:"bake,omitempty" yaml:"bake"`       // how long it is watched; 0: as long as a wave
	Traffic string        `json:"traffic,omitempty" yaml:"traffic"` // provider that divides the traffic, such as istio; empty: the instances share it evenly
	Host    string        `json:"host,omitempty" yaml:"host"`       // what the traffic is sent to, as that provider knows it; empty: the name of the workload
	Header  string        `json:"header,omitempty" yaml:"header"`   // name=value: requests with it go to the canary, before the weights and beside them
	Weights []int         `json:"weights,omitempty" yaml:"weights"` // percent of the traffic, one after the other, such as 5, 25, 50
}

// The kinds of strategies.
const (
	KindRolling   = "rolling"   // the old instances are replaced a few at a time
	KindCanary    = "canary"    // a few new instances beside the old ones first
	KindBlueGreen = "bluegreen" // as many new instances beside the old ones, then all traffic at once
)

// BlueGreen says whether all traffic goes to the new version at once.
func (s Strategy) BlueGreen() bool { return s.Kind == KindBlueGreen }

// Steered says whether a provider divides the traffic.
func (c Canary) Steered() bool { return c.Header != "" || len(c.Weights) > 0 }

// On says whether there is a canary at all.
func (c Canary) On() bool { return c.Percent > 0 || c.Steered() }

// Size is how many instances the canary has, in percent of those of the workload: enough for its greatest weight.
func (c Canary) Size() int { return max(1, c.Percent, slices.Max(append([]int{0}, c.Weights...))) }

// HeaderPair is the name and the value of the header, in the spelling of HTTP/2.
func (c Canary) HeaderPair() (name, value string) {
	name, value, _ = strings.Cut(c.Header, "=")
	return strings.ToLower(name), value
}

// Gate is a measured condition between steps.
type Gate struct {
	Name     string   `json:"name" yaml:"name"`
	Kind     GateKind `json:"kind" yaml:"kind"`
	Provider string   `json:"provider,omitempty" yaml:"provider"` // who measures; empty: prometheus, web, gitlab or harbor, by the kind
	Query    string   `json:"query,omitempty" yaml:"query"`       // of a metric, in the provider's language; ${service} and the like are filled in
	Min      *float64 `json:"min,omitempty" yaml:"min"`           // the least value that passes
	Max      *float64 `json:"max,omitempty" yaml:"max"`           // the greatest value that passes; of a diff: the share that may differ
	URL      string   `json:"url,omitempty" yaml:"url"`           // of an HTTP check; of the new version
	Baseline string   `json:"baseline,omitempty" yaml:"baseline"` // of a diff: the old version, whose answers are right; of a metric: see Before
	Requests []string `json:"requests,omitempty" yaml:"requests"` // paths that are read from both
	Ignore   []string `json:"ignore,omitempty" yaml:"ignore"`     // names of JSON fields that may differ
	Status   int      `json:"status,omitempty" yaml:"status"`     // what it must answer; 0: 200
	Envs     []string `json:"envs,omitempty" yaml:"envs"`         // where it counts; empty: everywhere

	Pipeline Pipeline `json:"pipeline,omitzero" yaml:"pipeline"` // what is run

	Severities map[string]int `json:"severities,omitempty" yaml:"severities"` // of a scan: how many vulnerabilities there may be, by severity
	Wait       time.Duration  `json:"wait,omitempty" yaml:"wait"`             // how long the result of a scan is waited for; 0: 15 minutes
}

// Before is the baseline of a metric that is compared with itself when the wave began. Any other baseline is a query, such
// as that of the old instances beside a canary. With a baseline, min and max are bounds of the value divided by it.
const Before = "before"

// GateKind says what a gate looks at.
type GateKind string

// The kinds of gates.
const (
	GateMetric   GateKind = "metric"   // the value of a query
	GateHTTP     GateKind = "http"     // an address answers
	GateDiff     GateKind = "diff"     // the new version answers as the old one
	GateManual   GateKind = "manual"   // a person says so, with promote
	GatePipeline GateKind = "pipeline" // a pipeline is run, and succeeds
	GateScan     GateKind = "scan"     // the image was scanned, and has few enough vulnerabilities; once, before the first wave
)

// What a wave may be.
const (
	WaveCluster = "cluster"
	WaveIDC     = "idc"
	WaveEnv     = "env"
)

// Wrong says what is wrong with a strategy; zero when nothing is.
func (s Strategy) Wrong() Text {
	switch {
	case s.Wave != "" && s.Wave != WaveCluster && s.Wave != WaveIDC && s.Wave != WaveEnv:
		return Textf("wave is %q; write cluster, idc or env", "wave 为 %q,请写 cluster、idc 或 env", s.Wave)
	case s.Canary.Percent < 0 || s.Canary.Percent > 50:
		return Textf("a canary of %d%% is none; write 1 to 50", "灰度比例 %d%% 无效,请写 1 到 50", s.Canary.Percent)
	case s.Bake < 0 || s.Canary.Bake < 0:
		return Textf("bake is negative", "bake 为负数")
	}
	if why := s.wrongKind(); !why.IsZero() {
		return why
	}
	if why := s.Canary.wrong(); !why.IsZero() {
		return why
	}
	if why := s.Source.Wrong(); !why.IsZero() {
		return why
	}
	for _, n := range s.Needs {
		if t, err := ParseTarget(n); err != nil || t != (Target{Service: n}) || t.IsPattern() {
			return Textf("needs has %q, which is no name of one service; write shop.cart.api", "needs 中的 %q 不是单个服务名,请写成 shop.cart.api", n)
		}
	}
	for _, g := range s.Gates {
		if why := g.Wrong(); !why.IsZero() {
			return why
		}
	}
	return Text{}
}

// wrongKind says what does not fit the kind of the strategy.
func (s Strategy) wrongKind() Text {
	c := s.Canary
	switch {
	case s.Kind != "" && s.Kind != KindRolling && s.Kind != KindCanary && s.Kind != KindBlueGreen:
		return Textf("kind is %q; write rolling, canary or bluegreen", "kind 为 %q,请写 rolling、canary 或 bluegreen", s.Kind)
	case s.Kind == KindRolling && c.On():
		return Textf("kind is rolling and a canary is described; take one of them out", "kind 为 rolling 却配置了 canary;请去掉其中之一")
	case s.Kind == KindCanary && !c.On():
		return Textf("kind is canary and none is described; give percent, weights or header", "kind 为 canary 却未配置灰度;请填写 percent、weights 或 header")
	case s.BlueGreen() && c.On():
		return Textf("kind is bluegreen, where all traffic goes at once; take percent, weights and header out of canary", "kind 为 bluegreen 时流量一次全部切换;请从 canary 中去掉 percent、weights 与 header")
	case !s.BlueGreen() && c.Steered() != (c.Traffic != ""):
		return Textf("weights or a header and traffic belong together: traffic names the provider that divides it, such as istio", "weights 或 header 须与 traffic 同时填写:traffic 是划分流量的提供方,如 istio")
	}
	return Text{}
}

// headerForm is a header with its value.
var headerForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+=[!-~]+$")

// wrong says what is wrong with how a canary gets its traffic.
func (c Canary) wrong() Text {
	if c.Header != "" && !headerForm.MatchString(c.Header) {
		return Textf("header is %q; write it like x-canary=always", "header 为 %q,请写成 x-canary=always", c.Header)
	}
	before := 0
	for _, w := range c.Weights {
		if w <= before || w > 100 {
			return Textf("weights are %v; write percents that rise, such as [5, 25, 50]", "weights 为 %v,请写递增的百分比,如 [5, 25, 50]", c.Weights)
		}
		before = w
	}
	return Text{}
}

// Wrong says what is wrong with a gate; zero when nothing is.
func (g Gate) Wrong() Text {
	switch {
	case g.Name == "":
		return Textf("a gate has no name", "门禁缺少 name")
	case g.Kind == GateMetric && (g.Query == "" || g.Min == nil && g.Max == nil):
		return Textf("gate %s needs a query and min or max", "门禁 %s 需要 query 以及 min 或 max", g.Name)
	case g.Kind == GateHTTP && g.URL == "":
		return Textf("gate %s needs a url", "门禁 %s 需要 url", g.Name)
	case g.Kind == GateDiff && (g.URL == "" || g.Baseline == "" || len(g.Requests) == 0):
		return Textf("gate %s needs a url, a baseline and requests", "门禁 %s 需要 url、baseline 与 requests", g.Name)
	case g.Kind == GatePipeline:
		return g.Pipeline.wrong(g.Name)
	case g.Kind == GateScan:
		return g.wrongScan()
	case g.Kind != GateMetric && g.Kind != GateHTTP && g.Kind != GateDiff && g.Kind != GateManual:
		return Textf("gate %s is of kind %q; write metric, http, diff, pipeline, scan or manual", "门禁 %s 的 kind 为 %q,请写 metric、http、diff、pipeline、scan 或 manual", g.Name, string(g.Kind))
	}
	return Text{}
}
