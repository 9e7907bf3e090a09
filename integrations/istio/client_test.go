package istio_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	"k8s.io/client-go/rest"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/istio"
	"orderly.example/integrations/istio/istiotest"
	"orderly.example/ops"
)

// web routes to the host twice, and elsewhere; future is a field that this version of Istio's types does not know.
const web = `{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"web","namespace":"shop","annotations":{"team":"shop"}},"spec":{
	"hosts":["shop.example.com"],"gateways":["mesh","edge"],"future":{"kept":[1,2]},"http":[
	{"name":"carts","match":[{"uri":{"prefix":"/carts"}},{"uri":{"exact":"/cart"}}],"timeout":"2.500s","retries":{"attempts":0},"route":[{"destination":{"host":"web.shop.svc.cluster.local","subset":"v1","port":{"number":80}},"weight":100}]},
	{"match":[{"uri":{"prefix":"/img"}}],"route":[{"destination":{"host":"images"}}]},
	{"route":[{"destination":{"host":"web"}}]}]}}`

// rule is how the host is spoken to.
const rule = `{"apiVersion":"networking.istio.io/v1","kind":"DestinationRule","metadata":{"name":"web","namespace":"shop"},"spec":{
	"host":"web","trafficPolicy":{"connectionPool":{"tcp":{"maxConnections":7}}},"subsets":[{"name":"v1","labels":{"app":"web"}}]}}`

var place = ops.Place{Provider: "kubernetes", Context: "idc1", Namespace: "shop", Kind: "Deployment", Name: "web"}

// lab is a cluster with Istio and a client of it.
type lab struct {
	*testing.T
	*istiotest.Server
	client *istio.Client
}

func newLab(t *testing.T, objects ...string) *lab {
	t.Helper()
	l := &lab{T: t, Server: istiotest.New(t)}
	for _, o := range objects {
		l.Set(t, o)
	}
	var err error
	if l.client, err = istio.New(istio.Config{Clusters: map[string]*rest.Config{"idc1": l.Config()}}); err != nil {
		t.Fatal(err)
	}
	return l
}

func share(header string, percent int) activities.SteerIn {
	return activities.SteerIn{Place: place, Host: "web", Header: header, Percent: percent, Owner: "release-1"}
}

func (l *lab) steer(in activities.SteerIn, changed bool) {
	l.Helper()
	out, err := l.client.Steer(l.Context(), in)
	if err != nil || out.Changed != changed {
		l.Fatalf("%+v: changed %v, %v; want %v", in, out.Changed, err, changed)
	}
}

func (l *lab) refused(in activities.SteerIn, code ops.Code, words string) {
	l.Helper()
	before := l.Written()
	_, err := l.client.Steer(l.Context(), in)
	if text := ops.TextOf(err); ops.CodeOf(err) != code || !strings.Contains(text.En, words) || !strings.Contains(text.Zh, words) || text.En == text.Zh {
		l.Errorf("got %q, %v; want %s with %q", ops.CodeOf(err), text, code, words)
	}
	if after := l.Written(); len(after) != len(before) {
		l.Errorf("refused, and written %q", after[len(before):])
	}
}

// http is what the VirtualService routes.
func (l *lab) http(name string) []any {
	l.Helper()
	s, _ := l.Get("shop", "virtualservices", name).Object["spec"].(map[string]any)
	routes, _ := s["http"].([]any)
	return routes
}

func (l *lab) same(what string, got any, want string) {
	l.Helper()
	var a, b any
	raw, err := json.Marshal(got)
	if err == nil {
		err = json.Unmarshal(raw, &a)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		l.Fatal(err)
	}
	if err != nil || !reflect.DeepEqual(a, b) {
		l.Errorf("%s is %s, want %s", what, raw, want)
	}
}

