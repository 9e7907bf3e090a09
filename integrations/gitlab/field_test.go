package gitlab

import (
	"strings"
	"testing"

	"orderly.example/ops"
)

// TestFields: of each kind of file one line changes, and keeps its quotes and comments.
func TestFields(t *testing.T) {
	for name, tt := range map[string]struct{ raw, field, repo, image, to, line string }{
		"helm":                  {"image: # of the cart\n  registry: reg:5000\n  repository: shop/cart\n  tag: 1.4.2 # old\n", "image.tag", "", "reg:5000/shop/cart:1.4.2", "reg:5000/shop/cart:1.4.3", "  tag: 1.4.3 # old"},
		"quotes stay":           {"image: {repository: a/b, tag: '1.4.2'}\n", "image.tag", "", "a/b:1.4.2", "a/b:2", "image: {repository: a/b, tag: '2'}"},
		"a number gets quotes":  {"image:\n  repository: a/b\n  tag: v1\n", "image.tag", "", "a/b:v1", "a/b:1.10", `  tag: "1.10"`},
		"a number had none":     {"tag: 1.10\n", "tag", "a/b", "a/b:1.10", "a/b:v2", "tag: v2"},
		"a word gets quotes":    {"tag: v1\n", "tag", "a/b", "a/b:v1", "a/b:on", `tag: "on"`},
		"kustomize":             {"images:\n- name: cart\n  newName: reg/cart\n  newTag: \"1\"\n- {name: 订单, newTag: v1}\n", "images[name=订单].newTag", "", "订单:v1", "订单:v2", "- {name: 订单, newTag: v2}"},
		"kustomize with a name": {"images:\n- name: cart\n  newName: reg/cart\n  newTag: \"1\"\n", "images[name=cart].newTag", "", "reg/cart:1", "reg/cart:2@sha256:00", `  newTag: "2@sha256:00"`},
		"a manifest":            {"---\nkind: Service\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: side\n          image: reg:5000/side:1\n        - name: app\n          image: reg:5000/shop/cart:1.4.2\n", "spec.template.spec.containers[name=app].image", "", "reg:5000/shop/cart:1.4.2", "reg:5000/shop/cart:1.4.3@sha256:aa", "          image: reg:5000/shop/cart:1.4.3@sha256:aa"},
		"by number":             {"images:\n- newTag: a\n- newTag: v1\n", "images[1].newTag", "x/y", "x/y:v1", "x/y:v2", "- newTag: v2"},
		"an anchor":             {"tag: &tag v1\nother: *tag\n", "tag", "x/y", "x/y:v1", "x/y:v2", "tag: &tag v2"},
		"windows":               {"a: 1\r\ntag: v1\r\nb: 2\r\n", "tag", "x/y", "x/y:v1", "x/y:v2", "tag: v2\r"},
	} {
		t.Run(name, func(t *testing.T) {
			g := ops.GitPlace{Project: "p", File: "f.yaml", Field: tt.field, Image: tt.repo}
			f, err := findField(tt.raw, g)
			if err != nil || f.image != tt.image {
				t.Fatalf("%+v, %v", f, err)
			}
			out, err := f.with(tt.to, g)
			if err != nil {
				t.Fatal(err)
			}
			was, is := strings.Split(tt.raw, "\n"), strings.Split(out, "\n")
			changed := []string{}
			for i := range was {
				if was[i] != is[i] {
					changed = append(changed, is[i])
				}
			}
			if len(was) != len(is) || len(changed) != 1 || changed[0] != tt.line {
				t.Errorf("changed %q", changed)
			}
		})
	}
}

func TestFieldsThatAreNone(t *testing.T) {
	for name, tt := range map[string]struct {
		raw, field string
		code       ops.Code
		says       string
	}{
		"no such":         {"a: 1\n", "image.tag", ops.NotFound, "has no field image.tag"},
		"twice":           {"image: a:1\n---\nimage: a:2\n", "image", ops.Invalid, "in several documents"},
		"no repository":   {"tag: v1\n", "tag", ops.Invalid, "name it as git.image"},
		"a digest":        {"images: [{name: a, newTag: v1, digest: 'sha256:0'}]\n", "images[0].newTag", ops.Invalid, "stands a digest"},
		"empty":           {"image: {repository: a, tag: }\n", "image.tag", ops.Invalid, "holds no version in one line"},
		"a block":         {"image: |\n  a:1\n", "image", ops.Invalid, "holds no version in one line"},
		"a mapping":       {"image: {a: 1}\n", "image", ops.Invalid, "holds no version in one line"},
		"no YAML":         {"a: [\n", "image", ops.Invalid, "cannot be read as YAML"},
		"a wrong path":    {"a: 1\n", "a..b", ops.Invalid, "is no field of a document"},
		"an open bracket": {"a: 1\n", "a[name", ops.Invalid, "is no field of a document"},
		"a template":      {"image: {{ .Values.image }}\n", "image", ops.Invalid, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := findField(tt.raw, ops.GitPlace{Project: "p", File: "f.yaml", Field: tt.field})
			if ops.CodeOf(err) != tt.code || !strings.Contains(ops.TextOf(err).En, tt.says) || ops.TextOf(err).Zh == "" {
				t.Errorf("%v", err)
			}
		})
	}
	f, err := findField("image: \"a\\u003a1\"\n", ops.GitPlace{Field: "image", File: "f"})
	if err == nil {
		_, err = f.with("a:2", ops.GitPlace{Field: "image", File: "f"})
	}
	if ops.CodeOf(err) != ops.Invalid {
		t.Errorf("with escapes: %v", err)
	}
}

func FuzzField(f *testing.F) {
	f.Add(values, "image.tag", "registry.example/shop/cart-api:1.4.3")
	f.Add("images: [{name: a, newTag: 'v1'}]\n", "images[name=a].newTag", "a:1.10")
	f.Add("image: &a b:1\n", "image", "b:2")
	f.Fuzz(func(t *testing.T, raw, path, image string) {
		g := ops.GitPlace{Project: "p", File: "f.yaml", Field: path}
		found, err := findField(raw, g)
		if err != nil {
			if ops.CodeOf(err) != ops.Invalid && ops.CodeOf(err) != ops.NotFound {
				t.Errorf("%v", err)
			}
			return
		}
		out, err := found.with(image, g)
		if err != nil {
			return
		}
		if now, err := findField(out, g); err != nil || now.image != image {
			t.Errorf("%q became %q: %v", raw, out, err)
		}
	})
}
