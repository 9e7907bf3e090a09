package contract

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/ops"
)

// copied is a copy of the deployment in another namespace.
func (l *lab) copied(r activities.Room) activities.CopyIn {
	to := ops.Place{Target: ops.Target{Service: "shop.cart." + l.ns, IDC: "idc9", Cluster: "c9", Env: "dev"}, Provider: kubernetes.Provider, Context: l.Name, Namespace: r.Name, Kind: "Deployment", Name: "web"}
	return activities.CopyIn{From: l.deployment(), To: to, Container: "main", Image: "web:2", Replicas: 1, Owner: "shop", Account: "worker", Change: "env-create-1"}
}

// readsConfig has the deployment read a config map in two ways.
func readsConfig(d *appsv1.Deployment) {
	d.Spec.Template.Spec.Containers[0].EnvFrom = []corev1.EnvFromSource{{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}}}}
	d.Spec.Template.Spec.Volumes = []corev1.Volume{{Name: "settings", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
		LocalObjectReference: corev1.LocalObjectReference{Name: "settings"},
	}}}}
}

func copyOnce(l *lab) {
	_, err := l.admin.CoreV1().ConfigMaps(l.ns).Create(l.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "settings"}, Data: map[string]string{"a": "1"}}, metav1.CreateOptions{})
	l.must(err)
	_, err = l.admin.CoreV1().Services(l.ns).Create(l.Context(), &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "web"}, Spec: corev1.ServiceSpec{
		Selector: map[string]string{"app": "web"}, Ports: []corev1.ServicePort{{Port: 80}}, Type: corev1.ServiceTypeNodePort,
	}}, metav1.CreateOptions{})
	l.must(err)
	l.makeDeployment("web:1", 2, readsConfig)
	l.done(l.deployment())
	r := l.another()
	in := l.copied(r)
	try := in
	try.DryRun = true
	out, err := l.client.Copy(l.Context(), try)
	l.did("a dry run before there is a namespace", out, err, true)
	_, err = l.client.MakeNamespace(l.Context(), spacious(r, in.Change))
	l.must(err)
	for _, changed := range []bool{true, false} {
		out, err := l.client.Copy(l.Context(), in)
		l.did("copying", out, err, changed)
	}
	w := l.done(in.To)
	l.equal("version", w.Version, "2")
	l.equal("instances", w.Ready, 1)
	l.equal("version of the original", l.status(l.deployment()).Version, "1")
	m, err := l.admin.CoreV1().ConfigMaps(r.Name).Get(l.Context(), "settings", metav1.GetOptions{})
	l.must(err)
	l.equal("config", m.Data["a"], "1")
	s, err := l.admin.CoreV1().Services(r.Name).Get(l.Context(), "web", metav1.GetOptions{})
	l.must(err)
	l.equal("port", s.Spec.Ports[0].Port, int32(80))
	l.equal("node port", s.Spec.Ports[0].NodePort, int32(0))
	d, err := l.admin.AppsV1().Deployments(r.Name).Get(l.Context(), "web", metav1.GetOptions{})
	l.must(err)
	l.equal("account", d.Spec.Template.Spec.ServiceAccountName, "worker")
	l.equal("service", d.Labels[kubernetes.LabelService], in.To.Target.Service)
	l.equal("environment", d.Labels[kubernetes.LabelEnv], "dev")
	n, err := l.client.Namespace(l.Context(), activities.LookIn{Room: r, Inside: true})
	l.must(err)
	if len(n.Places) != 1 || n.Places[0].Target != in.To.Target || n.Places[0].String() != in.To.String() || len(n.Workloads) != 1 || n.Workloads[0] != "Deployment/web" {
		l.Fatalf("got %+v", n)
	}
	named := in
	named.To.Name = "pay"
	out, err = l.client.Copy(l.Context(), named)
	l.did("copying under another name", out, err, true)
	_, err = l.admin.CoreV1().Services(r.Name).Get(l.Context(), "pay", metav1.GetOptions{}) // the Service goes with it
	l.must(err)
	in.Change = "env-create-2"
	_, err = l.client.Copy(l.Context(), in)
	l.refused(err, ops.Conflict, "env-create-1", r.Name)
}

func copyRefused(l *lab) {
	l.makeDeployment("web:1", 1, func(d *appsv1.Deployment) {
		d.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "PASSWORD", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: "db"}, Key: "password",
		}}}}
		d.Spec.Template.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "disk"}}}}
	})
	in := l.copied(activities.Room{Context: l.Name, Name: "nowhere"})
	in.DryRun = true
	_, err := l.client.Copy(l.Context(), in)
	l.refused(err, ops.Unsafe, "Secret/db", "PersistentVolumeClaim/disk")
	in.From = l.statefulSet()
	_, err = l.client.Copy(l.Context(), in)
	l.refused(err, ops.Invalid, "Deployment")
}
