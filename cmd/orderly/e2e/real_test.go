//go:build e2e

package e2e

import (
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"

	"orderly.example/deploy/parts/linetest"
	"orderly.example/ops"
)

// TestTheStory is the whole job on real clusters: one person asks, sees the plan, another approves, a real Deployment is
// scaled and watched to the end, the program is killed in the middle, and the record tells it all.
func TestTheStory(t *testing.T) {
	one, two := real(t, "idc1"), real(t, "idc2")
	one.service("story.cart.api", 3, "registry/cart:1.0")
	two.service("story.cart.api", 2, "registry/cart:1.0")
	before := one.ready("story.cart.api", 3)
	two.ready("story.cart.api", 2)
	p := launch(t, "--kubeconfig", one.kubeconfig+":"+two.kubeconfig)

	out, code := p.orderly("ann", "run", "scale", "story.cart.api@idc1:prod", "6", "--reason", "sale", "--detach", "--json")
	if code != 0 {
		t.Fatalf("run: exit %d: %s", code, out)
	}
	id := ops.ChangeID(ops.Request{Operation: "scale"})[:6] + strings.SplitN(strings.SplitN(out, "scale-", 2)[1], `"`, 2)[0]
	waiting := p.until(id, 20*time.Second, ops.WaitingApproval)
	if d := waiting.Plan.Diffs[0]; d.From != "3" || d.To != "6" || waiting.Demo {
		t.Errorf("plan %+v, demo %v", waiting.Plan, waiting.Demo)
	}
	if out, code := p.orderly("ann", "approve", id); code != 3 {
		t.Errorf("the requester's approval: exit %d: %s", code, out)
	}
	if out, code := p.orderly("bob", "approve", id, "--note", "go"); code != 0 {
		t.Fatalf("approve: exit %d: %s", code, out)
	}
	time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond) // anywhere in the middle
	p.kill()
	p.start()
	p.until(id, afterKill, ops.Succeeded)
	after := one.ready("story.cart.api", 6)
	if after.Generation != before.Generation+1 {
		t.Errorf("generation went from %d to %d: the write was doubled", before.Generation, after.Generation)
	}
	if d := two.get("story.cart.api"); *d.Spec.Replicas != 2 {
		t.Errorf("the other data centre was touched: %d", *d.Spec.Replicas)
	}
	out, code = p.orderly("ann", "show", id)
	for _, words := range []string{"succeeded", "sale", "Bob", "approves plan", "3", "6", "refused"} {
		if !strings.Contains(out, words) {
			t.Errorf("show (exit %d) does not say %q:\n%s", code, words, out)
		}
	}
	undo := p.ask("bob", "undo-story", "undo", map[string]any{"id": id})
	p.until(undo, 60*time.Second, ops.Succeeded)
	one.ready("story.cart.api", 3)
}

