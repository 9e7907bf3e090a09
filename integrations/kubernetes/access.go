package kubernetes

import (
	"context"
	"slices"
	"strings"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// roleView is the ClusterRole of those who may look.
const roleView = "view"

// Bindable are the ClusterRoles that may be granted; every cluster has them.
var Bindable = []string{roleView, "edit"}

// labelGrant marks the bindings that are grants of Orderly.
const labelGrant = "orderly.example/grant"

// Grants reads what is granted in a namespace, sorted.
func (c *Client) Grants(ctx context.Context, in activities.Room) ([]activities.Granted, error) {
	k, err := c.cluster(in.Context)
	if err != nil {
		return nil, err
	}
	list, err := k.api.RbacV1().RoleBindings(in.Name).List(ctx, metav1.ListOptions{LabelSelector: labelGrant})
	if err != nil {
		return nil, k.explain(err, in.Object())
	}
	var out []activities.Granted
	for _, b := range list.Items {
		g := activities.Granted{Role: b.RoleRef.Name, Until: untilOf(&b), Change: b.Annotations[keyOwner]}
		if len(b.Subjects) == 1 {
			g.Who = strings.ToLower(b.Subjects[0].Kind) + ":" + b.Subjects[0].Name
		}
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b activities.Granted) int {
		return slices.Compare([]string{a.Who, a.Role}, []string{b.Who, b.Role})
	})
	return out, nil
}

// Grant binds a ClusterRole to somebody in a namespace.
func (c *Client) Grant(ctx context.Context, in activities.GrantIn) (activities.Done, error) {
	wanted, err := bindingOf(in)
	if err != nil {
		return activities.Done{}, err
	}
	return c.settle(ctx, in.Context, in.Object(), func(k *cluster) (bool, error) { return k.bind(ctx, in, wanted) })
}

// bindingOf is the binding of a grant. Its name is the same for the same person and role, so that there is one.
func bindingOf(in activities.GrantIn) (*rbacv1.RoleBinding, error) {
	kind, name, _ := strings.Cut(in.Who, ":")
	subject := map[string]string{"user": rbacv1.UserKind, "group": rbacv1.GroupKind}[kind]
	if subject == "" || name == "" || strings.HasPrefix(name, "system:") {
		return nil, ops.Errorf(ops.Invalid, "%q is nobody whom access can be granted to; write user:ann or group:sre", "%q 不是可授权的对象;请写成 user:ann 或 group:sre", in.Who)
	}
	if !slices.Contains(Bindable, in.Role) {
		return nil, ops.Errorf(ops.Invalid, "the role %q is not granted here%s; choose one of %v", "不能授予角色 %q%s;可选 %v", in.Role, ops.DidYouMean(in.Role, Bindable), Bindable)
	}
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{
			Name: furniture + ":" + in.Role + ":" + kind + ":" + name, Namespace: in.Name, Labels: map[string]string{labelGrant: in.Role},
			Annotations: map[string]string{keyOwner: in.Change, keyUntil: in.Until.UTC().Format(time.RFC3339)},
		},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: in.Role},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: subject, Name: name}},
	}, nil
}

// bind looks, decides and writes. It says whether it has written.
func (k *cluster) bind(ctx context.Context, in activities.GrantIn, wanted *rbacv1.RoleBinding) (bool, error) {
	api := k.api.RbacV1().RoleBindings(in.Name)
	var dryRun []string
	if in.DryRun {
		dryRun = []string{metav1.DryRunAll}
	}
	old, err := api.Get(ctx, wanted.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		_, err := api.Create(ctx, wanted, metav1.CreateOptions{FieldManager: k.manager, DryRun: dryRun})
		return err == nil, err
	}
	if err != nil {
		return false, err
	}
	by := old.Annotations[keyOwner]
	switch {
	case by == in.Change && untilOf(old).Equal(untilOf(wanted)):
		return false, nil
	case by == "":
		return false, ops.Errorf(ops.Conflict, "%s has a binding %s in %s that Orderly did not make; remove it by hand first", "%s 在 %[3]s 已有并非由 Orderly 创建的绑定 %[2]s;请先手工删除", in.Who, old.Name, in.Room.Object())
	case by != in.Change && by != in.Over:
		return false, ops.Errorf(ops.Conflict, "%s may %s in %s already, until %s by %s; cancel that, or ask for longer", "%s 在 %[3]s 已有 %[2]s 权限,至 %[4]s,来自 %[5]s;请先取消,或申请更长时间",
			in.Who, in.Role, in.Room.Object(), old.Annotations[keyUntil], by)
	}
	wanted = wanted.DeepCopy()
	wanted.ResourceVersion = old.ResourceVersion
	_, err = api.Update(ctx, wanted, metav1.UpdateOptions{FieldManager: k.manager, DryRun: dryRun})
	return err == nil, err
}

// Revoke removes the binding of a grant, unless it belongs to another change by now.
func (c *Client) Revoke(ctx context.Context, in activities.GrantIn) (activities.Done, error) {
	wanted, err := bindingOf(in)
	if err != nil {
		return activities.Done{}, err
	}
	return c.settle(ctx, in.Context, in.Object(), func(k *cluster) (bool, error) { return k.unbind(ctx, in, wanted.Name) })
}

func (k *cluster) unbind(ctx context.Context, in activities.GrantIn, name string) (bool, error) {
	api := k.api.RbacV1().RoleBindings(in.Name)
	old, err := api.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) || err == nil && old.Annotations[keyOwner] != in.Change {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = api.Delete(ctx, name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &old.UID, ResourceVersion: &old.ResourceVersion}})
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}
