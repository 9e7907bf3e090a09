package registry

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"orderly.example/activities"
	"orderly.example/ops"
)

// fake is a registry in this process, before which a test may stand.
type fake struct {
	host string

	mu     sync.Mutex
	before func(w http.ResponseWriter, r *http.Request) bool // answers itself, and says so
	asked  []string
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{}
	real := registry.New(registry.Logger(quiet()))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		before := f.before
		f.asked = append(f.asked, r.Method+" "+r.URL.Path)
		f.mu.Unlock()
		if before == nil || !before(w, r) {
			real.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	f.host = strings.TrimPrefix(s.URL, "http://")
	return f
}

func (f *fake) stand(before func(http.ResponseWriter, *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before, f.asked = before, nil
}

func (f *fake) heard() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

// push pushes an image for one architecture under these tags, and gives its digest.
func (f *fake) push(t *testing.T, repository string, tags ...string) string {
	t.Helper()
	image, err := random.Image(64, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range tags {
		if err := remote.Write(f.ref(t, repository+":"+tag), image); err != nil {
			t.Fatal(err)
		}
	}
	return digestOf(t, image)
}

func (f *fake) ref(t *testing.T, s string) name.Reference {
	t.Helper()
	ref, err := name.ParseReference(f.host + "/" + s)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func digestOf(t *testing.T, has interface{ Digest() (v1.Hash, error) }) string {
	t.Helper()
	h, err := has.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return h.String()
}

// client may ask the fakes over plain http.
func client(t *testing.T, c Config, fakes ...*fake) *Client {
	t.Helper()
	for _, f := range fakes {
		c.Insecure = append(c.Insecure, f.host)
	}
	out, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// mustRefuse compares a refusal with what is wanted.
func mustRefuse(t *testing.T, what string, got activities.Image, err error, code ops.Code, says string) {
	t.Helper()
	text := ops.TextOf(err)
	if ops.CodeOf(err) != code || !strings.Contains(text.En, says) || text.Zh == "" || got != (activities.Image{}) {
		t.Errorf("%s: got %+v, %s %q; want %s %q", what, got, ops.CodeOf(err), text.En, code, says)
	}
	if strings.Contains(fmt.Sprint(err), "s3cret") {
		t.Errorf("%s: a secret shows in %v", what, err)
	}
}

func TestImage(t *testing.T) {
	f := newFake(t)
	digest := f.push(t, "shop/cart-api", "1.4.3", "stable")
	index, err := random.Index(64, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(f.ref(t, "shop/many:1"), index); err != nil {
		t.Fatal(err)
	}
	c := client(t, Config{}, f)
	for ref, want := range map[string]string{
		"shop/cart-api:1.4.3":             digest,
		"shop/cart-api:stable":            digest,
		"shop/cart-api@" + digest:         digest,
		"shop/cart-api:1.4.3@" + digest:   digest,
		"shop/many:1":                     digestOf(t, index),
		"shop/many@" + digestOf(t, index): digestOf(t, index),
	} {
		f.stand(nil)
		got, err := c.Image(t.Context(), activities.ImageIn{Ref: f.host + "/" + ref})
		if err != nil || got.Digest != want {
			t.Errorf("%s: got %+v, %v; want %s", ref, got, err, want)
		}
		for _, asked := range f.heard() {
			if strings.HasPrefix(asked, "GET") && asked != "GET /v2/" {
				t.Errorf("%s: HEAD is enough, and it was asked for %s", ref, asked)
			}
		}
	}
}

// TestAMovedTag: a digest is of the moment; nothing is remembered.
func TestAMovedTag(t *testing.T) {
	f := newFake(t)
	c := client(t, Config{}, f)
	for range 2 {
		want := f.push(t, "shop/cart-api", "stable")
		got, err := c.Image(t.Context(), activities.ImageIn{Ref: f.host + "/shop/cart-api:stable"})
		if err != nil || got.Digest != want {
			t.Errorf("got %+v, %v; want %s", got, err, want)
		}
	}
}

func TestMissing(t *testing.T) {
	f := newFake(t)
	f.push(t, "shop/cart-api", "1.4.2", "1.4.3", "2.0.0", "v1.4.3")
	none := "sha256:" + strings.Repeat("0", 64)
	for ref, says := range map[string]string{
		"shop/cart-api:1.4.4":    "/shop/cart-api has no tag 1.4.4; did you mean 1.4.2, 1.4.3",
		"shop/cart-api:1.4":      "has no tag 1.4; did you mean 1.4.2, 1.4.3?",
		"shop/cart-api:canary":   "has no tag canary; check the tag",
		"shop/cart-api@" + none:  "has no image " + none,
		"shop/crat-api:1.4.3":    "there is no repository " + f.host + "/shop/crat-api",
		"shop/crat-api@" + none:  "there is no repository " + f.host + "/shop/crat-api",
		"shop/cart-api/x/y:none": "there is no repository",
	} {
		got, err := client(t, Config{}, f).Image(t.Context(), activities.ImageIn{Ref: f.host + "/" + ref})
		mustRefuse(t, ref, got, err, ops.NotFound, says)
	}
}

func TestReferences(t *testing.T) {
	c := client(t, Config{Insecure: []string{"plain.example:5000"}})
	for ref, says := range map[string]string{
		"":                                 "is no reference of an image",
		"registry.example/Shop/cart:1":     "is no reference of an image",
		"https://registry.example/a:1":     "is no reference of an image",
		"registry.example/a:" + "x y":      "is no reference of an image",
		"registry.example/a@sha256:1234":   "is no reference of an image",
		"registry.example/shop/cart-api":   `"registry.example/shop/cart-api" names no version; add a tag, such as registry.example/shop/cart-api:1.4.3`,
		"registry.example:5000/shop/cart":  "names no version",
		"cart":                             "names no version",
		strings.Repeat("é", 4000):          "…\" is no reference of an image",
		"registry.example/shop/cart:../..": "is no reference of an image",
	} {
		got, err := c.Image(t.Context(), activities.ImageIn{Ref: ref})
		mustRefuse(t, ref, got, err, ops.Invalid, says)
	}
	for ref, want := range map[string]string{
		"registry.example/shop/cart:latest": "https registry.example/shop/cart:latest",
		"plain.example:5000/shop/cart:1":    "http plain.example:5000/shop/cart:1",
		"nginx:1.25":                        "https index.docker.io/library/nginx:1.25",
	} {
		got, err := c.parse(ref)
		if err != nil || got.Context().Scheme()+" "+got.Name() != want {
			t.Errorf("%s: got %v, %v", ref, got, err)
		}
	}
}

func TestConfig(t *testing.T) {
	for name, tt := range map[string]struct {
		config Config
		says   string
	}{
		"an address":     {Config{Insecure: []string{"https://registry.example"}}, `insecure: "https://registry.example" is no host of a registry`},
		"no host":        {Config{Credentials: map[string]Credential{"": {Token: "s3cret"}}}, `credentials: "" is no host of a registry`},
		"no password":    {Config{Credentials: map[string]Credential{"a.example": {User: "u"}}}, "credentials: the credentials of a.example are not complete"},
		"no user":        {Config{Credentials: map[string]Credential{"a.example": {Password: "s3cret"}}}, "credentials: the credentials of a.example are not complete"},
		"both":           {Config{Credentials: map[string]Credential{"a.example": {User: "u", Password: "s3cret", Token: "s3cret"}}}, "credentials: the credentials of a.example are not complete"},
		"nothing":        {Config{Credentials: map[string]Credential{"a.example": {}}}, "credentials: the credentials of a.example are not complete"},
		"a time in past": {Config{Timeout: -1}, "timeout: the timeout -1ns is negative"},
	} {
		_, err := New(tt.config)
		mustRefuse(t, name, activities.Image{}, err, ops.Invalid, "")
		if !strings.HasPrefix(fmt.Sprint(err), tt.says) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// FuzzParse: a reference that is taken names a version, and what is not taken is explained.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"registry.example/shop/cart-api:1.4.3", "a:1", "a", "a:5000/b", "a@sha256:" + strings.Repeat("0", 64), "a:1@sha256:" + strings.Repeat("0", 64), "x:latest/app"} {
		f.Add(s)
	}
	c, err := New(Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := c.parse(s)
		if err != nil {
			if ops.CodeOf(err) != ops.Invalid || ops.TextOf(err).Zh == "" {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		if !strings.HasSuffix(s, ref.Identifier()) {
			t.Errorf("%q became %s", s, ref)
		}
	})
}