// TestShares: a header first, then weights beside it, each once; and then exactly what was there.
func TestShares(t *testing.T) {
	l := newLab(t, web, rule)
	before := l.Get("shop", "virtualservices", "web")
	l.steer(share("X-Canary=always", 0), true)
	l.steer(share("X-Canary=always", 0), false)
	l.same("the route of a header", l.http("web")[0], `{"name":"carts-canary","timeout":"2.500s","retries":{"attempts":0},
		"match":[{"uri":{"prefix":"/carts"},"headers":{"x-canary":{"exact":"always"}}},{"uri":{"exact":"/cart"},"headers":{"x-canary":{"exact":"always"}}}],
		"route":[{"destination":{"host":"web-canary.shop.svc.cluster.local","port":{"number":80}}}]}`)
	if n := len(l.http("web")); n != 5 {
		t.Errorf("there are %d routes, want 3 and one more for each of two", n)
	}
	l.same("the last route", l.http("web")[4], `{"route":[{"destination":{"host":"web"}}]}`)
	for _, percent := range []int{5, 25} {
		l.steer(share("X-Canary=always", percent), true)
		l.steer(share("X-Canary=always", percent), false)
	}
	l.same("the weights", l.http("web")[1].(map[string]any)["route"], `[{"destination":{"host":"web.shop.svc.cluster.local","subset":"v1","port":{"number":80}},"weight":75},{"destination":{"host":"web-canary.shop.svc.cluster.local","port":{"number":80}},"weight":25}]`)
	l.same("the route elsewhere", l.http("web")[2], `{"match":[{"uri":{"prefix":"/img"}}],"route":[{"destination":{"host":"images"}}]}`)
	l.same("how the canary is spoken to", l.Get("shop", "destinationrules", "web-canary").Object["spec"], `{"host":"web-canary","trafficPolicy":{"connectionPool":{"tcp":{"maxConnections":7}}}}`)
	l.steer(share("", 100), true)
	l.same("all", l.http("web")[2], `{"route":[{"destination":{"host":"web-canary"}}]}`)

	l.steer(share("", 0), true)
	l.steer(share("", 0), false)
	after := l.Get("shop", "virtualservices", "web")
	before.SetResourceVersion("")
	after.SetResourceVersion("")
	if !reflect.DeepEqual(before, after) || l.Get("shop", "destinationrules", "web-canary") != nil {
		t.Errorf("it was %v and is %v", before, after)
	}
	if got := l.Written(); !slices.Equal(got, []string{
		"POST shop/destinationrules/web-canary", "PUT shop/virtualservices/web", "PUT shop/virtualservices/web", "PUT shop/virtualservices/web", "PUT shop/virtualservices/web",
		"PUT shop/virtualservices/web", "DELETE shop/destinationrules/web-canary",
	}) {
		t.Errorf("written %q", got)
	}
}

// TestWhatIsWrittenIsOfIstiosTypes, without a field that they do not know.
func TestWhatIsWrittenIsOfIstiosTypes(t *testing.T) {
	l := newLab(t, strings.Replace(web, `"future":{"kept":[1,2]},`, "", 1))
	l.steer(share("x-canary=always", 25), true)
	raw, err := json.Marshal(l.Get("shop", "virtualservices", "web").Object["spec"])
	if err != nil {
		t.Fatal(err)
	}
	var s networkingv1alpha3.VirtualService
	if err := protojson.Unmarshal(raw, &s); err != nil || s.Http[1].Route[1].Weight != 25 || s.Http[0].Match[0].Headers["x-canary"].GetExact() != "always" {
		t.Errorf("%v: %s", err, raw)
	}
}

// TestAHostWithoutRoutes gets a VirtualService for the time of the canary.
func TestAHostWithoutRoutes(t *testing.T) {
	l := newLab(t)
	in := share("", 10)
	in.DryRun = true
	l.steer(in, true)
	l.steer(share("", 10), true)
	l.same("it", l.Get("shop", "virtualservices", "web-canary").Object["spec"], `{"hosts":["web"],"http":[{"route":[{"destination":{"host":"web"},"weight":90},{"destination":{"host":"web-canary"},"weight":10}]}]}`)
	l.steer(share("", 50), true)
	l.steer(share("", 50), false)
	l.steer(share("", 0), true)
	if got := l.Written(); l.Get("shop", "virtualservices", "web-canary") != nil || len(got) != 3 {
		t.Errorf("written %q", got)
	}
}

// TestOtherHands: what another change or a person has changed is left as it is, and told.
func TestOtherHands(t *testing.T) {
	l := newLab(t, web)
	l.steer(share("", 10), true)
	other := share("", 20)
	other.Owner = "release-2"
	l.refused(other, ops.Conflict, "release-1")
	other.Percent = 0
	l.steer(other, false)

	mine := l.Get("shop", "virtualservices", "web")
	edited := mine.DeepCopy()
	edited.Object["spec"].(map[string]any)["gateways"] = []any{"mesh"}
	put := func(o any) {
		raw, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		l.Set(t, string(raw))
	}
	put(edited)
	l.refused(share("", 20), ops.Conflict, "web")
	l.refused(share("", 0), ops.Conflict, "orderly.example/traffic")

	put(mine)
	l.steer(share("", 20), true)
	back := l.Get("shop", "virtualservices", "web") // somebody applies the routes anew: the annotation stays
	var was struct{ Spec map[string]any }
	if err := json.Unmarshal([]byte(web), &was); err != nil {
		t.Fatal(err)
	}
	back.Object["spec"] = was.Spec
	put(back)
	l.steer(share("", 0), true)
	l.steer(share("", 0), false)
}

