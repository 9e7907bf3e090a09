package kubernetes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orderly.example/ops"
)

// kubeconfig writes a file with one context of the name and a user "admin" with the token.
func kubeconfig(t *testing.T, context, server, token string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	text := strings.NewReplacer("CONTEXT", context, "SERVER", server, "TOKEN", token).Replace(`
apiVersion: v1
kind: Config
current-context: CONTEXT
clusters: [{name: k, cluster: {server: "SERVER"}}]
users: [{name: admin, user: {token: TOKEN}}]
contexts: [{name: CONTEXT, context: {cluster: k, user: admin}}]
`)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTwoFilesMayCallTheirUserTheSame(t *testing.T) {
	one, two := kubeconfig(t, "idc1", "https://one", "t1"), kubeconfig(t, "idc2", "https://two", "t2")
	for name, c := range map[string]Config{
		"a list of files":            {Kubeconfig: one + string(filepath.ListSeparator) + two},
		"with an empty entry":        {Kubeconfig: one + string(filepath.ListSeparator) + string(filepath.ListSeparator) + two},
		"named clusters":             {Clusters: map[string]Source{"idc1": {Kubeconfig: one}, "idc2": {Kubeconfig: two, Context: "idc2"}}},
		"named contexts of the list": {Kubeconfig: one + string(filepath.ListSeparator) + two, Clusters: map[string]Source{"idc1": {Context: "idc1"}, "idc2": {Context: "idc2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			configs, err := c.configs()
			if err != nil {
				t.Fatal(err)
			}
			for cluster, want := range map[string][2]string{"idc1": {"https://one", "t1"}, "idc2": {"https://two", "t2"}} {
				r := configs[cluster]
				if r == nil || r.Host != want[0] || r.BearerToken != want[1] {
					t.Errorf("%s: got another server or token than %v", cluster, want)
				}
			}
			client, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			if got := client.Clusters(); !slices.Equal(got, []string{"idc1", "idc2"}) {
				t.Errorf("clusters: got %v", got)
			}
		})
	}
}

func TestTheEnvironmentNamesTheFile(t *testing.T) {
	t.Setenv("KUBECONFIG", kubeconfig(t, "env/c1", "http://env", "t"))
	c, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Clusters(); !slices.Equal(got, []string{"env/c1"}) {
		t.Errorf("got %v", got)
	}
}

func TestConfigurationMistakesAreExplained(t *testing.T) {
	good := kubeconfig(t, "idc1", "https://one", "t")
	garbage := filepath.Join(t.TempDir(), "garbage")
	if err := os.WriteFile(garbage, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("apiVersion: v1\nkind: Config\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	for name, test := range map[string]struct {
		config Config
		word   string
	}{
		"no file":          {Config{Kubeconfig: "/no/such/file"}, "/no/such/file"},
		"no kubeconfig":    {Config{Kubeconfig: garbage}, garbage},
		"no context":       {Config{Kubeconfig: empty}, "context"},
		"unknown context":  {Config{Clusters: map[string]Source{"a": {Kubeconfig: good, Context: "idc9"}}}, "idc9"},
		"not in a cluster": {Config{InCluster: "self"}, "self"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(test.config)
			explained(t, err, ops.Invalid, test.word)
		})
	}
}

// explained checks that an error has the code and says the word in both languages.
func explained(t *testing.T, err error, code ops.Code, words ...string) {
	t.Helper()
	text := ops.TextOf(err)
	if ops.CodeOf(err) != code || text.En == text.Zh {
		t.Errorf("got %q, %v, want code %s in two languages", ops.CodeOf(err), err, code)
	}
	for _, w := range words {
		if !strings.Contains(text.En, w) || !strings.Contains(text.Zh, w) {
			t.Errorf("%q is not said: %+v", w, text)
		}
	}
}
