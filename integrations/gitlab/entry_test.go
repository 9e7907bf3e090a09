package gitlab

import (
	"slices"
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/ops"
)

const inventory = `# who owns what
services:
  - name: shop.cart.api   # the oldest
    owner: shop
    places:
      - {target: "shop.cart.api@idc1/c1:prod", namespace: shop, name: cart-api}

  # - name: shop.old.api
`

const added = `  - name: shop.pay.api
    owner: sre
    places:
      - target: "shop.pay.api@idc1/c1:prod"
        namespace: shop-pay
`

func newEntry() activities.EntryIn {
	return activities.EntryIn{
		Project: "ops/inventory", File: "services.yaml", Service: "shop.pay.api", Change: "service.create-abc", Why: "service.create-abc by ann",
		Entry: "name: shop.pay.api\nowner: sre\nplaces:\n  - target: \"shop.pay.api@idc1/c1:prod\"\n    namespace: shop-pay\n",
	}
}

func gone(in activities.EntryIn) activities.EntryIn { in.Gone = true; return in }

// put brings an entry to where it holds.
func (l *lab) put(in activities.EntryIn) error {
	if _, err := l.client.PutEntry(l.Context(), in); err != nil {
		return err
	}
	return l.landEntry(in)
}

// landEntry looks until it holds: GitLab has to check a merge request first.
func (l *lab) landEntry(in activities.EntryIn) error {
	for range 4 {
		if now, err := l.client.LandEntry(l.Context(), in); err != nil || now.Holds {
			return err
		}
	}
	return ops.Errorf(ops.Internal, "it does not land", "未合并")
}

// TestAnEntryOfTheInventory is put in and taken out again, and every other line stays.
func TestAnEntryOfTheInventory(t *testing.T) {
	l := yard(t)
	file := func() string { return l.Find("ops/inventory").File("services.yaml") }
	try := newEntry()
	try.DryRun = true
	if out, err := l.client.PutEntry(t.Context(), try); err != nil || !out.Changed || len(l.Written()) > 0 {
		t.Errorf("%+v, %v, written %q", out, err, l.Written())
	}
	l.must(l.put(newEntry()))
	if want := strings.Replace(inventory, "\n\n", "\n"+added+"\n", 1); file() != want {
		t.Errorf("the file is\n%s\nwant\n%s", file(), want)
	}
	_, err := l.client.PutEntry(t.Context(), try)
	l.refused(err, ops.Conflict, "shop.pay.api has an entry in services.yaml of ops/inventory already")
	other := newEntry()
	other.Entry = "name: shop.pay.api\nowner: other\n"
	_, err = l.client.PutEntry(t.Context(), other)
	l.refused(err, ops.Conflict, "has an entry")
	l.must(l.put(gone(newEntry())))
	if file() != inventory {
		t.Errorf("the file is\n%s", file())
	}
	if w := l.Written(); len(w) != 6 || w[2] != "merge !1" || w[5] != "merge !2" {
		t.Errorf("written %q", w)
	}
}

// TestAnEntryThatNobodyAgreesTo waits, and is taken back by closing its merge request.
func TestAnEntryThatNobodyAgreesTo(t *testing.T) {
	l := yard(t)
	l.Find("ops/inventory").Approvals = 1
	_, err := l.client.PutEntry(t.Context(), newEntry())
	l.must(err)
	var now activities.Landing
	for range 3 {
		now, err = l.client.LandEntry(t.Context(), newEntry())
		l.must(err)
	}
	if now.Holds || !now.People || !strings.Contains(now.Waits.En, "merge request !1 waits for people (not_approved)") {
		t.Errorf("%+v", now)
	}
	for n := range 2 {
		if out, err := l.client.PutEntry(t.Context(), gone(newEntry())); err != nil || out.Changed != (n == 0) {
			t.Errorf("%+v, %v", out, err)
		}
	}
	if w := l.Written(); !slices.Equal(w[2:], []string{"close", "delete branch"}) || l.Find("ops/inventory").File("services.yaml") != inventory {
		t.Errorf("written %q", w)
	}
}

