package simulated

import (
	"fmt"
	"maps"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Reasons of the condition Progressing.
const (
	reasonNew     = "NewReplicaSetCreated"
	reasonDone    = "NewReplicaSetAvailable"
	reasonRolling = "ReplicaSetUpdated"
	reasonLate    = "ProgressDeadlineExceeded"
)

// reportDeployment writes the status of a Deployment.
func (l *life) reportDeployment(d *appsv1.Deployment) {
	r := l.look(d)
	if r.current == nil {
		return
	}
	o := copyOf(d)
	s := &o.Status
	before := *s
	s.ObservedGeneration = d.Generation
	s.UpdatedReplicas, s.ReadyReplicas = int32(len(r.pods(r.current))), int32(r.serving(r.current))
	s.Replicas = s.UpdatedReplicas
	for _, old := range r.old {
		s.Replicas += int32(len(r.pods(old)))
		s.ReadyReplicas += int32(r.serving(old))
	}
	s.AvailableReplicas = s.ReadyReplicas
	s.UnavailableReplicas = max(0, int32(r.wanted)-s.AvailableReplicas)
	if s.UpdatedReplicas > before.UpdatedReplicas || s.ReadyReplicas > before.ReadyReplicas || s.Replicas < before.Replicas {
		r.moved()
	}
	done := s.UpdatedReplicas == int32(r.wanted) && s.Replicas == s.UpdatedReplicas && s.AvailableReplicas == s.Replicas
	l.conditions(r, o, done)
	if a := r.current.Annotations[markRevision]; o.Annotations[markRevision] != a {
		o.Annotations = maps.Clone(o.Annotations)
		if o.Annotations == nil {
			o.Annotations = map[string]string{}
		}
		o.Annotations[markRevision] = a
	}
	l.keep("deployments", d, o)
}

func (l *life) conditions(r *rollout, o *appsv1.Deployment, done bool) {
	k := key{"deployments", o.Namespace, o.Name}
	available := int(o.Status.AvailableReplicas) >= r.wanted-r.down
	l.condition(o, appsv1.DeploymentAvailable, available, "MinimumReplicas"+map[bool]string{true: "Available", false: "Unavailable"}[available], "")
	had := progressing(o)
	switch {
	case done:
		delete(l.progress, k)
		l.condition(o, appsv1.DeploymentProgressing, true, reasonDone, fmt.Sprintf("ReplicaSet %q has successfully progressed.", r.current.Name))
	case had == reasonDone && o.Status.Replicas == o.Status.UpdatedReplicas:
		delete(l.progress, k) // scaling a finished rollout has no deadline
	case had == reasonLate && l.progress[k].IsZero():
	default:
		if l.progress[k].IsZero() {
			l.progress[k] = l.now
		}
		l.condition(o, appsv1.DeploymentProgressing, true, reasonRolling, fmt.Sprintf("ReplicaSet %q is progressing.", r.current.Name))
	}
	failed := r.current.Status.Conditions
	if len(failed) == 0 {
		l.drop(o, appsv1.DeploymentReplicaFailure)
		return
	}
	l.condition(o, appsv1.DeploymentReplicaFailure, true, failed[0].Reason, failed[0].Message)
}

// deadline is how long a Deployment may stand still.
func (l *life) deadline(k key) time.Duration {
	if o, ok := l.store.find(k); ok {
		return time.Duration(*o.(*appsv1.Deployment).Spec.ProgressDeadlineSeconds) * time.Second
	}
	return 0
}

// late notes that a Deployment has stood still for too long.
func (l *life) late(k key) {
	if o, ok := l.store.find(k); ok {
		old := o.(*appsv1.Deployment)
		d := copyOf(old)
		l.condition(d, appsv1.DeploymentProgressing, false, reasonLate, fmt.Sprintf("Deployment %q has timed out progressing.", d.Name))
		l.keep("deployments", old, d)
	}
}

func progressing(d *appsv1.Deployment) string {
	for _, c := range d.Status.Conditions {
		if c.Type == appsv1.DeploymentProgressing {
			return c.Reason
		}
	}
	return ""
}

// condition sets a condition if it says something new.
func (l *life) condition(d *appsv1.Deployment, kind appsv1.DeploymentConditionType, value bool, reason, message string) {
	c := appsv1.DeploymentCondition{
		Type: kind, Status: truth(value), Reason: reason, Message: message, LastUpdateTime: metav1.NewTime(l.now), LastTransitionTime: metav1.NewTime(l.now),
	}
	for i, had := range d.Status.Conditions {
		if had.Type == kind {
			if had.Status != c.Status || had.Reason != reason {
				d.Status.Conditions[i] = c
			}
			return
		}
	}
	d.Status.Conditions = append(d.Status.Conditions, c)
}

func (l *life) drop(d *appsv1.Deployment, kind appsv1.DeploymentConditionType) {
	var out []appsv1.DeploymentCondition
	for _, c := range d.Status.Conditions {
		if c.Type != kind {
			out = append(out, c)
		}
	}
	d.Status.Conditions = out
}
