package contract

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// background is for what happens after a test's own context has ended.
var background = context.Background()

// makeDeployment makes the deployment "web" and waits for nothing.
func (l *lab) makeDeployment(image string, replicas int, edit ...func(*appsv1.Deployment)) {
	l.Helper()
	labels := map[string]string{"app": "web"}
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Labels: labels},
		Spec: appsv1.DeploymentSpec{Replicas: new(int32(replicas)), Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labels},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: image}}},
		}},
	}
	for _, e := range edit {
		e(d)
	}
	_, err := l.admin.AppsV1().Deployments(l.ns).Create(l.Context(), d, metav1.CreateOptions{FieldManager: "kubectl-create"})
	l.must(err)
}

// makeStatefulSet makes the stateful set "db" and waits for nothing.
func (l *lab) makeStatefulSet(image string, replicas int) {
	l.Helper()
	labels := map[string]string{"app": "db"}
	_, err := l.admin.AppsV1().StatefulSets(l.ns).Create(l.Context(), &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: "db", Labels: labels},
		Spec: appsv1.StatefulSetSpec{Replicas: new(int32(replicas)), ServiceName: "db", Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labels},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: image}}},
		}},
	}, metav1.CreateOptions{FieldManager: "kubectl-create"})
	l.must(err)
}

// edit changes the deployment as somebody else would, by hand.
func (l *lab) edit(change func(*appsv1.Deployment)) {
	l.Helper()
	l.eventually("the edit is accepted", func() bool {
		d := l.readDeployment()
		change(d)
		_, err := l.admin.AppsV1().Deployments(l.ns).Update(l.Context(), d, metav1.UpdateOptions{FieldManager: "kubectl-edit"})
		return err == nil
	})
}

func (l *lab) readDeployment() *appsv1.Deployment {
	l.Helper()
	d, err := l.admin.AppsV1().Deployments(l.ns).Get(l.Context(), "web", metav1.GetOptions{})
	l.must(err)
	return d
}

func (l *lab) makeAutoscaler(low, high int) {
	l.Helper()
	_, err := l.admin.AutoscalingV2().HorizontalPodAutoscalers(l.ns).Create(l.Context(), &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Name: "web-hpa"},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "web"},
			MinReplicas:    new(int32(low)), MaxReplicas: int32(high),
		},
	}, metav1.CreateOptions{FieldManager: "kubectl-create"})
	l.must(err)
}

func (l *lab) readAutoscaler() *autoscalingv2.HorizontalPodAutoscaler {
	l.Helper()
	h, err := l.admin.AutoscalingV2().HorizontalPodAutoscalers(l.ns).Get(l.Context(), "web-hpa", metav1.GetOptions{})
	l.must(err)
	return h
}

// makeBudget makes a disruption budget for "web" and waits until it is counted.
func (l *lab) makeBudget(atLeast int) {
	l.Helper()
	budgets := l.admin.PolicyV1().PodDisruptionBudgets(l.ns)
	_, err := budgets.Create(l.Context(), &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: "web-pdb"},
		Spec: policyv1.PodDisruptionBudgetSpec{
			MinAvailable: new(intstr.FromInt32(int32(atLeast))), Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
		},
	}, metav1.CreateOptions{})
	l.must(err)
	l.eventually("the budget is counted", func() bool {
		b, err := budgets.Get(l.Context(), "web-pdb", metav1.GetOptions{})
		return err == nil && b.Status.ObservedGeneration == b.Generation && b.Status.CurrentHealthy >= int32(atLeast)
	})
}

// makeQuota limits the pods of the namespace and waits until the quota is in force.
func (l *lab) makeQuota(pods string) {
	l.Helper()
	quotas := l.admin.CoreV1().ResourceQuotas(l.ns)
	_, err := quotas.Create(l.Context(), &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "few"},
		Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourcePods: resource.MustParse(pods)}},
	}, metav1.CreateOptions{})
	l.must(err)
	l.eventually("the quota is counted", func() bool { return l.quotaUsed() >= 0 })
}

// quotaUsed is how many pods the quota counts, and -1 before it does.
func (l *lab) quotaUsed() int64 {
	l.Helper()
	q, err := l.admin.CoreV1().ResourceQuotas(l.ns).Get(l.Context(), "few", metav1.GetOptions{})
	l.must(err)
	used, ok := q.Status.Used[corev1.ResourcePods]
	if !ok {
		return -1
	}
	return used.Value()
}

// volume asks for a volume that nobody provides.
func volume() *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "data"}, Spec: corev1.PersistentVolumeClaimSpec{
		AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, StorageClassName: new("none"),
		Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
	}}
}

// asking sets what an instance requests.
func asking(cpu, memory string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		d.Spec.Template.Spec.Containers[0].Resources.Requests = corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory),
		}
	}
}