// TestWhatCannotBeDivided is refused before anything is written, with what to do.
func TestWhatCannotBeDivided(t *testing.T) {
	shared := strings.Replace(web, `[{"destination":{"host":"web"}}]`, `[{"destination":{"host":"web"},"weight":50},{"destination":{"host":"web","subset":"x"},"weight":50}]`, 1)
	asks := strings.Replace(web, `"uri":{"prefix":"/carts"}`, `"headers":{"x-canary":{"exact":"no"}}`, 1)
	tcp := `{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"raw","namespace":"shop"},"spec":{"hosts":["web"],"tcp":[{"route":[{"destination":{"host":"web"}}]}]}}`
	taken := `{"apiVersion":"networking.istio.io/v1","kind":"DestinationRule","metadata":{"name":"web-canary","namespace":"shop"},"spec":{"host":"else"}}`
	name := `{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"web-canary","namespace":"shop"},"spec":{"hosts":["else"]}}`
	for what, c := range map[string]struct {
		objects []string
		in      activities.SteerIn
		code    ops.Code
		words   string
	}{
		"several destinations": {[]string{shared}, share("", 5), ops.Invalid, "2"},
		"a header of its own":  {[]string{asks}, share("x-canary=1", 0), ops.Invalid, "x-canary"},
		"no http":              {[]string{tcp}, share("", 5), ops.Invalid, "raw"},
		"a rule of that name":  {[]string{web, rule, taken}, share("", 5), ops.Conflict, "web-canary"},
		"a name that is taken": {[]string{name}, share("", 5), ops.Conflict, "web-canary"},
		"another namespace":    {nil, activities.SteerIn{Place: place, Host: "web.pay", Percent: 5}, ops.Invalid, "web.pay"},
		"no host":              {nil, activities.SteerIn{Place: place, Percent: 5}, ops.Invalid, "shop"},
		"no cluster":           {nil, activities.SteerIn{Place: ops.Place{Context: "idc2"}, Host: "web", Percent: 5}, ops.NotFound, "idc2"},
	} {
		t.Run(what, func(t *testing.T) { newLab(t, c.objects...).refused(c.in, c.code, c.words) })
	}
}

// TestFaults: after each fault the step is tried again, as the worker does, and in the end everything happened once.
func TestFaults(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{"GET virtualservices", "GET destinationrules", "POST destinationrules", "PUT virtualservices/web", "POST virtualservices", "DELETE virtualservices", "DELETE destinationrules"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				objects := []string{web, rule}
				if strings.HasSuffix(call, "virtualservices") && !strings.HasPrefix(call, "GET") {
					objects = []string{rule} // its VirtualService is made and removed
				}
				l := newLab(t, objects...)
				l.Inject(kind, call)
				for _, percent := range []int{10, 50, 0} {
					for range 3 {
						_, err := l.client.Steer(t.Context(), share("", percent))
						if err == nil {
							break
						}
						if ops.CodeOf(err) != ops.Unavailable || ops.TextOf(err).Zh == "" {
							t.Fatal(err)
						}
					}
				}
				want := []string{
					"POST shop/destinationrules/web-canary", "PUT shop/virtualservices/web", "PUT shop/virtualservices/web", "PUT shop/virtualservices/web", "DELETE shop/destinationrules/web-canary",
				}
				if len(objects) == 1 {
					want = []string{
						"POST shop/destinationrules/web-canary", "POST shop/virtualservices/web-canary", "PUT shop/virtualservices/web-canary", "DELETE shop/virtualservices/web-canary", "DELETE shop/destinationrules/web-canary",
					}
				}
				if got := l.Written(); !slices.Equal(got, want) || l.Pending() != 0 {
					t.Errorf("written %q, and %d faults were not met", got, l.Pending())
				}
			})
		}
	}
}

// TestWhereThereIsNoIstio says so, and what to do.
func TestWhereThereIsNoIstio(t *testing.T) {
	l := newLab(t)
	away := l.Config()
	away.Host += "/elsewhere"
	client, err := istio.New(istio.Config{Clusters: map[string]*rest.Config{"idc1": away}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Steer(t.Context(), share("", 5))
	if ops.CodeOf(err) != ops.Invalid || !strings.Contains(ops.TextOf(err).En, "install Istio") || !strings.Contains(ops.TextOf(err).Zh, "请安装 Istio") {
		t.Errorf("got %v", err)
	}
}
