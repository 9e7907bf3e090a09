package inventory

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"orderly.example/ops"
)

// maxFile bounds the size of an inventory file, in bytes.
const maxFile = 16 << 20

// The keys of an inventory file. A place may leave out provider (kubernetes), context (idc/cluster of its target) and
// kind (Deployment).
var (
	fileKeys    = []string{"services"}
	serviceKeys = []string{"name", "owner", "on_call", "help", "repository", "config_app", "release", "config", "places"}
	configKeys  = []string{"provider", "app", "cluster", "envs", "namespaces"}
	spaceKeys   = []string{"name", "schema"}
	placeKeys   = []string{"target", "provider", "context", "namespace", "kind", "name", "git", "external"}
	gitKeys     = []string{"provider", "project", "branch", "file", "field", "image", "follow"}
	outsideKeys = []string{"provider", "job", "application", "pipeline", "parameters", "timeout", "follow"}
	helpKeys    = []string{"en", "zh"}
)

// Parse reads an inventory file strictly; name is what to call it in errors, which say the line.
func Parse(raw []byte, name string) ([]ops.Service, error) {
	if len(raw) > maxFile {
		return nil, wrong(name, 1, ops.Textf("the file is larger than %d bytes", "文件超过 %d 字节", maxFile))
	}
	doc, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return nil, yamlError(name, 1, err)
	}
	if len(doc.Docs) != 1 || doc.Docs[0].Body == nil {
		return nil, wrong(name, 1, ops.Textf("the file must hold one list named services", "文件应包含一个名为 services 的列表"))
	}
	list, err := field(name, doc.Docs[0].Body, fileKeys, "services")
	if err != nil {
		return nil, err
	}
	out := make([]ops.Service, 0, len(list))
	places := map[ops.Target]int{}
	for _, n := range list {
		s, err := service(name, n, places)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(o ops.Service) bool { return o.Name == s.Name }) {
			return nil, wrong(name, lineOf(n), ops.Textf("the service %s is there twice; put its places together", "服务 %s 重复;请合并其部署位置", s.Name))
		}
		out = append(out, s)
	}
	return out, nil
}

// field is the list under a key of a mapping; no list when the key is left out.
func field(name string, n ast.Node, keys []string, key string) ([]ast.Node, error) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return nil, wrong(name, lineOf(n), ops.Textf("here must be the keys %v", "此处应包含键 %v", keys))
	}
	for _, v := range m.Values {
		k := v.Key.GetToken()
		if !slices.Contains(keys, k.Value) {
			return nil, wrong(name, k.Position.Line, ops.Textf("unknown key %q%s", "未知的键 %q%s", k.Value, ops.DidYouMean(k.Value, keys)))
		}
	}
	for _, v := range m.Values {
		if v.Key.GetToken().Value != key {
			continue
		}
		switch list := v.Value.(type) {
		case *ast.SequenceNode:
			return list.Values, nil
		case *ast.NullNode:
			return nil, nil
		}
		return nil, wrong(name, v.Key.GetToken().Position.Line, ops.Textf("%s must be a list", "%s 应为列表", key))
	}
	return nil, nil
}

func service(name string, n ast.Node, places map[ops.Target]int) (ops.Service, error) {
	nodes, err := field(name, n, serviceKeys, "places")
	if err != nil {
		return ops.Service{}, err
	}
	for _, v := range n.(*ast.MappingNode).Values {
		switch v.Key.GetToken().Value {
		case "help":
			if _, err := field(name, v.Value, helpKeys, ""); err != nil {
				return ops.Service{}, err
			}
		case "config":
			if err := config(name, v.Value); err != nil {
				return ops.Service{}, err
			}
		}
	}
	for _, p := range nodes {
		if _, err := field(name, p, placeKeys, ""); err != nil {
			return ops.Service{}, err
		}
		if err := deployer(name, p); err != nil {
			return ops.Service{}, err
		}
		if err := decode(p, &ops.Place{}); err != nil { // alone, so that the error names its line
			return ops.Service{}, yamlError(name, lineOf(p), err)
		}
	}
	var s ops.Service
	if err := decode(n, &s); err != nil {
		return s, yamlError(name, lineOf(n), err)
	}
	if t, err := ops.ParseTarget(s.Name); err != nil || t.IsPattern() || t != (ops.Target{Service: s.Name}) {
		return s, wrong(name, lineOf(n), ops.Textf("the name %q must look like product.subsystem.module", "服务名 %q 应为 产品.子系统.模块", s.Name))
	}
	if s.Release != nil {
		if why := s.Release.Wrong(); !why.IsZero() {
			return s, wrong(name, lineOf(n), ops.Textf("the release of %s: %s", "%s 的发布策略:%s", s.Name, why))
		}
	}
	if s.Owner == "" {
		return s, wrong(name, lineOf(n), ops.Textf("%s has no owner; name the group it belongs to", "%s 缺少 owner;请填写其所属的组", s.Name))
	}
	for i := range s.Places {
		complete(&s.Places[i])
		if why := check(s, s.Places[i]); !why.IsZero() {
			return s, wrong(name, lineOf(nodes[i]), why)
		}
		if line := places[s.Places[i].Target]; line != 0 {
			return s, wrong(name, lineOf(nodes[i]), ops.Textf("%s is there twice, first in line %d", "%s 重复,首次出现在第 %d 行", s.Places[i].Target, line))
		}
		places[s.Places[i].Target] = lineOf(nodes[i])
	}
	return s, nil
}

