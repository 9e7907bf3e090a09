//go:build e2e

package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"orderly.example/integrations/kubernetes"
)

// account makes a service account that may do everything that Orderly needs but what is named, and returns the
// kubeconfig that is it and its token.
func (c *cluster) account(t *testing.T, but ...string) (kubeconfig, token string) {
	t.Helper()
	ctx := t.Context()
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "orderly-" + c.namespace}}
	for _, p := range kubernetes.Permissions {
		if !slices.Contains(but, p.String()) {
			role.Rules = append(role.Rules, rbacv1.PolicyRule{APIGroups: []string{p.Group}, Resources: []string{p.Resource}, Verbs: []string{p.Verb}})
		}
	}
	if _, err := c.api.RbacV1().ClusterRoles().Create(ctx, role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	bound := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role.Name}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Name: "orderly", Namespace: c.namespace}},
	}
	if _, err := c.api.RbacV1().ClusterRoleBindings().Create(ctx, bound, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.api.RbacV1().ClusterRoleBindings().Delete(context.Background(), role.Name, metav1.DeleteOptions{})
		_ = c.api.RbacV1().ClusterRoles().Delete(context.Background(), role.Name, metav1.DeleteOptions{})
	})
	accounts := c.api.CoreV1().ServiceAccounts(c.namespace)
	if _, err := accounts.Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "orderly"}}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	issued, err := accounts.CreateToken(ctx, "orderly", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	file, err := clientcmd.LoadFromFile(c.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	for name := range file.AuthInfos {
		file.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: issued.Status.Token}
	}
	kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*file, kubeconfig); err != nil {
		t.Fatal(err)
	}
	return kubeconfig, issued.Status.Token
}

// check runs `orderly check` and returns what it prints and the lines that say FAIL.
func check(t *testing.T, file, lang string) (out string, failed []string, code int) {
	t.Helper()
	cmd := exec.Command(needed(t, "ORDERLY_BIN"), "check", "--config", file, "--lang", lang)
	cmd.Env = append(os.Environ(), "ORDERLY_E2E_KEY=hunter2")
	raw, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(raw), "\n") {
		if strings.HasPrefix(line, "FAIL") {
			failed = append(failed, line)
		}
	}
	return string(raw), failed, cmd.ProcessState.ExitCode()
}

// TestCheckNamesWhatAnAccountMayNot: exactly the missing permissions, what each is for, and the role to apply; no secret
// shows.
func TestCheckNamesWhatAnAccountMayNot(t *testing.T) {
	c := real(t, "idc1")
	_, lines := tokens()
	missing := []string{"update deployments.apps/scale", "create pods/eviction"}
	few, token := c.account(t, missing...)
	limited := *c
	limited.kubeconfig = few
	file := configuration(t, &limited, lines, "temporal: {api_key: \"${env:ORDERLY_E2E_KEY}\"}\n")
	for lang, words := range map[string]string{"en": "is not allowed (needed for:", "zh": "未允许"} {
		out, failed, code := check(t, file, lang)
		if code != 2 || len(failed) != len(missing) || !strings.Contains(out, "kind: ClusterRole") {
			t.Errorf("exit %d, %d failures:\n%s", code, len(failed), out)
		}
		for i, line := range failed {
			if !strings.Contains(line, "idc1/c1") || !strings.Contains(line, missing[i]) || !strings.Contains(line, words) {
				t.Errorf("it does not say that %s is missing: %s", missing[i], line)
			}
		}
		if strings.Contains(out, "hunter2") || strings.Contains(out, token) || !strings.Contains(out, `api_key: "********"`) {
			t.Errorf("a secret shows:\n%s", out)
		}
	}
	limited.kubeconfig = c.kubeconfig
	if out, failed, code := check(t, configuration(t, &limited, lines, ""), "en"); code != 0 || len(failed) > 0 {
		t.Errorf("the administrator: exit %d:\n%s", code, out)
	}
}