// TestWhatGoesWrongOnARealCluster: each fault ends the change with a text that says what to do, and takes back what was
// done.
func TestWhatGoesWrongOnARealCluster(t *testing.T) {
	c := real(t, "idc1")
	c.service("fault.gone.api", 1, "registry/gone:1.0", func(d *appsv1.Deployment) {
		deadline := int32(120)
		d.Spec.MinReadySeconds, d.Spec.ProgressDeadlineSeconds = 30, &deadline
	})
	p := launch(t, "--kubeconfig", c.kubeconfig)
	run := func(name, replicas string) string {
		id := p.ask("ann", t.Name()+name, "scale", map[string]any{"target": name + "@idc1:prod", "replicas": replicas})
		hash := p.until(id, 20*time.Second, ops.WaitingApproval).Plan.Hash
		p.act("bob", id, "approve", hash)
		return id
	}
	t.Run("a hung rollout is taken back", func(t *testing.T) {
		c.service("fault.hung.api", 1, "registry/hung:broken")
		eventually(t, 20*time.Second, "the image fails", func() error { c.get("fault.hung.api"); return nil })
		s := p.until(run("fault.hung.api", "3"), 90*time.Second, ops.RolledBack)
		if !strings.Contains(s.Error.Text.En, "broken") || !strings.Contains(s.Error.Text.Zh, "broken") {
			t.Errorf("the text does not name the image: %+v", s.Error.Text)
		}
		if n := *c.get("fault.hung.api").Spec.Replicas; n != 1 {
			t.Errorf("it was left at %d", n)
		}
	})
	t.Run("a quota that is used up is said", func(t *testing.T) {
		c.service("fault.quota.api", 1, "registry/quota:1.0")
		c.ready("fault.quota.api", 1)
		if _, err := c.api.CoreV1().ResourceQuotas(c.namespace).Create(t.Context(), &corev1.ResourceQuota{
			ObjectMeta: metav1.ObjectMeta{Name: "few"}, Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{"pods": resource.MustParse("5")}},
		}, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = c.api.CoreV1().ResourceQuotas(c.namespace).Delete(t.Context(), "few", metav1.DeleteOptions{})
		})
		// The dry run asks the quota before anybody is asked to approve: nothing is started.
		id := p.ask("ann", t.Name(), "scale", map[string]any{"target": "fault.quota.api@idc1:prod", "replicas": "9"})
		s := p.until(id, 30*time.Second, ops.Refused)
		if s.Error == nil || !strings.Contains(s.Error.Text.En, "quota few") || !strings.Contains(s.Error.Text.Zh, "few") {
			t.Errorf("the text does not name the quota: %+v", s.Error)
		}
		if n := *c.get("fault.quota.api").Spec.Replicas; n != 1 {
			t.Errorf("it was left at %d", n)
		}
	})
	t.Run("a target that is deleted in the middle ends it", func(t *testing.T) {
		eventually(t, 10*time.Second, "it is there", func() error { c.get("fault.gone.api"); return nil })
		id := run("fault.gone.api", "3")
		p.until(id, 30*time.Second, ops.Verifying)
		if err := c.api.AppsV1().Deployments(c.namespace).Delete(t.Context(), "fault-gone-api", metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
		s := p.until(id, 60*time.Second, ops.Failed, ops.RolledBack)
		if s.Error == nil || s.Error.Text.Zh == "" {
			t.Errorf("error %+v", s.Error)
		}
	})
}

// TestAnAPIServerThatIsAwayForHalfAMinute: the change waits for it and ends well.
func TestAnAPIServerThatIsAwayForHalfAMinute(t *testing.T) {
	c := real(t, "idc1")
	c.service("away.cart.api", 2, "registry/cart:1.0")
	before := c.ready("away.cart.api", 2)
	kubeconfig, line := between(t, c)
	p := launch(t, "--kubeconfig", kubeconfig)
	id := p.ask("ann", t.Name(), "scale", map[string]any{"target": "away.cart.api@idc1:prod", "replicas": "5"})
	hash := p.until(id, 20*time.Second, ops.WaitingApproval).Plan.Hash
	line.Cut()
	p.act("bob", id, "approve", hash)
	gone := time.Now()
	for time.Since(gone) < 30*time.Second {
		s, err := p.status(id)
		if err == nil && s.State.Ended() {
			t.Fatalf("it ended as %s while the API server was away: %v\n%s", s.State, s.Error, story(s))
		}
		time.Sleep(time.Second)
	}
	line.Mend()
	p.until(id, 60*time.Second, ops.Succeeded)
	if after := c.ready("away.cart.api", 5); after.Generation != before.Generation+1 {
		t.Errorf("generation went from %d to %d", before.Generation, after.Generation)
	}
}

// between puts a line between the program and the API server, and returns the kubeconfig that goes over it.
func between(t *testing.T, c *cluster) (string, *linetest.Line) {
	t.Helper()
	file, err := clientcmd.LoadFromFile(c.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	var line *linetest.Line
	for _, k := range file.Clusters {
		u, err := url.Parse(k.Server)
		if err != nil {
			t.Fatal(err)
		}
		line = linetest.New(t, u.Host)
		k.Server = "https://" + line.Address
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*file, path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, line
}
