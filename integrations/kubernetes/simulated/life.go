package simulated

import (
	"maps"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
)

// life is what moves a cluster: the controllers, the scheduler and the kubelets.
type life struct {
	store    *store
	fields   *fieldManagers
	delay    time.Duration     // from one pod of a workload to the next
	now      time.Time         // up to where the world has been played
	due      map[key]time.Time // pods on their way, and when the kubelet reports them
	progress map[key]time.Time // Deployments on their way, and when something last moved
	homeless map[key]bool      // pods without a node
}

func newLife(s *store, f *fieldManagers, delay time.Duration) *life {
	return &life{store: s, fields: f, delay: delay, due: map[key]time.Time{}, progress: map[key]time.Time{}, homeless: map[key]bool{}}
}

// advance plays the world up to a time: what was written since the last call at once, and then event by event at the
// event's own time.
func (l *life) advance(to time.Time) {
	for {
		l.settle()
		next, ok := l.next()
		if !ok || next.After(to) {
			break
		}
		l.now = next
		l.report()
	}
	if to.After(l.now) {
		l.now = to
	}
}

// next is the time of the next event.
func (l *life) next() (time.Time, bool) {
	var first time.Time
	for _, t := range l.due {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	for k, moved := range l.progress {
		if t := moved.Add(l.deadline(k)); first.IsZero() || t.Before(first) {
			first = t
		}
	}
	return first, !first.IsZero()
}

// report has the kubelets report the pods that are due, and wakes the controllers of Deployments whose time is up.
func (l *life) report() {
	for _, k := range slices.SortedFunc(maps.Keys(l.due), byName) {
		if !l.due[k].After(l.now) {
			delete(l.due, k)
			l.started(k)
		}
	}
	for k, moved := range l.progress {
		if !moved.Add(l.deadline(k)).After(l.now) {
			delete(l.progress, k)
			l.store.stale[k.namespace] = true
			l.late(k)
		}
	}
}

// rounds bounds how often the controllers of a namespace look in a row. They come to rest within a few rounds per pod;
// a world that never rests is a defect, and standing still shows it better than spinning.
const rounds = 10_000

// settle lets the controllers work until nothing changes any more.
func (l *life) settle() {
	for range rounds {
		stale := slices.Sorted(maps.Keys(l.store.stale))
		if len(stale) == 0 {
			return
		}
		clear(l.store.stale)
		for _, namespace := range stale {
			l.control(namespace)
		}
		l.house()
	}
}

// control lets every controller look at a namespace once.
func (l *life) control(namespace string) {
	if namespace == "" {
		return
	}
	l.store.collect(namespace)
	gone := func(k key, _ time.Time) bool {
		_, ok := l.store.find(k)
		return !ok
	}
	maps.DeleteFunc(l.due, gone)
	maps.DeleteFunc(l.progress, gone)
	l.autoscale(namespace)
	for _, d := range all[*appsv1.Deployment](l.store, "deployments", namespace) {
		l.rollDeployment(d)
	}
	for _, s := range all[*appsv1.StatefulSet](l.store, "statefulsets", namespace) {
		l.rollStatefulSet(s)
	}
	for _, r := range all[*appsv1.ReplicaSet](l.store, "replicasets", namespace) {
		l.fillReplicaSet(r)
	}
	for _, d := range all[*appsv1.Deployment](l.store, "deployments", namespace) {
		l.reportDeployment(d)
	}
	for _, s := range all[*appsv1.StatefulSet](l.store, "statefulsets", namespace) {
		l.reportStatefulSet(s)
	}
	for _, q := range all[*corev1.ResourceQuota](l.store, "resourcequotas", namespace) {
		l.countQuota(q)
	}
	for _, b := range all[*policyv1.PodDisruptionBudget](l.store, "poddisruptionbudgets", namespace) {
		l.countBudget(b)
	}
}

// keep puts a new version back if it differs.
func (l *life) keep(resource string, old, o object) {
	if !same(old, o) {
		o.SetGeneration(old.GetGeneration())
		l.store.put(key{resource, o.GetNamespace(), o.GetName()}, o)
	}
}
