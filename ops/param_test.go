package ops

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

type everything struct {
	Name     string        `en:"a name" zh:"名称" pattern:"[a-z]+"`
	Count    int           `en:"how many" zh:"数量" min:"1" max:"10" default:"3"`
	Force    bool          `en:"force" zh:"强制" optional:"true"`
	For      time.Duration `en:"how long" zh:"时长" min:"1s" max:"1h" optional:"true"`
	Color    string        `en:"colour" zh:"颜色" options:"red,green" default:"red"`
	Target   Target        `en:"where" zh:"目标" optional:"true"`
	Targets  Targets       `en:"where all" zh:"目标们" optional:"true"`
	Owner    Person        `en:"who" zh:"谁" optional:"true"`
	Begin    time.Time     `en:"when" zh:"何时" optional:"true"`
	Password SecretRef     `en:"secret" zh:"密钥" optional:"true"`
	OnCallID string        `en:"rota" zh:"排班" optional:"true"`
}

func everyOperation() Operation {
	return Operation{Name: "every", Help: Text{"all kinds", "所有类型"}, Params: ParamsOf[everything]()}
}

func TestCheckAndDecode(t *testing.T) {
	values, errs := everyOperation().Check(map[string]string{
		"name": "abc", "force": "yes", "for": "90s", "color": "GREEN", "target": "shop.cart.api:prod", "targets": "a.b.c:x,d.*:y，a.b.c:x",
		"owner": "@ann", "begin": "2026-11-24T09:30:00+08:00", "password": "env:DB", "on_call_id": "x",
	})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	want := map[string]string{
		"name": "abc", "count": "3", "force": "true", "for": "1m30s", "color": "green", "target": "shop.cart.api:prod", "targets": "a.b.c:x,d.*:y",
		"owner": "ann", "begin": "2026-11-24T09:30:00+08:00", "password": "env:DB", "on_call_id": "x",
	}
	if !maps.Equal(values, want) {
		t.Errorf("values %v", values)
	}
	got, err := Decode[everything](values)
	if err != nil {
		t.Fatal(err)
	}
	if got.Count != 3 || !got.Force || got.For != 90*time.Second || got.Owner != "ann" || len(got.Targets) != 2 || got.Begin.IsZero() {
		t.Errorf("decoded %+v", got)
	}
	if back := Values(got); !maps.Equal(back, values) {
		t.Errorf("back again %v", back)
	}
}

func TestCheckReportsEverythingAtOnce(t *testing.T) {
	_, errs := everyOperation().Check(map[string]string{
		"count": "11", "force": "perhaps", "for": "2h", "color": "redd", "target": "a.*", "targets": ",", "owner": "A B", "begin": "today", "password": "hunter2", "colour": "red",
	})
	var got []string
	for _, e := range errs {
		got = append(got, e.Field)
		if e.Code != Invalid || e.Text.En == "" || e.Text.Zh == "" {
			t.Errorf("%+v", e)
		}
	}
	if want := "begin color colour count for force name owner password target targets"; strings.Join(got, " ") != want {
		t.Errorf("errors for %v, want %s", got, want)
	}
	for _, e := range errs {
		if e.Field == "colour" && !strings.Contains(e.Text.En, "did you mean color?") {
			t.Errorf("no suggestion: %s", e.Text.En)
		}
		if strings.Contains(e.Text.En, "hunter2") {
			t.Errorf("a secret is repeated: %s", e.Text.En)
		}
	}
}

func TestSchemaAgreesWithParse(t *testing.T) {
	raw, err := json.Marshal(everyOperation().Schema(Chinese))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("every.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("every.json")
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	for in, ok := range map[string]bool{
		`{"name":"abc"}`: true, `{"name":"abc","count":3,"force":true,"for":"90s","color":"red","password":"env:X"}`: true,
		`{}`: false, `{"name":"ABC"}`: false, `{"name":"abc","count":11}`: false, `{"name":"abc","count":"3"}`: false,
		`{"name":"abc","color":"blue"}`: false, `{"name":"abc","password":"hunter2"}`: false, `{"name":"abc","more":1}`: false, `{"name":"abc","for":"long"}`: false,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); (err == nil) != ok {
			t.Errorf("%s: %v", in, err)
		}
	}
	if !strings.Contains(string(raw), "名称") {
		t.Error("the schema is not in the language asked for")
	}
}

func TestDeclarationsThatAreDefects(t *testing.T) {
	for name, declare := range map[string]func(){
		"no help": func() { ParamsOf[struct{ A string }]() },
		"one language": func() {
			ParamsOf[struct {
				A string `en:"a"`
			}]()
		},
		"an unknown type": func() {
			ParamsOf[struct {
				A float64 `en:"a" zh:"甲"`
			}]()
		},
		"a broken default": func() {
			ParamsOf[struct {
				A int `en:"a" zh:"甲" default:"x"`
			}]()
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was accepted")
				}
			}()
			declare()
		})
	}
}

func FuzzParam(f *testing.F) {
	for _, p := range ParamsOf[everything]() {
		for _, v := range []string{"1", "true", "90s", "red", "a.b.c:x", "ann", "2026-11-24T09:30:00+08:00", "env:X", "", "\x00", "−1"} {
			f.Add(string(p.Kind), v)
		}
	}
	params := map[string]Param{}
	for _, p := range ParamsOf[everything]() {
		params[string(p.Kind)] = p
	}
	f.Fuzz(func(t *testing.T, kind, value string) {
		p := params[kind]
		c, err := p.Canonical(value)
		if err != nil {
			if CodeOf(err) != Invalid {
				t.Errorf("%s %q: %v", kind, value, err)
			}
			return
		}
		if again, err := p.Canonical(c); err != nil || again != c {
			t.Errorf("%s: %q is %q, which is %q, %v", kind, value, c, again, err)
		}
	})
}

func ExampleParseTarget() {
	t, _ := ParseTarget("shop.cart.api@idc1:prod")
	fmt.Println(t.Service, t.IDC, t.Env, t.Product())
	// Output: shop.cart.api idc1 prod shop
}
