package harbor

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/harbor/harbortest"
	"orderly.example/ops"
)

// lab is a Harbor with an image, and a client.
type lab struct {
	*harbortest.Server
	*testing.T
	client *Client
	image  *harbortest.Image
}

func newLab(t *testing.T) *lab {
	s := harbortest.New(t)
	s.Found("shop", time.Now().Add(-time.Hour))
	l := &lab{Server: s, T: t, image: s.Push("shop/cart/api", "1.4.3")}
	l.client = l.as(harbortest.Password)
	return l
}

func (l *lab) as(password string) *Client {
	l.Helper()
	c, err := New(Config{URL: l.URL, User: harbortest.User, Password: password})
	l.must(err)
	return c
}

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lab) refused(err error, code ops.Code, words string) {
	l.Helper()
	if ops.CodeOf(err) != code || !strings.Contains(ops.TextOf(err).En, words) || ops.TextOf(err).Zh == "" || ops.TextOf(err).Zh == ops.TextOf(err).En {
		l.Errorf("got %s %v, want %s %q", ops.CodeOf(err), err, code, words)
	}
	if err != nil && strings.Contains(err.Error(), harbortest.Password) {
		l.Errorf("the password shows in %v", err)
	}
}

func (l *lab) scan(tag string) activities.ScanIn {
	return activities.ScanIn{Ref: l.Host() + "/shop/cart/api:" + tag}
}

func (l *lab) project(name string) activities.ProjectIn {
	return activities.ProjectIn{Name: name, Quota: 10 << 30, Change: "service.create-abc", Since: time.Now()}
}