func TestAnEntryThatPeopleHaveChangedIsTheirs(t *testing.T) {
	l := yard(t)
	l.must(l.put(newEntry()))
	p := l.Find("ops/inventory")
	p.Push("main", "services.yaml", strings.Replace(p.File("services.yaml"), "owner: sre", "owner: pay", 1))
	_, err := l.client.PutEntry(t.Context(), gone(newEntry()))
	l.refused(err, ops.Conflict, "somebody has changed it; take it out by hand")
}

func TestInventoriesOfManyForms(t *testing.T) {
	in := newEntry()
	in.Entry = "name: shop.pay.api\nowner: sre"
	for raw, want := range map[string]string{
		"services:\n":                            "services:\n  - name: shop.pay.api\n    owner: sre\n",
		"services:":                              "services:\n  - name: shop.pay.api\n    owner: sre\n",
		"services: # all\n- name: a.b.c\nx: 1\n": "services: # all\n- name: a.b.c\n- name: shop.pay.api\n  owner: sre\nx: 1\n",
		"x: 1\nservices:\n    - name: a.b.c\n      owner: y\n\n# end\n": "x: 1\nservices:\n    - name: a.b.c\n      owner: y\n    - name: shop.pay.api\n      owner: sre\n\n# end\n",
	} {
		b, err := readBook(raw, in)
		if err != nil {
			t.Errorf("%q: %v", raw, err)
			continue
		}
		got, err := b.changed()
		if err != nil || got != want {
			t.Errorf("%q became %q, %v", raw, got, err)
		}
		if b, err = readBook(got, gone(in)); err != nil {
			t.Error(err)
			continue
		}
		if back, err := b.changed(); err != nil || strings.TrimSuffix(back, "\n") != strings.TrimSuffix(raw, "\n") {
			t.Errorf("back it is %q, %v", back, err)
		}
	}
	for _, raw := range []string{"services: []\n", "services: [{name: a.b.c}]\n", "a: [", "services: 5\n", ""} {
		b, err := readBook(raw, in)
		if err == nil {
			_, err = b.changed()
		}
		if ops.CodeOf(err) != ops.Invalid {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

// FuzzBook: whatever the file is, what is put in leaves the others as they were, and can be taken out again.
func FuzzBook(f *testing.F) {
	f.Add(inventory)
	f.Add("services:\n- name: a.b.c\n")
	f.Add("services:\n  - name: |\n      x\n")
	f.Fuzz(func(t *testing.T, raw string) {
		in := newEntry()
		b, err := readBook(raw, in)
		if err != nil || b.at >= 0 {
			return
		}
		out, err := b.changed()
		if err != nil {
			return
		}
		there, err := readBook(out, in)
		if err != nil || !there.done() || !there.others(b.list) {
			t.Fatalf("%q became %q: %v", raw, out, err)
		}
	})
}

// TestFaultsOfAnEntry: after each fault the step is tried again, and in the end everything happened once.
func TestFaultsOfAnEntry(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{"GET /projects/ops%2Finventory", "GET /files/", "POST /commits", "POST /merge_requests", "GET /merge_requests", "PUT /merge"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := yard(t)
				l.Inject(kind, call)
				l.again(func() error { _, err := l.client.PutEntry(t.Context(), newEntry()); return err })
				l.again(func() error { return l.landEntry(newEntry()) })
				line := "shop.pay.api: new in the inventory"
				if w := l.Written(); !slices.Equal(w, []string{"commit " + line, "merge request " + line, "merge !1"}) || l.Pending() != 0 {
					t.Errorf("written %q", w)
				}
			})
		}
		for _, call := range []string{"PUT /merge_requests/1", "DELETE /branches/"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := yard(t)
				_, err := l.client.PutEntry(t.Context(), newEntry())
				l.must(err)
				l.Inject(kind, call)
				l.again(func() error { _, err := l.client.PutEntry(t.Context(), gone(newEntry())); return err })
				if w := l.Written(); !slices.Equal(w[2:], []string{"close", "delete branch"}) || l.Pending() != 0 {
					t.Errorf("written %q", w)
				}
			})
		}
	}
}
