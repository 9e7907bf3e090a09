package contract

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// twin makes the deployment "api", which is like "web".
func (l *lab) twin(replicas int, edit ...func(*appsv1.Deployment)) ops.Place {
	l.Helper()
	l.makeDeployment("web:1", replicas, append(edit, func(d *appsv1.Deployment) {
		d.Name = "api"
		d.Spec.Selector.MatchLabels["app"], d.Spec.Template.Labels["app"] = "api", "api"
	})...)
	return l.place("Deployment", "api")
}

// together asks for room for two workloads that have one instance each, and says what is short.
func (l *lab) together(web, api int, twin ops.Place) string {
	l.Helper()
	out, err := l.client.Room(l.Context(), activities.RoomIn{Items: []activities.ScaleIn{
		{Place: l.deployment(), From: 1, Replicas: web}, {Place: twin, From: 1, Replicas: api},
	}})
	l.must(err)
	short := ops.JoinTexts(out.Short, ops.Text{En: "|", Zh: "|"})
	if !short.IsZero() && short.En == short.Zh {
		l.Errorf("it speaks one language: %s", short)
	}
	return short.En
}

// roomInQuota has two workloads of which each alone has room in their quota.
func roomInQuota(l *lab) {
	l.makeDeployment("web:1", 1)
	twin := l.twin(1)
	l.done(l.deployment())
	l.done(twin)
	l.makeQuota("5")
	l.eventually("the quota counts both", func() bool { return l.quotaUsed() == 2 })
	for _, alone := range [][2]int{{4, 1}, {1, 4}, {2, 3}} {
		l.equal("what is short", l.together(alone[0], alone[1], twin), "")
	}
	if short := l.together(3, 3, twin); !strings.Contains(short, "few") || !strings.Contains(short, "pods: 2 of 5 used, 4 more needed") {
		l.Errorf("together: %q", short)
	}
	l.equal("instances", l.status(l.deployment()).Wanted, 1)
}

// roomOnNodes has two workloads of which each alone has room on their node.
func roomOnNodes(l *lab) {
	l.makeNode("room")
	home := func(d *appsv1.Deployment) { l.homed(&d.Spec.Template.Spec) }
	l.makeDeployment("web:1", 1, home, asking("3", "64Mi"))
	twin := l.twin(1, home, asking("1", "64Mi"))
	l.done(l.deployment())
	l.done(twin)
	for _, fits := range [][2]int{{2, 2}, {1, 5}} {
		l.equal("what is short", l.together(fits[0], fits[1], twin), "")
	}
	if short := l.together(2, 4, twin); !strings.Contains(short, "2 of 3 more instances fit on no node") || !strings.Contains(short, "too little cpu") {
		l.Errorf("together: %q", short)
	}
	l.edit(func(d *appsv1.Deployment) { d.Spec.Template.Spec.NodeSelector = map[string]string{"no": "where"} })
	if short := l.together(2, 1, twin); !strings.Contains(short, "no node takes its instances in") {
		l.Errorf("without a node: %q", short)
	}
}
