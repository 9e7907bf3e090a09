package istio

import (
	"context"
	"encoding/json"
	"reflect"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
