package contract

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/ops"
)

func (l *lab) configAt() ops.ConfigAt {
	return ops.ConfigAt{Provider: kubernetes.Provider, Cluster: l.Name, App: l.ns, Env: "prod", Namespace: "settings"}
}

// makeConfig makes a ConfigMap and says how a client sees it.
func (l *lab) makeConfig(values map[string]string) activities.Config {
	l.Helper()
	_, err := l.admin.CoreV1().ConfigMaps(l.ns).Create(l.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "settings"}, Data: values}, metav1.CreateOptions{})
	l.must(err)
	return l.config()
}

func (l *lab) config() activities.Config {
	l.Helper()
	now, err := l.client.ReadConfig(l.Context(), l.configAt())
	l.must(err)
	return now
}

// editConfig changes a ConfigMap behind the client's back.
func (l *lab) editConfig(change func(*corev1.ConfigMap)) {
	l.Helper()
	m, err := l.admin.CoreV1().ConfigMaps(l.ns).Get(l.Context(), "settings", metav1.GetOptions{})
	l.must(err)
	change(m)
	_, err = l.admin.CoreV1().ConfigMaps(l.ns).Update(l.Context(), m, metav1.UpdateOptions{FieldManager: "kubectl-edit"})
	l.must(err)
}

func configOnce(l *lab) {
	now := l.makeConfig(map[string]string{"timeout": "30", "old": "x", "app.properties": "a=1\nb=2"})
	in := activities.EditIn{At: l.configAt(), Content: now.Content, Changes: []activities.ConfigChange{
		{Key: "timeout", From: "30", To: "60"}, {Key: "old", From: "x", Remove: true}, {Key: "new", To: "值", Add: true},
	}}
	out, err := l.client.EditConfig(l.Context(), in)
	l.must(err)
	after := l.config()
	l.equal("changed", out.Changed, true)
	l.equal("content", after.Content, out.Content)
	l.equal("values", maps.Equal(after.Values, map[string]string{"timeout": "60", "new": "值", "app.properties": "a=1\nb=2"}), true)
	l.equal("release", after.Release, after.Content)
	m, err := l.admin.CoreV1().ConfigMaps(l.ns).Get(l.Context(), "settings", metav1.GetOptions{})
	l.must(err)
	managers := map[string]bool{}
	for _, f := range m.ManagedFields {
		managers[f.Manager] = true
	}
	l.equal("the field manager", managers[kubernetes.FieldManager], true)
	again, err := l.client.EditConfig(l.Context(), in)
	l.must(err)
	l.equal("changed again", again.Changed, false)
	l.equal("content again", again.Content, out.Content)
}

func configReleases(l *lab) {
	now := l.makeConfig(map[string]string{"timeout": "30"})
	in := activities.EditIn{At: l.configAt(), Content: now.Content, Why: "config.set-1", By: "ann", Changes: []activities.ConfigChange{{Key: "timeout", From: "30", To: "60"}}}
	_, err := l.client.EditConfig(l.Context(), in)
	l.must(err)
	l.editConfig(func(m *corev1.ConfigMap) { m.Data["timeout"] = "90" })
	all, err := l.client.ConfigReleases(l.Context(), l.configAt(), 10)
	l.must(err)
	l.equal("releases", len(all), 3)
	l.equal("theirs", all[0].Values["timeout"], "90")
	l.equal("ours", all[1].Title+" "+all[1].By, "config.set-1 ann")
	l.equal("the first", all[2].Values["timeout"], "30")
	back := activities.EditIn{At: l.configAt(), Restore: all[2].ID, Was: all[0].ID, Content: l.config().Content, Why: "config.rollback-1"}
	for _, changed := range []bool{true, false} {
		out, err := l.client.EditConfig(l.Context(), back)
		l.must(err)
		l.equal("changed", out.Changed, changed)
		l.equal("brought back", l.config().Release, all[2].ID)
	}
	_, err = l.client.EditConfig(l.Context(), activities.EditIn{At: l.configAt(), Restore: all[0].ID, Was: all[2].ID})
	l.must(err)
	l.equal("taken back", l.config().Values["timeout"], "90")
	l.editConfig(func(m *corev1.ConfigMap) { m.Data["timeout"] = "1" })
	_, err = l.client.EditConfig(l.Context(), back)
	l.refused(err, ops.Conflict, "settings")
}

func configConflict(l *lab) {
	now := l.makeConfig(map[string]string{"timeout": "30", "other": "1"})
	in := activities.EditIn{At: l.configAt(), Content: now.Content, Changes: []activities.ConfigChange{{Key: "timeout", From: "30", To: "60"}}}
	l.editConfig(func(m *corev1.ConfigMap) { m.Data["other"] = "2" })
	_, err := l.client.EditConfig(l.Context(), in)
	l.refused(err, ops.Conflict, "settings")
	l.editConfig(func(m *corev1.ConfigMap) { m.Data["other"], m.Data["timeout"] = "1", "40" })
	_, err = l.client.EditConfig(l.Context(), in)
	l.refused(err, ops.Conflict, "timeout")
	l.equal("timeout", l.config().Values["timeout"], "40")
	frozen := true
	l.editConfig(func(m *corev1.ConfigMap) { m.Data["timeout"], m.Immutable = "30", &frozen })
	_, err = l.client.EditConfig(l.Context(), in)
	l.refused(err, ops.Conflict, "immutable")
	other := in
	other.At.Namespace = "nowhere"
	_, err = l.client.EditConfig(l.Context(), other)
	l.refused(err, ops.NotFound, "nowhere")
}
