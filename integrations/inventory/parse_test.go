package inventory

import (
	"strings"
	"testing"

	"orderly.example/ops"
)

const small = `services:
  - name: shop.cart.api
    owner: shop
    on_call: bob
    help: {en: the cart, zh: 购物车}
    places:
      - {target: "shop.cart.api@idc1/c1:prod", namespace: shop, name: cart-api}
      - {target: "shop.cart.api@idc2/c1:prod", context: other, kind: StatefulSet, namespace: shop, name: cart-api}
`

func TestAnInventoryFile(t *testing.T) {
	all, err := Parse([]byte(small), "x.yaml")
	if err != nil || len(all) != 1 || len(all[0].Places) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if p := all[0].Places[0]; p.Provider != "kubernetes" || p.Context != "idc1/c1" || p.Kind != "Deployment" {
		t.Errorf("what was left out is %+v", p)
	}
	if p := all[0].Places[1]; p.Context != "other" || p.Kind != "StatefulSet" || all[0].Help.Zh != "购物车" {
		t.Errorf("what was written is %+v, %+v", p, all[0])
	}
}

func TestWhereTheConfigurationIs(t *testing.T) {
	text := strings.Replace(small, "on_call: bob", "config: {provider: apollo, app: cart, envs: {prod: PRO}, namespaces: [{name: application, schema: '{\"type\": \"object\"}'}, {name: db}]}\n    release: {wave: env}", 1)
	all, err := Parse([]byte(text), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b := newBook([][]ops.Service{{{Name: "shop.cart.api"}}, all})
	s := b.byName["shop.cart.api"]
	if s.Config == nil || s.Config.App != "cart" || s.Config.Envs["prod"] != "PRO" || len(s.Config.Namespaces) != 2 || s.Release == nil || s.Release.Wave != ops.WaveEnv {
		t.Errorf("%+v, %+v", s.Config, s.Release)
	}
}

func TestMistakesInAnInventoryHaveALine(t *testing.T) {
	for text, want := range map[string]string{
		strings.Replace(small, "on_call: bob", "config: {provider: apollo, namspaces: []}", 1):                     `x.yaml:4: unknown key "namspaces"; did you mean namespaces?`,
		strings.Replace(small, "on_call: bob", "config: {provider: apollo, namespaces: [{name: a, shema: x}]}", 1): `x.yaml:4: unknown key "shema"; did you mean schema?`,
		strings.Replace(small, "on_call: bob", "config: {provider: apollo, namespaces: []}", 1):                    "x.yaml:4: the config has no namespaces",
		strings.Replace(small, "on_call: bob", "config: {provider: [a], namespaces: [{name: a}]}", 1):              "x.yaml:4:",
		"":                                     "x.yaml:1: the file must hold one list",
		"- a":                                  "x.yaml:1: here must be the keys",
		"servces: []":                          `x.yaml:1: unknown key "servces"; did you mean services?`,
		"services: 5":                          "x.yaml:1: services must be a list",
		"services:\n  - name: a.b.c":           "x.yaml:2: a.b.c has no owner",
		"services:\n  - {name: A.b, owner: x}": "x.yaml:2: the name \"A.b\" must look like product.subsystem.module",
		"services:\n  - name: a.b.*\n    owner: x":                                                       "x.yaml:2: the name",
		"services:\n  - name: a.b.c\n    ownr: x":                                                        `x.yaml:3: unknown key "ownr"; did you mean owner?`,
		"services:\n  - {name: a.b.c, owner: x}\n  - {name: a.b.c, owner: x}":                            "x.yaml:3: the service a.b.c is there twice",
		strings.Replace(small, "namespace: shop, ", "", 1):                                               "x.yaml:7: the place shop.cart.api@idc1/c1:prod needs a namespace and a name",
		strings.Replace(small, "idc2/c1", "idc1/c1", 1):                                                  "x.yaml:8: shop.cart.api@idc1/c1:prod is there twice, first in line 7",
		strings.Replace(small, "@idc2/c1:prod", ":prod", 1):                                              "x.yaml:8: the target \"shop.cart.api:prod\" must be complete",
		strings.Replace(small, "shop.cart.api@idc2", "shop.pay.api@idc2", 1):                             "x.yaml:8: the target \"shop.pay.api@idc2/c1:prod\" does not belong to shop.cart.api",
		strings.Replace(small, "{en: the cart", "{e: the cart", 1):                                       `x.yaml:5: unknown key "e"`,
		strings.Replace(small, `target: "shop.cart.api@idc1/c1:prod"`, `target: "shop..api@idc1"`, 1):    "x.yaml:7:",
		strings.Replace(small, "on_call: bob", "on_call: [bob]", 1):                                      "x.yaml:4:",
		strings.Replace(small, "{target: \"shop.cart.api@idc1/c1:prod\"", "{target: \"", 1) + "\n  - \t": "x.yaml:",
	} {
		_, err := Parse([]byte(text), "x.yaml")
		if e := ops.TextOf(err); ops.CodeOf(err) != ops.Invalid || !strings.HasPrefix(e.En, want) || e.Zh == "" {
			t.Errorf("%q:\n got %q (%s)\nwant %q", text, e.En, ops.CodeOf(err), want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(asJSON))
	f.Add([]byte("services:\n  - &a {name: a.b.c, owner: x, places: [*a]}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		all, err := Parse(raw, "x.yaml")
		if err != nil && (ops.CodeOf(err) != ops.Invalid || ops.TextOf(err).Zh == "") {
			t.Errorf("%v", err)
		}
		for _, s := range all {
			for _, p := range s.Places {
				if err == nil && p.Target.Service != s.Name {
					t.Errorf("%s has a place of %s", s.Name, p.Target)
				}
			}
		}
	})
}

// TestWhoDeploysFromOutside is said by a place, and told the version.
func TestWhoDeploysFromOutside(t *testing.T) {
	parse := func(external string) (ops.Place, error) {
		s, err := Parse([]byte("services:\n  - name: shop.cart.api\n    owner: shop\n    places:\n      - {target: \"shop.cart.api@idc1/c1:prod\", namespace: shop, name: cart, "+external+"}\n"), "f")
		if err != nil {
			return ops.Place{}, err
		}
		return s[0].Places[0], nil
	}
	for external, deployer := range map[string]string{
		`external: {provider: jenkins, job: shop/cart-deploy, parameters: {VERSION: "${version}"}, timeout: 1h, follow: 1m}`: "jenkins shop/cart-deploy",
		`external: {provider: spinnaker, application: cart, pipeline: Deploy it, parameters: {image: "${image}"}}`:           "spinnaker cart/Deploy it",
	} {
		p, err := parse(external)
		if err != nil || p.External.Name() != deployer || p.Deployer() != p.External.Provider || p.Versioner() != "kubernetes" || !p.Outside() {
			t.Errorf("%s: %+v, %v", external, p, err)
		}
	}
	for external, says := range map[string]string{
		`external: {provider: jenkins}`:   "external needs a job",
		`external: {provider: spinnaker}`: "external needs an application and a pipeline",
		`external: {provider: jenkinz}`:   "write jenkins or spinnaker",
		`external: {job: shop/cart}`:      "write jenkins or spinnaker",
		`external: {provder: jenkins}`:    `unknown key "provder"; did you mean provider?`,
		`external: {provider: jenkins, job: shop/../x, parameters: {V: "${version}"}}`:                               "write the folders and the name",
		`external: {provider: jenkins, job: shop/cart}`:                                                              "would not know what to deploy",
		`external: {provider: jenkins, job: shop/cart, parameters: {ORDERLY_KEY: "${version}"}}`:                     "ORDERLY_KEY is taken",
		`external: {provider: jenkins, job: shop/cart, parameters: {V: "${version}"}, timeout: -1h}`:                 "is negative",
		`git: {project: p, file: f, field: g}, external: {provider: jenkins, job: j, parameters: {V: "${version}"}}`: "has both git and external",
	} {
		if _, err := parse(external); err == nil || !strings.Contains(ops.TextOf(err).En, says) || !strings.HasPrefix(ops.TextOf(err).Zh, "f:5:") {
			t.Errorf("%s: %v", external, err)
		}
	}
}
