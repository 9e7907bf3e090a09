package bot

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"orderly.example/ops"
)

var update = flag.Bool("update", false, "write the goldens anew")

func golden(t *testing.T, name string, text ops.Text) {
	t.Helper()
	for lang, got := range map[string]string{"en": text.En, "zh": text.Zh} {
		path := filepath.Join("testdata", name+"."+lang+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(got+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got+"\n" != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
		}
	}
}

type scaleParams struct {
	Target   ops.Targets   `en:"service to scale" zh:"要扩缩容的服务"`
	Replicas int           `en:"instances wanted" zh:"目标实例数" min:"0" max:"500"`
	Pause    time.Duration `en:"pause between targets" zh:"目标间隔" min:"0s" max:"1h" default:"5s"`
}

type fleetParams struct {
	Targets  ops.Targets `en:"patterns that select the targets" zh:"选择目标的通配符"`
	Replicas string      `en:"instances wanted: 6, +2, -1 or x1.5" zh:"实例数:6、+2、-1 或 x1.5" pattern:"[+-]?[0-9]{1,4}|[x×][0-9]{1,2}(\\.[0-9]{1,2})?"`
	Mode     string      `en:"when stopped" zh:"停止后" options:"undo,keep" default:"undo"`
}

type noteParams struct {
	Title  string        `en:"the title" zh:"标题"`
	To     ops.Person    `en:"for whom" zh:"给谁" optional:"true"`
	Urgent bool          `en:"wake them up" zh:"立即通知" optional:"true"`
	Token  ops.SecretRef `en:"token of the notice board" zh:"公告板令牌" optional:"true"`
	Until  time.Time     `en:"shown until" zh:"展示到" optional:"true"`
	Board  string        `en:"notice board" zh:"公告板" optional:"true" from:"board.names"`
}

var operations = []ops.Operation{
	{
		Name: "scale", Aliases: []string{"扩缩容", "扩容"}, Group: "scale", Risk: ops.Medium, Undoable: true, Example: "scale shop.cart.api@idc1:prod 6",
		Help: ops.Text{En: "change how many instances run", Zh: "调整实例数"}, Params: ops.ParamsOf[scaleParams](),
	},
	{
		Name: "scale.fleet", Aliases: []string{"批量扩缩容"}, Group: "scale", Risk: ops.High, Example: "scale.fleet shop.*:prod x1.5",
		Help: ops.Text{En: "scale hundreds of targets in waves", Zh: "分批调整大量目标的实例数"}, Params: ops.ParamsOf[fleetParams](),
	},
	{
		Name: "note", Group: "board", Risk: ops.Low, Example: `note "sale starts" to=ann`,
		Help: ops.Text{En: "write on the notice board", Zh: "发布公告"}, Params: ops.ParamsOf[noteParams](),
	},
	{
		Name: "schedule.list", Aliases: []string{"定时任务"}, Group: "schedule", Risk: ops.Read, Example: "schedule.list",
		Help: ops.Text{En: "list what runs again and again", Zh: "列出定时任务"},
	},
}

func op(t testing.TB, name string) ops.Operation {
	t.Helper()
	o, err := findOperation(operations, name)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// ledger is an engine in memory that writes down what it was told.
type ledger struct {
	started  map[string]ops.Request
	acts     []ops.Act
	filters  []ops.Filter
	statuses map[string]ops.Status
	page     ops.Page
	err      error
}

func (l *ledger) Start(_ context.Context, r ops.Request) (string, error) {
	id := ops.ChangeID(r)
	if l.started[id].Key == "" {
		l.started[id] = r
	}
	return id, l.err
}

func (l *ledger) Act(_ context.Context, id string, a ops.Act) (ops.Reply, error) {
	if _, ok := l.statuses[id]; !ok {
		return ops.Reply{}, noChange(id)
	}
	l.acts = append(l.acts, a)
	return ops.Reply{Accepted: true, Text: ops.Text{En: "it counts", Zh: "已生效"}}, l.err
}

func (l *ledger) Status(_ context.Context, id string) (ops.Status, error) {
	s, ok := l.statuses[id]
	if !ok {
		return s, noChange(id)
	}
	return s, l.err
}

func (l *ledger) List(_ context.Context, f ops.Filter) (ops.Page, error) {
	l.filters = append(l.filters, f)
	return l.page, l.err
}

// rules answers for operations by name and writes down what it was asked; what it does not know it allows.
type rules struct {
	answers map[string]ops.Decision
	err     error
	asked   []ops.Facts
}

func (r *rules) Decide(_ context.Context, f ops.Facts) (ops.Decision, error) {
	r.asked = append(r.asked, f)
	if d, ok := r.answers[f.Operation.Name]; ok {
		return d, r.err
	}
	return ops.Decision{Allow: true}, r.err
}

// boards answers which notice boards there are.
type boards struct{ err error }

func (b boards) Options(_ context.Context, source string, _ map[string]string) ([]string, error) {
	if source != "board.names" {
		return nil, ops.Errorf(ops.NotFound, "no source", "没有来源")
	}
	return []string{"lobby", "kitchen"}, b.err
}

const peopleYAML = `
people:
  - {id: ann, name: Ann Lee, lang: en, groups: [shop, dev], accounts: {slack: U1, console: ann}}
  - {id: chen, name: 陈, lang: zh, groups: [sre], accounts: {slack: U3, lark: ou_chen}}
`

var (
	shanghai = time.FixedZone("CST", 8*3600)
	noon     = time.Date(2026, 11, 24, 12, 0, 0, 0, shanghai)
	ann      = ops.User{ID: "ann", Name: "Ann Lee", Lang: "en", Groups: []string{"shop", "dev"}, LinkedBy: "file"}
	chen     = ops.User{ID: "chen", Name: "陈", Lang: "zh", Groups: []string{"sre"}, LinkedBy: "file"}
	speaking = Speaker{User: ann, Origin: ops.Origin{Surface: "slack", Channel: "C1"}}
)

func desk(t testing.TB) (*Desk, *ledger, *rules) {
	t.Helper()
	people, err := NewIdentities(FromText(peopleYAML, "people.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	l := &ledger{started: map[string]ops.Request{}, statuses: map[string]ops.Status{}}
	r := &rules{answers: map[string]ops.Decision{}}
	return &Desk{
		Operations: operations, Identities: people, Starter: l, Policy: r, Options: boards{}, Clock: func() time.Time { return noon },
	}, l, r
}

func request(op string, params map[string]string) ops.Request {
	return ops.Request{Operation: op, Params: params, By: ann, From: speaking.Origin, Key: "k1"}
}
