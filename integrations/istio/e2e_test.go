//go:build e2e

package istio_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	typed "istio.io/client-go/pkg/clientset/versioned/typed/networking/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"orderly.example/activities"
	"orderly.example/integrations/istio"
	"orderly.example/ops"
)

// user is whom the client under test acts as: it has the role of this integration and nothing else.
const user = "orderly-istio-contract"

// TestControlPlane divides traffic on a real API server with Istio's own definitions, as TestShares does on the fake, and by
// a user who has only the role. It stands for the fake: what is written is kept unchanged, and comes back exactly.
func TestControlPlane(t *testing.T) {
	path := os.Getenv("ORDERLY_SANDBOX_IDC1")
	if path == "" {
		t.Fatal("ORDERLY_SANDBOX_IDC1 names no kubeconfig; run this with: deploy/sandbox/with.sh idc1 -- go test -tags e2e ./integrations/istio/...")
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	must(t, err)
	define(t, config)
	admin, err := kubernetes.NewForConfig(config)
	must(t, err)
	meshes, err := typed.NewForConfig(config)
	must(t, err)
	bind(t, admin)
	ns := fmt.Sprintf("istio-%d", time.Now().UnixNano())
	_, err = admin.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}, metav1.CreateOptions{})
	must(t, err)

	var service networkingv1.VirtualService
	var policy networkingv1.DestinationRule
	must(t, json.Unmarshal([]byte(strings.NewReplacer(`"future":{"kept":[1,2]},`, "", "shop.svc", ns+".svc", `"namespace":"shop"`, `"namespace":"`+ns+`"`).Replace(web)), &service))
	must(t, json.Unmarshal([]byte(strings.ReplaceAll(rule, `"namespace":"shop"`, `"namespace":"`+ns+`"`)), &policy))
	_, err = meshes.VirtualServices(ns).Create(t.Context(), &service, metav1.CreateOptions{})
	must(t, err)
	_, err = meshes.DestinationRules(ns).Create(t.Context(), &policy, metav1.CreateOptions{})
	must(t, err)

	acting := rest.CopyConfig(config)
	acting.Impersonate.UserName = user
	client, err := istio.New(istio.Config{Clusters: map[string]*rest.Config{"idc1": acting}})
	must(t, err)
	at := place
	at.Namespace = ns
	steer := func(host, header string, percent int, changed bool) {
		t.Helper()
		out, err := client.Steer(t.Context(), activities.SteerIn{Place: at, Host: host, Header: header, Percent: percent, Owner: "release-1"})
		if err != nil || out.Changed != changed {
			t.Fatalf("%s %s %d%%: changed %v, %v", host, header, percent, out.Changed, err)
		}
	}
	before := says(t, config, ns)
	for _, percent := range []int{0, 5, 25} {
		steer("web", "x-canary=always", percent, true)
		steer("web", "x-canary=always", percent, false)
	}
	now, err := meshes.VirtualServices(ns).Get(t.Context(), "web", metav1.GetOptions{})
	must(t, err)
	if r := now.Spec.Http[1].Route; len(now.Spec.Http) != 5 || len(r) != 2 || r[1].Weight != 25 || r[1].Destination.Host != "web-canary."+ns+".svc.cluster.local" {
		t.Errorf("the routes are %v", now.Spec.Http)
	}
	copied, err := meshes.DestinationRules(ns).Get(t.Context(), "web-canary", metav1.GetOptions{})
	if err != nil || copied.Spec.TrafficPolicy.ConnectionPool.Tcp.MaxConnections != 7 {
		t.Errorf("the canary is spoken to by %v, %v", copied, err)
	}
	_, err = client.Steer(t.Context(), activities.SteerIn{Place: at, Host: "web", Percent: 5, Owner: "release-2"})
	if ops.CodeOf(err) != ops.Conflict {
		t.Errorf("another change: %v", err)
	}
	steer("web", "", 0, true)
	steer("web", "", 0, false)
	if after := says(t, config, ns); !reflect.DeepEqual(before, after) {
		t.Errorf("it was %v and is %v", before, after)
	}
	steer("lonely", "", 10, true)
	steer("lonely", "", 50, true)
	steer("lonely", "", 50, false)
	steer("lonely", "", 0, true)
	for name, get := range map[string]func() error{
		"VirtualService": func() error {
			_, err := meshes.VirtualServices(ns).Get(t.Context(), "lonely-canary", metav1.GetOptions{})
			return err
		},
		"DestinationRule": func() error {
			_, err := meshes.DestinationRules(ns).Get(t.Context(), "web-canary", metav1.GetOptions{})
			return err
		},
	} {
		if err := get(); !apierrors.IsNotFound(err) {
			t.Errorf("the %s is still there: %v", name, err)
		}
	}
}

// says is what the VirtualService web says, with its annotations.
func says(t *testing.T, config *rest.Config, ns string) [2]any {
	t.Helper()
	api, err := dynamic.NewForConfig(config)
	must(t, err)
	o, err := api.Resource(schema.GroupVersionResource{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"}).Namespace(ns).Get(t.Context(), "web", metav1.GetOptions{})
	must(t, err)
	return [2]any{o.Object["spec"], o.GetAnnotations()}
}

// define gives the API server the definitions that come with Istio's API.
func define(t *testing.T, config *rest.Config) {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "istio.io/api").Output()
	must(t, err)
	raw, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "kubernetes", "customresourcedefinitions.gen.yaml"))
	must(t, err)
	client, err := dynamic.NewForConfig(config)
	must(t, err)
	api := client.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	found := 0
	for d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(raw), 4096); ; {
		o := &unstructured.Unstructured{}
		if err := d.Decode(&o.Object); err != nil {
			break // the end, which the count below proves
		}
		if name := o.GetName(); name != "virtualservices.networking.istio.io" && name != "destinationrules.networking.istio.io" {
			continue
		}
		found++
		if _, err := api.Create(t.Context(), o, metav1.CreateOptions{}); !apierrors.IsAlreadyExists(err) {
			must(t, err)
		}
		eventually(t, o.GetName()+" is served", func() bool {
			now, err := api.Get(t.Context(), o.GetName(), metav1.GetOptions{})
			must(t, err)
			conditions, _, _ := unstructured.NestedSlice(now.Object, "status", "conditions")
			for _, c := range conditions {
				if c, ok := c.(map[string]any); ok && c["type"] == "Established" && c["status"] == "True" {
					return true
				}
			}
			return false
		})
	}
	if found != 2 {
		t.Fatalf("%d of two definitions are in Istio's API", found)
	}
}

// bind gives the user the role that the integration says it needs.
func bind(t *testing.T, admin kubernetes.Interface) {
	t.Helper()
	o, _, err := scheme.Codecs.UniversalDeserializer().Decode([]byte(istio.ClusterRole), nil, nil)
	must(t, err)
	role := o.(*rbacv1.ClusterRole)
	if _, err := admin.RbacV1().ClusterRoles().Create(t.Context(), role, metav1.CreateOptions{}); !apierrors.IsAlreadyExists(err) {
		must(t, err)
	}
	_, err = admin.RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: user}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		must(t, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); !so(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("after a minute it is still not so: %s", what)
		}
	}
}
