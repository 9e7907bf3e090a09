package kubernetes

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

func labelled(name string, labels map[string]string) *appsv1.Deployment {
	return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop", Labels: labels}}
}

func TestServicesByLabels(t *testing.T) {
	away := fake.NewClientset()
	away.PrependReactor("list", "*", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("connection refused")
	})
	c := NewFor(map[string]clientset.Interface{
		"idc1/c1": fake.NewClientset(
			labelled("cart", map[string]string{LabelService: "shop.cart.api", LabelEnv: "prod", LabelOwner: "shop"}),
			labelled("wrong", map[string]string{LabelService: "Shop", LabelEnv: "prod"}),
			labelled("nowhere", map[string]string{LabelService: "shop.order.api"}),
			labelled("plain", nil),
			&appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{Name: "db", Namespace: "shop", Labels: map[string]string{LabelService: "shop.order.db", LabelEnv: "prod", LabelIDC: "idc7"}}},
		),
		"idc2-c1": fake.NewClientset(labelled("cart", map[string]string{LabelService: "shop.cart.api", LabelEnv: "prod"})),
		"away":    away,
	})
	got, err := c.Services(t.Context())
	var lines []string
	for _, s := range got {
		for _, p := range s.Places {
			lines = append(lines, fmt.Sprint(s.Owner, " ", p.Target, " ", p))
		}
	}
	want := "shop shop.cart.api@idc1/c1:prod idc1/c1/shop/Deployment/cart\n" +
		"shop shop.cart.api@idc2/c1:prod idc2-c1/shop/Deployment/cart\n" +
		" shop.order.db@idc7/c1:prod idc1/c1/shop/StatefulSet/db"
	if s := strings.Join(lines, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
	for _, word := range []string{"away", "Deployment/wrong", "Deployment/nowhere"} {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%q is not told: %v", word, err)
		}
	}
}

func TestIDCAndCluster(t *testing.T) {
	for name, want := range map[string][2]string{"idc1/c1": {"idc1", "c1"}, "idc1-c1": {"idc1", "c1"}, "idc1": {}, "arn:aws:eks/x": {}, "a-b-c": {}, "": {}} {
		if idc, cluster := idcAndCluster(name); [2]string{idc, cluster} != want {
			t.Errorf("%q: got %q, %q", name, idc, cluster)
		}
	}
}
