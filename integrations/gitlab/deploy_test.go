package gitlab

import (
	"slices"
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/integrations/gitlab/gitlabtest"
	"orderly.example/ops"
)

const (
	before = "registry.example/shop/cart-api:1.4.2"
	after  = "registry.example/shop/cart-api:1.4.3"
)

func place() ops.Place {
	return ops.Place{
		Target: ops.Target{Service: "shop.cart.api", IDC: "idc1", Cluster: "c1", Env: "prod"}, Provider: "kubernetes", Context: "idc1/c1", Namespace: "shop", Kind: "Deployment", Name: "cart-api",
		Git: ops.GitPlace{Project: "ops/live", File: "apps/cart/values.yaml", Field: "image.tag"},
	}
}

func deploy() activities.DeployIn {
	return activities.DeployIn{Place: place(), Image: after, From: before, Change: "release-abc", Why: "release shop.cart.api 1.4.3"}
}

func inverse(in activities.DeployIn) activities.DeployIn {
	in.Image, in.From = in.From, in.Image
	return in
}

// whole deploys and lands, as the worker does.
func (l *lab) whole(in activities.DeployIn) error {
	if _, err := l.client.Deploy(l.Context(), in); err != nil {
		return err
	}
	return l.land(in)
}

func (l *lab) land(in activities.DeployIn) error {
	for range 10 {
		got, err := l.client.Land(l.Context(), in)
		if err != nil || got.Holds {
			return err
		}
	}
	return ops.Errorf(ops.Unsafe, "it does not land", "未生效")
}

// TestALineOfAFileIsChanged, through a merge request, once, and is changed back.
func TestALineOfAFileIsChanged(t *testing.T) {
	l := newLab(t)
	runs, err := l.client.Runs(t.Context(), activities.RunsIn{Place: place()})
	l.must(err)
	if runs.Image != before || len(runs.Former) != 0 {
		t.Errorf("%+v", runs)
	}
	for range 2 {
		l.must(l.whole(deploy()))
	}
	want := strings.Replace(values, `"1.4.2"`, `"1.4.3"`, 1)
	if got := l.env.File("apps/cart/values.yaml"); got != want {
		t.Errorf("the file is\n%s", got)
	}
	line := "shop.cart.api@idc1/c1:prod: 1.4.2 -> 1.4.3"
	if w := l.Written(); !slices.Equal(w, []string{"commit " + line, "merge request " + line, "merge !1"}) || len(l.env.Branches()) != 1 {
		t.Errorf("written %q, branches %q", w, l.env.Branches())
	}
	runs, err = l.client.Runs(t.Context(), activities.RunsIn{Place: place()})
	l.must(err)
	if runs.Image != after || len(runs.Former) != 1 || runs.Former[0].Image != before || runs.Former[0].At.IsZero() {
		t.Errorf("%+v", runs)
	}
	for range 2 {
		l.must(l.whole(inverse(deploy())))
	}
	if got := l.env.File("apps/cart/values.yaml"); got != values || len(l.Written()) != 6 {
		t.Errorf("the file is\n%s\nwritten %q", got, l.Written())
	}
}

// TestPeopleAgree: where a project demands approvals it is waited for them; closing is a no.
func TestPeopleAgree(t *testing.T) {
	l := newLab(t)
	l.env.Approvals = 1
	_, err := l.client.Deploy(t.Context(), deploy())
	l.must(err)
	got := activities.Landing{}
	for range 3 {
		got, err = l.client.Land(t.Context(), deploy())
		l.must(err)
	}
	if got.Holds || !strings.Contains(got.Waits.En, "merge request !1 waits for people (not_approved)") || !strings.HasSuffix(got.Link, "/merge_requests/1") {
		t.Errorf("%+v", got)
	}
	l.env.Agree("bob")
	l.must(l.land(deploy()))
	l.env.Approvals, l.env.MayMerge = 0, gitlabtest.Maintainer+10
	_, err = l.client.Deploy(t.Context(), inverse(deploy()))
	l.must(err)
	for range 3 {
		got, err = l.client.Land(t.Context(), inverse(deploy()))
		l.must(err)
	}
	if !strings.Contains(got.Waits.En, "waits for a person who may merge it") {
		t.Errorf("%+v", got)
	}
	l.env.Accept("bob")
	l.must(l.land(inverse(deploy())))
	other := deploy()
	other.Change = "release-other"
	_, err = l.client.Deploy(t.Context(), other)
	l.must(err)
	l.env.Refuse("bob")
	l.refused(l.land(other), ops.Conflict, "was closed, which is a no")
	_, err = l.client.Deploy(t.Context(), other)
	l.refused(err, ops.Conflict, "was closed, which is a no")
}

