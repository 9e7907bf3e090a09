package document

import (
	"maps"
	"strings"
	"testing"

	"orderly.example/activities"
)

const props = "# the cart\r\ntimeout = 30\r\n\r\n! old\r\nurl: http\\://a \\\r\n   /b\r\nempty\r\nkey\\ 1=\\u4f60\r\n"

const tree = `# the cart
server:
  port: 8080   # public
  name: "cart api"
  hosts:
  - a
  - 'b''c'
spring.application.name: cart
db:
  url: jdbc:mysql://a/b
  note: |
    two
    lines
  empty:

# the end
last: yes
`

const object = `{
  "server": {"port": 8080, "name": "cart"},
  "on": true,
  "hosts": ["a", "b"],
  "none": null
}
`

func set(key, to string) activities.ConfigChange { return activities.ConfigChange{Key: key, To: to} }

func remove(key string) activities.ConfigChange {
	return activities.ConfigChange{Key: key, Remove: true}
}

func TestValues(t *testing.T) {
	for kind, tt := range map[string]struct {
		text string
		want map[string]string
	}{
		Properties: {props, map[string]string{"timeout": "30", "url": "http://a /b", "empty": "", "key 1": "你"}},
		YAML: {tree, map[string]string{
			"server.port": "8080", "server.name": "cart api", "server.hosts[0]": "a", "server.hosts[1]": "b'c",
			"spring.application.name": "cart", "db.url": "jdbc:mysql://a/b", "db.note": "two\nlines\n", "db.empty": "", "last": "yes",
		}},
		JSON: {object, map[string]string{"server.port": "8080", "server.name": "cart", "on": "true", "hosts[0]": "a", "hosts[1]": "b", "none": ""}},
	} {
		got, err := Values(kind, tt.text)
		if err != nil || !maps.Equal(got, tt.want) {
			t.Errorf("%s: %v, %q", kind, err, got)
		}
	}
}

// TestEditLeavesTheRestAlone compares the whole text, comments and order included.
func TestEditLeavesTheRestAlone(t *testing.T) {
	for _, tt := range []struct {
		kind, text string
		changes    []activities.ConfigChange
		old, new   string // what becomes what in the text
	}{
		{Properties, props, []activities.ConfigChange{set("timeout", "60 s")}, "timeout = 30", "timeout = 60 s"},
		{Properties, props, []activities.ConfigChange{set("url", `c:\d`)}, "url: http\\://a \\\r\n   /b", `url: c:\\d`},
		{Properties, props, []activities.ConfigChange{set("empty", " x")}, "empty\r\n", "empty=\\ x\r\n"},
		{Properties, props, []activities.ConfigChange{remove("url")}, "url: http\\://a \\\r\n   /b\r\n", ""},
		{Properties, props, []activities.ConfigChange{set("a b=c", "你\n好")}, "\\u4f60\r\n", "\\u4f60\r\na\\ b\\=c=你\\n好\r\n"},
		{Properties, "a=1", []activities.ConfigChange{set("b", "2")}, "a=1", "a=1\nb=2"},
		{YAML, tree, []activities.ConfigChange{set("server.port", "9090")}, "port: 8080   #", "port: 9090   #"},
		{YAML, tree, []activities.ConfigChange{set("server.name", `say "hi" # no`)}, `"cart api"`, `"say \"hi\" # no"`},
		{YAML, tree, []activities.ConfigChange{set("server.hosts[1]", "d")}, `'b''c'`, `"d"`},
		{YAML, tree, []activities.ConfigChange{set("spring.application.name", "a: b")}, ".name: cart", `.name: "a: b"`},
		{YAML, tree, []activities.ConfigChange{set("db.empty", "null")}, "empty:", `empty: "null"`},
		{YAML, tree, []activities.ConfigChange{set("server.tls.on", "true")}, "  - 'b''c'\n", "  - 'b''c'\n  tls:\n    on: true\n"},
		{YAML, tree, []activities.ConfigChange{set("db.user", "ann")}, "  empty:\n", "  empty:\n  user: ann\n"},
		{YAML, tree, []activities.ConfigChange{set("new", "1")}, "last: yes\n", "last: yes\nnew: 1\n"},
		{YAML, tree, []activities.ConfigChange{remove("db.note")}, "  note: |\n    two\n    lines\n", ""},
		{YAML, tree, []activities.ConfigChange{remove("spring.application.name")}, "spring.application.name: cart\n", ""},
		{YAML, "a:\n  b:\n    c: 1\nd: 2", []activities.ConfigChange{remove("a.b.c"), set("e.f", "x")}, "a:\n  b:\n    c: 1\nd: 2", "d: 2\ne:\n  f: x"},
		{YAML, "", []activities.ConfigChange{set("a.b", "")}, "", "a:\n  b: \"\"\n"},
		{JSON, object, []activities.ConfigChange{set("server.port", "9090"), set("server.name", "30")}, `8080, "name": "cart"`, `9090, "name": "30"`},
		{JSON, object, []activities.ConfigChange{set("on", "off")}, `"on": true`, `"on": "off"`},
		{JSON, object, []activities.ConfigChange{set("none", "<1>")}, `null`, `"<1>"`},
		{JSON, object, []activities.ConfigChange{set("server.tls.on", "true")}, `"cart"}`, `"cart", "tls": {"on": true}}`},
		{JSON, object, []activities.ConfigChange{set("new", "x")}, "null\n", "null,\n  \"new\": \"x\"\n"},
		{JSON, object, []activities.ConfigChange{remove("server.port"), remove("server.name")}, "\"server\": {\"port\": 8080, \"name\": \"cart\"},\n  ", ""},
		{JSON, object, []activities.ConfigChange{remove("none")}, ",\n  \"none\": null", ""},
		{JSON, "", []activities.ConfigChange{set("a.b", "1")}, "", `{"a": {"b": 1}}`},
		{JSON, `{"a": 1 }`, []activities.ConfigChange{remove("a")}, `{"a": 1 }`, `{}`},
	} {
		want := strings.Replace(tt.text, tt.old, tt.new, 1)
		if got, err := Edit(tt.kind, tt.text, tt.changes); err != nil || got != want {
			t.Errorf("%s %v: %v\n%q, want\n%q", tt.kind, tt.changes, err, got, want)
		}
	}
}

