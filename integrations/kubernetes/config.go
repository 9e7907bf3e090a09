package kubernetes

import (
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"orderly.example/ops"
)

// Config says which clusters there are and how to speak to them.
type Config struct {
	Kubeconfig   string            `yaml:"kubeconfig"`    // files, separated like in $KUBECONFIG, which is used when it is empty
	Clusters     map[string]Source `yaml:"clusters"`      // clusters by name; when empty, every context of Kubeconfig under its own name
	InCluster    string            `yaml:"in_cluster"`    // the name of the cluster that the program itself runs in, if it should be reached from inside
	QPS          float32           `yaml:"qps"`           // requests per second to one cluster; 0: 50
	Burst        int               `yaml:"burst"`         // 0: 100
	FieldManager string            `yaml:"field_manager"` // the name in managedFields; empty: orderly
	Timeout      time.Duration     `yaml:"timeout"`       // of one request; 0: 10 seconds
}

// Source is where the credentials of one cluster are.
type Source struct {
	Kubeconfig string `yaml:"kubeconfig"` // empty: the files of Config.Kubeconfig
	Context    string `yaml:"context"`    // empty: the current context of the file
}

// FieldManager is the name under which writes appear in managedFields.
const FieldManager = "orderly"

// configs reads the credentials of every cluster, by the cluster's name.
func (c Config) configs() (map[string]*rest.Config, error) {
	out := map[string]*rest.Config{}
	if c.InCluster != "" {
		r, err := rest.InClusterConfig()
		if err != nil {
			return nil, ops.Errorf(ops.Invalid, "in_cluster is %q, but this program does not run in a pod with a service account; name a kubeconfig instead",
				"in_cluster 为 %q,但本程序没有运行在带 service account 的 Pod 中;请改为指定 kubeconfig", c.InCluster).Because(err)
		}
		out[c.InCluster] = r
	}
	for name, s := range c.Clusters {
		r, err := c.source(s)
		if err != nil {
			return nil, err
		}
		out[name] = r
	}
	if len(c.Clusters) > 0 || (len(out) > 0 && c.Kubeconfig == "") {
		return out, nil
	}
	for _, path := range c.paths() {
		if err := everyContext(path, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// paths lists the kubeconfig files.
func (c Config) paths() []string {
	list := c.Kubeconfig
	if list == "" {
		list = os.Getenv(clientcmd.RecommendedConfigPathEnvVar)
	}
	if list == "" {
		return []string{clientcmd.RecommendedHomeFile}
	}
	var out []string
	for _, p := range filepath.SplitList(list) {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

// everyContext adds the contexts of one file. Files are read one by one, because merging them, as kubectl does, gives
// two clusters the same credentials when both files call their user "admin". The first of two equal names wins.
func everyContext(path string, out map[string]*rest.Config) error {
	file, err := load(path)
	if err != nil {
		return err
	}
	for name := range file.Contexts {
		if _, ok := out[name]; ok {
			continue
		}
		r, err := restConfig(path, file, name)
		if err != nil {
			return err
		}
		out[name] = r
	}
	return nil
}

func (c Config) source(s Source) (*rest.Config, error) {
	paths := []string{s.Kubeconfig}
	if s.Kubeconfig == "" {
		paths = c.paths()
	}
	for _, path := range paths {
		file, err := load(path)
		if err != nil {
			return nil, err
		}
		name := s.Context
		if name == "" {
			name = file.CurrentContext
		}
		if _, ok := file.Contexts[name]; ok {
			return restConfig(path, file, name)
		}
	}
	return nil, ops.Errorf(ops.Invalid, "no kubeconfig of %v has the context %q; list them with `kubectl config get-contexts`",
		"kubeconfig %v 中没有 context %q;请用 `kubectl config get-contexts` 查看", paths, s.Context)
}

func load(path string) (*api.Config, error) {
	rules := clientcmd.ClientConfigLoadingRules{ExplicitPath: path}
	file, err := rules.Load()
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "the kubeconfig %s cannot be read; check that the file exists and is a kubeconfig",
			"无法读取 kubeconfig %s;请检查文件是否存在、内容是否为 kubeconfig", path).Because(err)
	}
	return file, nil
}

func restConfig(path string, file *api.Config, context string) (*rest.Config, error) {
	r, err := clientcmd.NewNonInteractiveClientConfig(*file, context, &clientcmd.ConfigOverrides{}, nil).ClientConfig()
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "the context %q of %s is incomplete; check its cluster and user",
			"%[2]s 中的 context %[1]q 不完整;请检查其 cluster 和 user", context, path).Because(err)
	}
	return r, nil
}
