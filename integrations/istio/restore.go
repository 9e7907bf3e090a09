package istio

import (
	"context"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
)

// restore brings back what was there before the change, and removes what it has made.
func (k *cluster) restore(ctx context.Context, in activities.SteerIn, h host) (bool, error) {
	all, err := k.services(ctx, h.namespace)
	if err != nil {
		return false, err
	}
	changed := false
	for _, s := range all {
		if s.mark.Change != in.Owner || s.mark.Host != h.String() {
			continue
		}
		if err := k.restoreOne(ctx, in, h, s); err != nil {
			return changed, err
		}
		changed = true
	}
	removed, err := k.removeRule(ctx, in, h)
	return changed || removed, err
}

func (k *cluster) restoreOne(ctx context.Context, in activities.SteerIn, h host, s service) error {
	before, err := s.former()
	if err != nil {
		return err
	}
	if !h.untouched(s) && !reflect.DeepEqual(before, s.spec()) {
		return s.elsewhere()
	}
	switch {
	case in.DryRun:
		return nil
	case len(s.mark.From) > 0:
		return k.put(ctx, s, before, nil)
	}
	return gone(k.api.VirtualServices(h.namespace).Delete(ctx, s.GetName(), only(s.GetResourceVersion())))
}

// only deletes the version that was read.
func only(version string) metav1.DeleteOptions {
	return metav1.DeleteOptions{Preconditions: &metav1.Preconditions{ResourceVersion: &version}}
}

// gone takes what is not there for removed.
func gone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