func TestWhatCannotBeDone(t *testing.T) {
	for _, tt := range []struct {
		kind, text string
		change     activities.ConfigChange
	}{
		{Properties, `a=\u12`, set("b", "1")},
		{YAML, "a: &x 1\nb: *x\n", set("a", "2")},
		{YAML, "a: 1\n---\nb: 2\n", set("a", "2")},
		{YAML, "- a\n", set("b", "2")},
		{YAML, "a: !!str 1\n", set("a", "2")},
		{YAML, "a: {b: 1}\n", set("a.c", "2")},
		{YAML, "a: {b: 1, c: 2}\n", remove("a.b")},
		{YAML, "a: [1, 2]\n", remove("a[0]")},
		{YAML, "a:\n  b: 1\n", set("a", "2")},
		{YAML, "a: |\n  b\n", set("a", "2")},
		{YAML, "a: {", set("a", "2")},
		{JSON, "[1]", set("a", "2")},
		{JSON, `{"a": 1} {}`, set("a", "2")},
		{JSON, `{"a": {"b": 1}}`, set("a", "2")},
		{JSON, `{"a": [1, 2]}`, remove("a[0]")},
		{JSON, `{"a": "x"}`, set("a.b", "2")},
	} {
		if got, err := Edit(tt.kind, tt.text, []activities.ConfigChange{tt.change}); err == nil {
			t.Errorf("%s %q %v gave %q", tt.kind, tt.text, tt.change, got)
		}
	}
}

func TestKindOf(t *testing.T) {
	for said, want := range map[string]string{"yaml|a": YAML, "|a.yml": YAML, "text|a.properties": Properties, "|a.json": JSON, "xml|a.yaml": "", "|a": "", "text|a.txt": ""} {
		kind, name, _ := strings.Cut(said, "|")
		if got := KindOf(kind, name); got != want {
			t.Errorf("%s: %q", said, got)
		}
	}
}

// FuzzEdit: what comes out is exactly the old values with the change, or nothing.
func FuzzEdit(f *testing.F) {
	for kind, text := range map[string]string{Properties: props, YAML: tree, JSON: object} {
		f.Add(kind, text, "server.port", "1", false)
		f.Add(kind, text, "a.b", "x: y", false)
		f.Add(kind, text, "on", "", true)
	}
	f.Fuzz(func(t *testing.T, kind, text, key, value string, gone bool) {
		if !Known(kind) {
			return
		}
		out, err := Edit(kind, text, []activities.ConfigChange{{Key: key, To: value, Remove: gone}})
		if err != nil {
			return
		}
		got, err := Values(kind, out)
		if v, there := got[key]; err != nil || there == gone || v != map[bool]string{true: "", false: value}[gone] {
			t.Errorf("%q: %v, %q", out, err, got)
		}
	})
}