func TestATagIsADigest(t *testing.T) {
	l := newLab(t)
	got, err := l.client.Image(t.Context(), activities.ImageIn{Ref: l.Host() + "/shop/cart/api:1.4.3"})
	if err != nil || got.Digest != l.image.Digest() {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = l.client.Image(t.Context(), activities.ImageIn{Ref: l.Host() + "/shop/cart/api@" + l.image.Digest()}); err != nil || got.Digest != l.image.Digest() {
		t.Errorf("%+v, %v", got, err)
	}
	for ref, want := range map[string]string{
		l.Host() + "/shop/cart/api:1.4.4": "shop/cart/api has no tag 1.4.4; did you mean 1.4.3?", l.Host() + "/shop/other:1": "knows no repository shop/other", l.Host() + "/nobody/x:1": "knows no repository nobody/x",
		l.Host() + "/shop/cart/api@sha256:00": "knows no image",
	} {
		_, err = l.client.Image(t.Context(), activities.ImageIn{Ref: ref})
		l.refused(err, ops.NotFound, want)
	}
	for ref, want := range map[string]string{"elsewhere/shop/cart/api:1": "no image of the registry", l.Host() + "/shop/cart/api": "names no version", l.Host() + "/shop:1": "names no version"} {
		_, err = l.client.Image(t.Context(), activities.ImageIn{Ref: ref})
		l.refused(err, ops.Invalid, want)
	}
}

func TestAScanIsLookedAtAndStarted(t *testing.T) {
	l := newLab(t)
	look := func() activities.Scan {
		t.Helper()
		s, err := l.client.LookScan(t.Context(), l.scan("1.4.3"))
		l.must(err)
		return s
	}
	if s := look(); s.State != activities.ScanNone || !strings.HasSuffix(s.Link, "/repositories/cart%2Fapi/artifacts-tab/artifacts/"+l.image.Digest()) {
		t.Errorf("%+v", s)
	}
	l.image.Looks, l.image.Counts = 3, map[string]int{"Critical": 1, "High": 4, "Low": 7}
	for range 2 {
		_, err := l.client.StartScan(t.Context(), l.scan("1.4.3"))
		l.must(err)
	}
	for l.image.Looks > 0 {
		if s := look(); s.State != activities.ScanRuns {
			t.Errorf("%+v", s)
		}
	}
	if s := look(); s.State != activities.ScanDone || !maps.Equal(s.Counts, map[string]int{"critical": 1, "high": 4, "low": 7}) || s.Fixable != 6 || s.Tally().En != "critical 1, high 4, low 7; 6 can be repaired" {
		t.Errorf("%+v, %s", s, s.Tally())
	}
	if w := l.Written(); !slices.Equal(w, []string{"scan shop/cart/api"}) {
		t.Errorf("written %q", w)
	}
	l.image.Silent = true
	if s := look(); s.State != activities.ScanFailed {
		t.Errorf("without counts: %+v", s)
	}
	l.image.Status = "Stopped"
	if s := look(); s.State != activities.ScanFailed {
		t.Errorf("stopped: %+v", s)
	}
}

func TestAProjectIsMadeOnceAndDeletedEmpty(t *testing.T) {
	l := newLab(t)
	in := l.project("shop-pay")
	try := in
	try.DryRun = true
	for range 2 {
		if out, err := l.client.MakeProject(t.Context(), try); err != nil || !out.Changed {
			t.Errorf("%+v, %v", out, err)
		}
	}
	for n := range 2 {
		if out, err := l.client.MakeProject(t.Context(), in); err != nil || out.Changed != (n == 0) {
			t.Errorf("%+v, %v", out, err)
		}
	}
	_, err := l.client.MakeProject(t.Context(), try)
	l.refused(err, ops.Conflict, "there is a project shop-pay in Harbor already")
	now, err := l.client.LookProject(t.Context(), in)
	if err != nil || !now.Mine || now.Repositories != 0 {
		t.Errorf("%+v, %v", now, err)
	}
	i := l.Push("shop-pay/api", "1")
	_, err = l.client.DropProject(t.Context(), in)
	l.refused(err, ops.Unsafe, "holds images in 1 repositories")
	if got, err := l.client.LookProject(t.Context(), in); err != nil || !got.Mine || got.Repositories != 1 || i.Digest() == "" {
		t.Errorf("%+v, %v", got, err)
	}
	if w := l.Written(); !slices.Equal(w, []string{"project shop-pay 10737418240", "label shop-pay service.create-abc"}) {
		t.Errorf("written %q", w)
	}
}

func TestTheProjectOfAnotherIsLeftAlone(t *testing.T) {
	l := newLab(t)
	in := l.project("shop")
	_, err := l.client.MakeProject(t.Context(), in)
	l.refused(err, ops.Conflict, "already")
	out, err := l.client.DropProject(t.Context(), in)
	if err != nil || out.Changed || !slices.Contains(l.Projects(), "shop") {
		t.Errorf("%+v, %v", out, err)
	}
	other := l.project("shop-pay")
	other.Change = "service.create-other"
	_, err = l.client.MakeProject(t.Context(), other)
	l.must(err)
	if out, err = l.client.DropProject(t.Context(), l.project("shop-pay")); err != nil || out.Changed {
		t.Errorf("%+v, %v", out, err)
	}
	in.Name = "Shop Pay"
	_, err = l.client.MakeProject(t.Context(), in)
	l.refused(err, ops.Invalid, "illegal characters")
}

func TestWhoMayNotAsk(t *testing.T) {
	l := newLab(t)
	l.must(l.client.Check(t.Context()))
	l.refused(l.as("wrong").Check(t.Context()), ops.Denied, "does not accept user and password")
	for _, c := range []Config{{URL: "harbor"}, {URL: l.URL}, {URL: l.URL, User: "a", Password: "b", Timeout: -1}} {
		if _, err := New(c); ops.CodeOf(err) != ops.Invalid {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestAwayAndStrange(t *testing.T) {
	l := newLab(t)
	said, status := "", 200
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status); _, _ = w.Write([]byte(said)) })
	}
	for _, tt := range []struct {
		status int
		said   string
		code   ops.Code
		want   string
	}{
		{200, "<html>", ops.Unavailable, "not what a Harbor says"},
		{200, strings.Repeat(" ", maxAnswer+1), ops.Invalid, "more than 16 MiB"},
		{302, "", ops.Invalid, "sends us elsewhere"},
		{403, "", ops.Denied, "lets robot$orderly not do this"},
		{500, "{}", ops.Unavailable, "cannot answer now (500)"},
		{422, `{"errors":[{"message":"` + strings.Repeat("数", 500) + `"}]}`, ops.Invalid, "数…"},
	} {
		status, said = tt.status, tt.said
		l.refused(l.client.Check(t.Context()), tt.code, tt.want)
	}
	l.Close()
	l.refused(l.client.Check(t.Context()), ops.Unavailable, "cannot be reached")
}

func TestNoAnswerInTime(t *testing.T) {
	l := newLab(t)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over })
	}
	l.client.timeout = 50 * time.Millisecond
	l.refused(l.client.Check(t.Context()), ops.Unavailable, "did not answer within 50ms")
}
