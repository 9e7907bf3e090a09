package ops

import (
	"encoding/json"
	"slices"
	"strings"
)

// ConfigPlace says where the configuration of a service is kept. App and Cluster may hold ${service}, ${product},
// ${env}, ${idc}, ${cluster}, ${context}, ${namespace} and ${name}, which are those of the place.
type ConfigPlace struct {
	Provider   string            `json:"provider" yaml:"provider"`         // such as apollo, nacos, consul or kubernetes
	App        string            `json:"app,omitempty" yaml:"app"`         // what the provider calls the service; empty: its config_app, or its name
	Cluster    string            `json:"cluster,omitempty" yaml:"cluster"` // the provider's cluster; empty: its default
	Envs       map[string]string `json:"envs,omitempty" yaml:"envs"`       // the provider's names of environments; one that is left out has its own name
	Namespaces []ConfigSpace     `json:"namespaces" yaml:"namespaces"`     // the first is meant when none is named
}

// ConfigSpace is one set of keys of a service.
type ConfigSpace struct {
	Name   string `json:"name" yaml:"name"`
	Schema string `json:"schema,omitempty" yaml:"schema"` // a JSON Schema that the values must satisfy, as an object; empty: none
}

// ConfigAt names one set of keys in the words of the provider that keeps it.
type ConfigAt struct {
	Provider  string `json:"provider"`
	App       string `json:"app"`
	Env       string `json:"env"`
	Cluster   string `json:"cluster,omitempty"`
	Namespace string `json:"namespace"`
}

// String names it for people, such as PRO/shop.cart.api/application.
func (a ConfigAt) String() string {
	s := a.App + "/" + a.Namespace
	if a.Cluster != "" {
		s = a.Cluster + "/" + s
	}
	return a.Env + "/" + s
}

// Wrong says what is wrong with where a configuration is kept; zero when nothing is.
func (c ConfigPlace) Wrong() Text {
	if c.Provider == "" {
		return Textf("the config has no provider; write apollo, nacos, consul or kubernetes", "config 缺少 provider;请写 apollo、nacos、consul 或 kubernetes")
	}
	if len(c.Namespaces) == 0 {
		return Textf("the config has no namespaces; name at least one", "config 缺少 namespaces;请至少写一个")
	}
	for i, n := range c.Namespaces {
		switch {
		case n.Name == "":
			return Textf("a namespace of the config has no name", "config 的 namespace 缺少 name")
		case slices.ContainsFunc(c.Namespaces[:i], func(o ConfigSpace) bool { return o.Name == n.Name }):
			return Textf("the namespace %s is there twice", "namespace %s 重复", n.Name)
		case n.Schema != "" && !json.Valid([]byte(n.Schema)):
			return Textf("the schema of namespace %s is no JSON", "namespace %s 的 schema 不是 JSON", n.Name)
		}
	}
	for _, s := range []string{c.App, c.Cluster} {
		if left := fillPlace(s, Place{Target: Target{Service: "a.b.c"}}); strings.Contains(left, "${") {
			return Textf("%q holds a name that is not known; known: %s", "%q 中有未知的变量;可用:%s", s, placeNames)
		}
	}
	return Text{}
}

// Space is the namespace of that name; the first when none is named.
func (c ConfigPlace) Space(name string) (ConfigSpace, error) {
	var known []string
	for _, n := range c.Namespaces {
		if name == "" || n.Name == name {
			return n, nil
		}
		known = append(known, n.Name)
	}
	return ConfigSpace{}, Errorf(NotFound, "there is no namespace %q%s; known: %v", "没有 namespace %q%s;可用:%v", name, DidYouMean(name, known), known).At("namespace")
}

// ConfigAt is where the configuration of a service is kept for one of its places.
func (s Service) ConfigAt(p Place, namespace string) (ConfigAt, ConfigSpace, error) {
	if s.Config == nil {
		return ConfigAt{}, ConfigSpace{}, Errorf(NotFound, "the inventory does not say where the configuration of %s is kept; add config: {provider, namespaces} to it",
			"资产清单未说明 %s 的配置存放位置;请为其添加 config: {provider, namespaces}", s.Name).At("target")
	}
	space, err := s.Config.Space(namespace)
	if err != nil {
		return ConfigAt{}, space, err
	}
	at := ConfigAt{Provider: s.Config.Provider, App: s.Config.App, Env: s.Config.Envs[p.Target.Env], Cluster: fillPlace(s.Config.Cluster, p), Namespace: space.Name}
	if at.Env == "" {
		at.Env = p.Target.Env
	}
	for _, or := range []string{s.ConfigApp, s.Name} {
		if at.App == "" {
			at.App = or
		}
	}
	at.App = fillPlace(at.App, p)
	return at, space, nil
}

const placeNames = "${service} ${product} ${env} ${idc} ${cluster} ${context} ${namespace} ${name}"

func fillPlace(s string, p Place) string {
	t := p.Target
	return strings.NewReplacer("${service}", t.Service, "${product}", t.Product(), "${env}", t.Env, "${idc}", t.IDC, "${cluster}", t.Cluster,
		"${context}", p.Context, "${namespace}", p.Namespace, "${name}", p.Name).Replace(s)
}
