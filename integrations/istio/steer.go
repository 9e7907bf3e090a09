package istio

import (
	"context"
	"encoding/json"
	"reflect"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// looks is how often a write looks again when another hand was faster.
const looks = 5

// Steer gives the canary of a place its share of what is sent to the host, or brings back what was there.
func (c *Client) Steer(ctx context.Context, in activities.SteerIn) (activities.SteerOut, error) {
	k, err := c.cluster(in.Place.Context)
	if err != nil {
		return activities.SteerOut{}, err
	}
	h, err := hostOf(in)
	if err != nil {
		return activities.SteerOut{}, err
	}
	step := k.divide
	if in.Ends() {
		step = k.restore
	}
	var out activities.SteerOut
	for look := range looks {
		changed, err := step(ctx, in, h)
		out.Changed = out.Changed || changed
		if ops.AsError(err) != nil || !apierrors.IsConflict(err) {
			return out, k.explain(err, in.Object())
		}
		select {
		case <-ctx.Done():
			return out, k.explain(ctx.Err(), in.Object())
		case <-time.After(time.Duration(look+1) * 10 * time.Millisecond):
		}
	}
	return out, ops.Errorf(ops.Unavailable, "the routes of %s are being changed by others all the time; it is tried again", "%s 的路由正被频繁修改;将会重试", in.Object())
}

// divide gives the canary its share in every VirtualService that routes to the host.
func (k *cluster) divide(ctx context.Context, in activities.SteerIn, h host) (bool, error) {
	to := share{Header: in.Header, Percent: in.Percent}
	all, err := k.services(ctx, h.namespace)
	if err != nil {
		return false, err
	}
	mine, err := h.taken(all, in.Owner)
	if err != nil {
		return false, err
	}
	wanted := make([]spec, len(mine))
	for i, s := range mine {
		before, err := s.former()
		if err != nil {
			return false, err
		}
		if wanted[i], err = h.divided(before, h.namespace, to); err != nil {
			return false, err
		}
	}
	if in.DryRun {
		return true, nil
	}
	changed, err := k.copyRule(ctx, in, h)
	if err != nil {
		return changed, err
	}
	if len(mine) == 0 {
		return true, k.make(ctx, in, h, to)
	}
	for i, s := range mine {
		if s.mark.Change != "" && s.mark.Share == to {
			continue
		}
		m := mark{Change: in.Owner, Host: h.String(), Share: to, From: s.mark.From}
		if s.mark.Change == "" {
			if m.From, err = json.Marshal(s.spec()); err != nil {
				return changed, err
			}
		}
		if err := k.put(ctx, s, wanted[i], &m); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}

// taken are the VirtualServices that route to the host. Conflict when one is not as its owner has left it, or has another.
func (h host) taken(all []service, owner string) ([]service, error) {
	var mine []service
	for _, s := range all {
		before, err := s.former()
		if err != nil {
			return nil, err
		}
		http, other := h.routed(before, h.namespace)
		switch {
		case s.mark.Change != "" && s.mark.Host == h.String():
			if s.mark.Change != owner || !h.untouched(s) {
				return nil, s.elsewhere()
			}
			mine = append(mine, s)
		case http && s.mark.Change != "":
			return nil, s.elsewhere()
		case http:
			mine = append(mine, s)
		case other:
			return nil, ops.Errorf(ops.Invalid, "the VirtualService %s takes care of %s without an HTTP route to it, and only such routes can be divided; add one", "VirtualService %s 负责 %s,但没有指向它的 HTTP 路由,而仅此类路由可划分流量;请添加", s.GetName(), h)
		}
	}
	return mine, nil
}

// untouched says whether a VirtualService is as the mark says that it was left.
func (h host) untouched(s service) bool {
	before, err := s.former()
	if err != nil {
		return false
	}
	left, err := h.divided(before, h.namespace, s.mark.Share)
	return err == nil && reflect.DeepEqual(left, s.spec())
}

// elsewhere says that a VirtualService is not as this change has left it.
func (s service) elsewhere() error {
	return ops.Errorf(ops.Conflict, "the routes of VirtualService %s are divided by %s, or somebody has changed them meanwhile; put them right by hand and remove the annotation %s, which holds what was there before, then try again",
		"VirtualService %s 的路由正由 %s 划分,或期间被他人修改;请手工更正并删除注解 %s(其中保存了原内容)后重试", s.GetName(), s.mark.Change, keyTraffic)
}

// make makes a VirtualService for a host that has none.
func (k *cluster) make(ctx context.Context, in activities.SteerIn, h host, to share) error {
	s := &networkingv1.VirtualService{ObjectMeta: metav1.ObjectMeta{
		Name: canary(h.name), Namespace: h.namespace, Annotations: map[string]string{keyTraffic: mark{Change: in.Owner, Host: h.String(), Share: to}.String()},
	}}
	says, err := h.divided(plain(h.name), h.namespace, to)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(says)
	if err != nil {
		return err
	}
	if err := s.Spec.UnmarshalJSON(raw); err != nil {
		return err
	}
	_, err = k.api.VirtualServices(h.namespace).Create(ctx, s, metav1.CreateOptions{FieldManager: k.manager})
	return err
}

// copyRule has the canary spoken to by the traffic policy of the host, if there is one. It says whether it has written.
func (k *cluster) copyRule(ctx context.Context, in activities.SteerIn, h host) (bool, error) {
	api := k.api.DestinationRules(h.namespace)
	list, err := api.List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	for _, r := range list.Items {
		if !h.is(r.Spec.Host, h.namespace) || r.Spec.TrafficPolicy == nil {
			continue
		}
		copied := &networkingv1.DestinationRule{
			ObjectMeta: metav1.ObjectMeta{Name: canary(r.Name), Namespace: h.namespace, Annotations: map[string]string{keyTraffic: mark{Change: in.Owner, Host: h.String()}.String()}},
			Spec: networkingv1alpha3.DestinationRule{
				Host: canary(r.Spec.Host), TrafficPolicy: r.Spec.TrafficPolicy, ExportTo: r.Spec.ExportTo, WorkloadSelector: r.Spec.WorkloadSelector,
			},
		}
		_, err := api.Create(ctx, copied, metav1.CreateOptions{FieldManager: k.manager})
		if !apierrors.IsAlreadyExists(err) {
			return err == nil, err
		}
		for _, other := range list.Items {
			if other.Name != copied.Name {
				continue
			}
			if m, err := markOf(other.Name, other.Annotations); err != nil || m.Change == in.Owner {
				return false, err
			}
			return false, ops.Errorf(ops.Conflict, "there is a DestinationRule %s already, and the canary needs that name; wait for the change that it belongs to, or rename it", "已存在名为 %s 的 DestinationRule,灰度需要使用该名称;请等待其所属变更结束,或改名", other.Name)
		}
		return false, ops.Errorf(ops.Unavailable, "the DestinationRule %s was made at the same moment; it is tried again", "DestinationRule %s 刚被同时创建;将会重试", copied.Name)
	}
	return false, nil
}

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

// removeRule removes the DestinationRule of a canary.
func (k *cluster) removeRule(ctx context.Context, in activities.SteerIn, h host) (bool, error) {
	api := k.api.DestinationRules(h.namespace)
	list, err := api.List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	changed := false
	for _, r := range list.Items {
		if m, err := markOf(r.Name, r.Annotations); err != nil || m.Change != in.Owner || m.Host != h.String() {
			continue
		}
		if !in.DryRun {
			if err := gone(api.Delete(ctx, r.Name, only(r.ResourceVersion))); err != nil {
				return changed, err
			}
		}
		changed = true
	}
	return changed, nil
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
