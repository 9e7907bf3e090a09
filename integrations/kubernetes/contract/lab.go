package contract

import (
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/ops"
)

// user is whom the client under test acts as.
const user = "orderly-contract"

// lab is one case's part of the world.
type lab struct {
	*testing.T
	Cluster
	admin  clientset.Interface
	client *kubernetes.Client // under test
	ns     string
}

var namespaces atomic.Int64

func newLab(t *testing.T, c Cluster) *lab {
	t.Helper()
	l := &lab{T: t, Cluster: c, ns: fmt.Sprintf("contract-%d-%d", time.Now().UnixMilli()%1e8, namespaces.Add(1))}
	l.admin = l.as("")
	l.bindRole()
	l.client = kubernetes.NewFor(map[string]clientset.Interface{c.Name: l.as(user)})
	_, err := l.admin.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: l.ns}}, metav1.CreateOptions{})
	l.must(err)
	t.Cleanup(func() { // the test's own context is over by then
		if err := l.admin.CoreV1().Namespaces().Delete(background, l.ns, metav1.DeleteOptions{}); err != nil {
			t.Errorf("removing the namespace: %v", err)
		}
	})
	return l
}

// as is a client that acts as a user, or as the administrator when it is empty.
func (l *lab) as(user string) clientset.Interface {
	l.Helper()
	c := rest.CopyConfig(l.Config)
	c.Impersonate.UserName = user
	c.QPS = -1
	api, err := clientset.NewForConfig(c)
	l.must(err)
	return api
}

// bindRole gives the user the role that the client says it needs.
func (l *lab) bindRole() {
	l.Helper()
	o, _, err := scheme.Codecs.UniversalDeserializer().Decode([]byte(kubernetes.ClusterRole()), nil, nil)
	l.must(err)
	role := o.(*rbacv1.ClusterRole)
	role.Name = user
	_, err = l.admin.RbacV1().ClusterRoles().Create(l.Context(), role, metav1.CreateOptions{})
	l.mustOrExist(err)
	_, err = l.admin.RbacV1().ClusterRoleBindings().Create(l.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: user},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}, metav1.CreateOptions{})
	l.mustOrExist(err)
	l.eventually("the role is bound", func() bool {
		_, err := l.as(user).AppsV1().Deployments("default").List(l.Context(), metav1.ListOptions{Limit: 1})
		return err == nil
	})
}

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lab) mustOrExist(err error) {
	l.Helper()
	if !apierrors.IsAlreadyExists(err) {
		l.must(err)
	}
}

// eventually waits until something is so.
func (l *lab) eventually(what string, so func() bool) {
	l.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(l.Patience); !so(); <-tick.C {
		if time.Now().After(end) {
			l.Fatalf("after %s it is still not so: %s", l.Patience, what)
		}
	}
}

// place is a workload of the case.
func (l *lab) place(kind, name string) ops.Place {
	return ops.Place{Provider: kubernetes.Provider, Context: l.Name, Namespace: l.ns, Kind: kind, Name: name}
}

func (l *lab) deployment() ops.Place  { return l.place("Deployment", "web") }
func (l *lab) statefulSet() ops.Place { return l.place("StatefulSet", "db") }

func (l *lab) status(p ops.Place) activities.Workload {
	l.Helper()
	w, err := l.client.Status(l.Context(), activities.StatusIn{Place: p, Pods: true})
	l.must(err)
	return w
}

// done waits until a workload is as wanted.
func (l *lab) done(p ops.Place) activities.Workload {
	l.Helper()
	var w activities.Workload
	l.eventually(p.String()+" is done", func() bool {
		w = l.status(p)
		return w.Done()
	})
	return w
}

// stuck waits until a workload is explained in both languages with the words, and says more than that.
func (l *lab) stuck(p ops.Place, words ...string) {
	l.Helper()
	var text ops.Text
	l.eventually(fmt.Sprintf("%s is stuck with %q", p, words), func() bool {
		text = l.status(p).Stuck
		return says(text, words...)
	})
	l.Logf("%s | %s", text.En, text.Zh)
}

func says(text ops.Text, words ...string) bool {
	for _, w := range words {
		if !strings.Contains(text.En, w) || !strings.Contains(text.Zh, w) {
			return false
		}
	}
	return text.En != text.Zh
}

// refused checks the code and the words of an error.
func (l *lab) refused(err error, code ops.Code, words ...string) {
	l.Helper()
	if ops.CodeOf(err) != code || !says(ops.TextOf(err), words...) {
		l.Fatalf("got %q, %v, want code %s and the words %q in both languages", ops.CodeOf(err), err, code, words)
	}
	l.Logf("%s | %s", ops.TextOf(err).En, ops.TextOf(err).Zh)
}

// scale scales and checks whether it changed anything.
func (l *lab) scale(in activities.ScaleIn, changed bool) {
	l.Helper()
	out, err := l.client.Scale(l.Context(), in)
	l.must(err)
	if out.Changed != changed {
		l.Fatalf("scaling to %d: got changed %v, want %v", in.Replicas, out.Changed, changed)
	}
}

func (l *lab) equal(what string, got, want any) {
	l.Helper()
	if !reflect.DeepEqual(got, want) {
		l.Fatalf("%s: got %v, want %v", what, got, want)
	}
}
