package gitlab

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/ops"
)

// yard is a lab with a template, a group for new projects and an inventory.
func yard(t *testing.T) *lab {
	l := newLab(t)
	l.Group("shop")
	l.Project("templates/go", map[string]string{"README.md": "# ${service}\nof ${owner}, ${other} stays\n", "cmd/${module}/main.go": "package main // ${module}\n", "logo.png": "\x89PNG\xff${service}", "run.sh": "exec ${module}\n"}).Programs = []string{"run.sh"}
	l.Project("ops/inventory", map[string]string{"services.yaml": inventory})
	return l
}

func newRepository() activities.RepositoryIn {
	return activities.RepositoryIn{Project: "shop/pay-api", Template: "templates/go", Values: ops.ServiceNames("shop.pay.api", "sre"), Change: "service.create-abc", Why: "service.create-abc by ann"}
}

func TestARepositoryBeginsWithTheFilesOfItsTemplate(t *testing.T) {
	l := yard(t)
	in := newRepository()
	try := in
	try.DryRun = true
	if out, err := l.client.MakeRepository(t.Context(), try); err != nil || out.Files != 4 || len(l.Written()) > 0 {
		t.Errorf("%+v, %v, written %q", out, err, l.Written())
	}
	for range 2 {
		out, err := l.client.MakeRepository(t.Context(), in)
		if err != nil || !out.Mine || out.Link != l.URL+"/shop/pay-api" {
			t.Errorf("%+v, %v", out, err)
		}
	}
	files, programs := l.Find("shop/pay-api").Began()
	want := map[string]string{"README.md": "# shop.pay.api\nof sre, ${other} stays\n", "cmd/api/main.go": "package main // api\n", "logo.png": "\x89PNG\xff${service}", "run.sh": "exec api\n"}
	if !maps.Equal(files, want) || !slices.Equal(programs, []string{"run.sh"}) || l.Find("shop/pay-api").Visibility() != "private" {
		t.Errorf("%q, %q", files, programs)
	}
	if w := l.Written(); !slices.Equal(w, []string{"create shop/pay-api", "commit Begin from templates/go"}) {
		t.Errorf("written %q", w)
	}
	now, err := l.client.LookRepository(t.Context(), in)
	if err != nil || !now.Mine || now.Others != 0 {
		t.Errorf("%+v, %v", now, err)
	}
	_, err = l.client.MakeRepository(t.Context(), try)
	l.refused(err, ops.Conflict, "there is a project shop/pay-api in GitLab already")
	for n := range 2 {
		if out, err := l.client.DropRepository(t.Context(), in); err != nil || out.Changed != (n == 0) {
			t.Errorf("%+v, %v", out, err)
		}
	}
	_, err = l.client.LookRepository(t.Context(), in)
	l.refused(err, ops.NotFound, "knows no project shop/pay-api")
}

// TestARepositoryOfOthersIsNotDeleted, whether they have made it or only worked in it.
func TestARepositoryOfOthersIsNotDeleted(t *testing.T) {
	l := yard(t)
	in := newRepository()
	_, err := l.client.MakeRepository(t.Context(), in)
	l.must(err)
	l.Find("shop/pay-api").Push("main", "a", "b")
	_, err = l.client.DropRepository(t.Context(), in)
	l.refused(err, ops.Unsafe, "shop/pay-api holds 1 commits of others, and is not deleted")
	in.Project = "shop/cart-api"
	_, err = l.client.MakeRepository(t.Context(), in)
	l.refused(err, ops.Conflict, "there is a project shop/cart-api")
	if out, err := l.client.DropRepository(t.Context(), in); err != nil || out.Changed {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestWhatKeepsARepositoryFromBeingMade(t *testing.T) {
	l := yard(t)
	l.KeepsDeleted = true
	in := newRepository()
	_, err := l.client.MakeRepository(t.Context(), in)
	l.must(err)
	_, err = l.client.DropRepository(t.Context(), in)
	l.must(err)
	_, err = l.client.MakeRepository(t.Context(), in)
	l.refused(err, ops.Conflict, "is being deleted, and GitLab keeps its name")
	_, err = l.client.LookRepository(t.Context(), in)
	l.refused(err, ops.NotFound, "is being deleted")
	l.Project("templates/empty", nil)
	l.Project("templates/link", map[string]string{"a": "-> b"})
	many := map[string]string{}
	for _, a := range "abcdefghijk" {
		for _, b := range "abcdefghijk" {
			many[string(a)+string(b)] = ""
		}
	}
	l.Project("templates/many", many)
	in.Project, in.DryRun = "shop/other", true
	for template, want := range map[string]string{"templates/none": "knows no project templates/none", "templates/empty": "has no files", "templates/link": "a of the template templates/link is a link", "templates/many": "has more than 100 files"} {
		in.Template = template
		_, err = l.client.MakeRepository(t.Context(), in)
		l.refused(err, ops.CodeOf(err), want)
	}
	in.Template, in.Project = "templates/go", "nobody/other"
	_, err = l.client.MakeRepository(t.Context(), in)
	l.refused(err, ops.NotFound, "knows no group nobody")
}

// TestFaultsOfARepository: after each fault the step is tried again, and in the end everything happened once.
func TestFaultsOfARepository(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{"GET /projects/shop%2Fpay-api", "GET /groups/shop", "GET /tree", "GET /files/", "POST /projects", "POST /commits", "GET /commits", "DELETE /projects/"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := yard(t)
				l.Inject(kind, call)
				in := newRepository()
				was := l.again(func() error { _, err := l.client.MakeRepository(t.Context(), in); return err })
				if seen := l.again(func() error { _, err := l.client.DropRepository(t.Context(), in); return err }); seen != "" {
					was = seen
				}
				if w := l.Written(); !slices.Equal(w, []string{"create shop/pay-api", "commit Begin from templates/go", "delete shop/pay-api"}) {
					t.Errorf("written %q", w)
				}
				if was == "" && !strings.HasPrefix(call, "GET") || l.Pending() != 0 {
					t.Errorf("the fault was seen as %q", was)
				}
			})
		}
	}
}