// config checks where a configuration is kept, so that an error names its line.
func config(name string, n ast.Node) error {
	spaces, err := field(name, n, configKeys, "namespaces")
	if err != nil {
		return err
	}
	for _, s := range spaces {
		if _, err := field(name, s, spaceKeys, ""); err != nil {
			return err
		}
	}
	var c ops.ConfigPlace
	if err := decode(n, &c); err != nil {
		return yamlError(name, lineOf(n), err)
	}
	if why := c.Wrong(); !why.IsZero() {
		return wrong(name, lineOf(n), why)
	}
	return nil
}

// deployer checks the keys of where the version of a place is written, and of who deploys it from outside.
func deployer(name string, place ast.Node) error {
	for _, v := range place.(*ast.MappingNode).Values {
		keys := map[string][]string{"git": gitKeys, "external": outsideKeys}[v.Key.GetToken().Value]
		if keys == nil {
			continue
		}
		if _, err := field(name, v.Value, keys, ""); err != nil {
			return err
		}
	}
	return nil
}

// decode fills a value from a node. A panic of the decoder over a strange document is an error of the document.
func decode(n ast.Node, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return yaml.NodeToValue(n, v, yaml.Strict())
}

// complete fills in what a place may leave out.
func complete(p *ops.Place) {
	p.Provider = cmp.Or(p.Provider, "kubernetes")
	p.Kind = cmp.Or(p.Kind, "Deployment")
	p.Context = cmp.Or(p.Context, p.Target.IDC+"/"+p.Target.Cluster)
}

// check says what is wrong with a place.
func check(s ops.Service, p ops.Place) ops.Text {
	t := p.Target
	switch {
	case t.Service != s.Name:
		return ops.Textf("the target %q does not belong to %s", "目标 %q 不属于 %s", t, s.Name)
	case t.IsPattern() || t.IDC == "" || t.Cluster == "" || t.Env == "":
		return ops.Textf("the target %q must be complete, like %s@idc1/c1:prod", "目标 %q 不完整,应形如 %s@idc1/c1:prod", t, s.Name)
	case p.Namespace == "" || p.Name == "":
		return ops.Textf("the place %s needs a namespace and a name", "部署位置 %s 缺少 namespace 或 name", t)
	}
	for _, why := range []ops.Text{p.Git.Wrong(), p.External.Wrong()} {
		if !why.IsZero() {
			return ops.Textf("the place %s: %s", "部署位置 %s:%s", t, why)
		}
	}
	if p.InGit() && p.Outside() {
		return ops.Textf("the place %s has both git and external; one of them deploys it", "部署位置 %s 同时配置了 git 与 external;只能由其一部署", t)
	}
	return ops.Text{}
}

func lineOf(n ast.Node) int {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}

func wrong(name string, line int, why ops.Text) error {
	return ops.Errorf(ops.Invalid, "%s:%d: %s", "%s:%d:%s", name, line, why)
}

// yamlError says where the text is no YAML or holds a value of another type.
func yamlError(name string, line int, err error) error {
	message := err.Error()
	if e := ops.AsError(err); e != nil {
		return wrong(name, line, e.Text)
	}
	var y yaml.Error
	if errors.As(err, &y) {
		message = y.GetMessage()
		if t := y.GetToken(); t != nil {
			line = t.Position.Line
		}
	}
	return ops.Errorf(ops.Invalid, "%s:%d: it is not the YAML that is expected here: %s", "%s:%d:YAML 有误:%s", name, line, message).Because(err)
}