// TestTheWayBackOfWhatIsNotMerged closes the merge request and takes its branch away.
func TestTheWayBackOfWhatIsNotMerged(t *testing.T) {
	l := newLab(t)
	l.env.Approvals = 1
	_, err := l.client.Deploy(t.Context(), deploy())
	l.must(err)
	for range 2 {
		l.must(l.whole(inverse(deploy())))
	}
	if m := l.env.Merges(); len(m) != 1 || m[0].State != "closed" || len(l.env.Branches()) != 1 || l.env.File("apps/cart/values.yaml") != values {
		t.Errorf("%+v, branches %q", m, l.env.Branches())
	}
}

// TestOtherHandsInGit: what somebody else has changed is a conflict, and is left alone.
func TestOtherHandsInGit(t *testing.T) {
	l := newLab(t)
	theirs := strings.Replace(values, "1.4.2", "1.5.0", 1)
	l.env.Push("main", "apps/cart/values.yaml", theirs)
	_, err := l.client.Deploy(t.Context(), deploy())
	l.refused(err, ops.Conflict, "says registry.example/shop/cart-api:1.5.0 and not registry.example/shop/cart-api:1.4.2: somebody else has changed it")
	l.env.Push("main", "apps/cart/values.yaml", values)
	_, err = l.client.Deploy(t.Context(), deploy())
	l.must(err)
	l.env.Push("main", "apps/cart/values.yaml", theirs)
	l.refused(l.land(deploy()), ops.Conflict, "somebody else has changed it")
	l.env.Push("main", "apps/cart/values.yaml", values)
	l.env.Push(l.env.Merges()[0].Source, "other.yaml", "a: 2\n")
	l.refused(l.land(deploy()), ops.Conflict, "somebody has added to its branch")
	if l.env.File("apps/cart/values.yaml") != values {
		t.Error("it was written over")
	}
}

// TestABranchThatFellBehindIsMadeAnew: a neighbouring line changed meanwhile, or a project that only fast-forwards moved.
func TestABranchThatFellBehindIsMadeAnew(t *testing.T) {
	for name, only := range map[string]bool{"neighbour": false, "fast-forward": true} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.env.FastForward = only
			_, err := l.client.Deploy(t.Context(), deploy())
			l.must(err)
			theirs := strings.Replace(values, "cpu: 1", "cpu: 2", 1)
			l.env.Push("main", "apps/cart/values.yaml", theirs)
			l.must(l.land(deploy()))
			if got := l.env.File("apps/cart/values.yaml"); got != strings.Replace(theirs, "1.4.2", "1.4.3", 1) {
				t.Errorf("the file is\n%s", got)
			}
		})
	}
}

// TestADryRunFindsWhatCannotWork, and writes nothing.
func TestADryRunFindsWhatCannotWork(t *testing.T) {
	l := newLab(t)
	try := func(change func(in *activities.DeployIn)) error {
		in := deploy()
		in.DryRun = true
		change(&in)
		_, err := l.client.Deploy(t.Context(), in)
		return err
	}
	l.must(try(func(*activities.DeployIn) {}))
	l.refused(try(func(in *activities.DeployIn) { in.From = after; in.Image = "x:1" }), ops.Conflict, "somebody else")
	l.refused(try(func(in *activities.DeployIn) { in.Image = "elsewhere/cart:1.4.3" }), ops.Invalid, "is another image")
	l.refused(try(func(in *activities.DeployIn) { in.Place.Git.Field = "image.tags" }), ops.NotFound, "has no field image.tags")
	l.refused(try(func(in *activities.DeployIn) { in.Place.Git.File = "nowhere.yaml" }), ops.NotFound, "knows no file nowhere.yaml")
	l.refused(try(func(in *activities.DeployIn) { in.Place.Git = ops.GitPlace{} }), ops.Invalid, "has no git in the inventory")
	l.env.Role = gitlabtest.Reporter
	l.refused(try(func(*activities.DeployIn) {}), ops.Denied, "may not commit to ops/live")
	if len(l.Written()) != 0 {
		t.Errorf("written %q", l.Written())
	}
}
