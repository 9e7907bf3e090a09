package contract

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/ops"
)

func (l *lab) top(of, name string) []activities.Usage {
	l.Helper()
	out, err := l.client.Top(l.Context(), activities.TopIn{Context: l.Name, Of: of, Name: name})
	l.must(err)
	return out
}

func topNamespace(l *lab) {
	l.makeStatefulSet("db:1", 1)
	l.makeDeployment("web:1", 2, asking("250m", "64Mi"))
	l.done(l.deployment())
	l.done(l.statefulSet())
	all := l.top("namespace", l.ns)
	l.equal("users", len(all), 2)
	web := all[0]
	web.Used = ""
	l.equal("the largest", web, activities.Usage{Name: "web", CPU: 500, Memory: 128 << 20, Pods: 2})
	l.equal("the other", all[1].Name, "db")
	_, err := l.client.Top(l.Context(), activities.TopIn{Context: l.Name, Of: "nodes", Name: "x"})
	l.refused(err, ops.Invalid, "node")
	_, err = l.client.Top(l.Context(), activities.TopIn{Context: "nowhere", Of: "node", Name: "x"})
	l.refused(err, ops.NotFound, "nowhere", l.Name)
}

func topNode(l *lab) {
	l.makeDeployment("web:1", 1, asking("100m", "32Mi"))
	node := l.done(l.deployment()).Pods[0].Node
	if all := l.top("node", node); !slices.ContainsFunc(all, func(u activities.Usage) bool {
		return u.Name == l.ns+"/web" && u.CPU == 100 && u.Memory == 32<<20 && u.Pods == 1
	}) {
		l.Fatalf("got %+v", all)
	}
	_, err := l.client.Top(l.Context(), activities.TopIn{Context: l.Name, Of: "node", Name: "no-such-node"})
	l.refused(err, ops.NotFound, "no-such-node")
}

func topQuota(l *lab) {
	l.makeDeployment("web:1", 2)
	l.done(l.deployment())
	l.makeQuota("5")
	l.eventually("the quota counts both", func() bool { return l.quotaUsed() == 2 })
	all := l.top("quota", l.ns)
	l.equal("lines", len(all), 1)
	l.equal("the line", all[0], activities.Usage{Name: "few pods", Pods: 2, Used: "2 of 5"})
}

// topMeasured waits for the metrics server, which the sandbox tells what to measure by annotations.
func topMeasured(l *lab) {
	l.makeDeployment("web:1", 1, asking("100m", "32Mi"), func(d *appsv1.Deployment) {
		d.Spec.Template.Annotations = map[string]string{"kwok.x-k8s.io/usage-cpu": "70m", "kwok.x-k8s.io/usage-memory": "20Mi"}
	})
	l.done(l.deployment())
	l.eventually("the use is measured", func() bool {
		all := l.top("namespace", l.ns)
		return len(all) == 1 && strings.HasPrefix(all[0].Used, "cpu ") && strings.Contains(all[0].Used, ", memory ")
	})
}

func services(l *lab) {
	name := "contract." + l.ns
	l.makeDeployment("web:1", 1, func(d *appsv1.Deployment) {
		d.Labels = map[string]string{
			kubernetes.LabelService: name, kubernetes.LabelEnv: "test", kubernetes.LabelIDC: "idc9", kubernetes.LabelCluster: "c9", kubernetes.LabelOwner: "shop",
		}
	})
	all, err := l.client.Services(l.Context())
	l.must(err)
	i := slices.IndexFunc(all, func(s ops.Service) bool { return s.Name == name })
	if i < 0 || all[i].Owner != "shop" || len(all[i].Places) != 1 {
		l.Fatalf("got %+v", all)
	}
	want := l.deployment()
	want.Target = ops.Target{Service: name, IDC: "idc9", Cluster: "c9", Env: "test"}
	l.equal("place", all[i].Places[0], want)
	l.must(l.admin.AppsV1().Deployments(l.ns).Delete(l.Context(), "web", metav1.DeleteOptions{}))
}
