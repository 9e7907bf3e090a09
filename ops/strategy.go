package ops

import "time"

// Strategy says how the versions of a service go out: in which order, how few at first, and what has to be true before
// more follow.
type Strategy struct {
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

// Canary is a few instances of the new version beside the old ones, before the waves of an environment.
type Canary struct {
	Env     string        `json:"env,omitempty" yaml:"env"`         // where; empty: in the last environment
	Percent int           `json:"percent,omitempty" yaml:"percent"` // of the instances there; 0: no canary
	Bake    time.Duration `json:"bake,omitempty" yaml:"bake"`       // how long it is watched; 0: as long as a wave
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
	Baseline string   `json:"baseline,omitempty" yaml:"baseline"` // of the old version, whose answers are right
	Requests []string `json:"requests,omitempty" yaml:"requests"` // paths that are read from both
	Ignore   []string `json:"ignore,omitempty" yaml:"ignore"`     // names of JSON fields that may differ
	Status   int      `json:"status,omitempty" yaml:"status"`     // what it must answer; 0: 200
	Envs     []string `json:"envs,omitempty" yaml:"envs"`         // where it counts; empty: everywhere

	Pipeline Pipeline `json:"pipeline,omitzero" yaml:"pipeline"` // what is run

	Severities map[string]int `json:"severities,omitempty" yaml:"severities"` // of a scan: how many vulnerabilities there may be, by severity
	Wait       time.Duration  `json:"wait,omitempty" yaml:"wait"`             // how long the result of a scan is waited for; 0: 15 minutes
}

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
