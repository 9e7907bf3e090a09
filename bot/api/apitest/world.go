package apitest

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/api"
	"orderly.example/ops"
)

// Now is when every test begins.
var Now = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// People are who works here: ann may ask, bob is an SRE who may approve, eve may nothing, wei reads Chinese.
const People = `people:
  - {id: ann, name: Ann Lee, groups: [dev]}
  - {id: bob, name: Bob Ray, groups: [sre]}
  - {id: eve, name: Eve Fox, groups: [guests]}
  - {id: wei, name: 魏芳, lang: zh, groups: [dev]}
`

type scale struct {
	Target   ops.Target `en:"service to scale" zh:"要扩缩容的服务"`
	Replicas int        `en:"instances wanted" zh:"目标实例数" min:"0" max:"500"`
}

type restart struct {
	Target   ops.Targets   `en:"services to restart" zh:"要重启的服务"`
	Strategy string        `en:"how to go about it" zh:"方式" options:"rolling,all" default:"rolling"`
	Drain    bool          `en:"drain first" zh:"先摘流" optional:"true"`
	Token    ops.SecretRef `en:"token of the balancer" zh:"负载均衡令牌" optional:"true"`
}

type where struct {
	Target ops.Targets `en:"service" zh:"服务"`
}

type undo struct {
	ID string `en:"change to take back" zh:"要撤销的变更" pattern:"[a-z0-9][A-Za-z0-9:._-]{3,190}"`
}

// Operations are what one may ask for here.
var Operations = []ops.Operation{
	{
		Name: "scale", Aliases: []string{"扩缩容"}, Group: "scale", Risk: ops.Medium, Example: "scale shop.cart.api@idc1:prod 6", Undoable: true,
		Help: ops.Text{En: "change how many instances run", Zh: "调整实例数"}, Params: ops.ParamsOf[scale](),
	},
	{
		Name: "restart", Aliases: []string{"重启"}, Group: "incident", Risk: ops.High, Example: "restart shop.cart.api@idc1:prod",
		Help: ops.Text{En: "restart instances", Zh: "重启实例"}, Params: ops.ParamsOf[restart](),
	},
	{
		Name: "where", Aliases: []string{"在哪"}, Group: "ask", Risk: ops.Read, Example: "where shop.cart.api",
		Help: ops.Text{En: "where a service runs", Zh: "查询服务位置"}, Params: ops.ParamsOf[where](),
	},
	{
		Name: "undo", Aliases: []string{"撤销"}, Group: "change", Risk: ops.Low, Example: "undo scale-abcdefghijkl",
		Help: ops.Text{En: "take a finished change back", Zh: "撤销一个已完成的变更"}, Params: ops.ParamsOf[undo](),
	},
}

// Policy allows everybody but guests.
type Policy struct{}

// Decide says no to guests.
func (Policy) Decide(_ context.Context, f ops.Facts) (ops.Decision, error) {
	if f.Request.By.In("guests") {
		return ops.Decision{Sure: true, Rule: "guests", Why: ops.Textf("guests only look", "访客只能查看")}, nil
	}
	return ops.Decision{Allow: true, Sure: true, Rule: "staff", Why: ops.Textf("rule %q allows it", "规则 %q 允许", "staff")}, nil
}

// Inventory is what runs here.
type Inventory struct{}

// Targets lists it.
func (Inventory) Targets(context.Context) ([]ops.Target, error) {
	return []ops.Target{
		{Service: "shop.cart.api", IDC: "idc1", Env: "prod"}, {Service: "shop.cart.api", IDC: "idc2", Env: "prod"}, {Service: "shop.pay.api", IDC: "idc1", Env: "test"},
	}, nil
}

type quiet struct{}

func (quiet) Subscribe(string) (<-chan ops.Notice, func()) { return nil, func() {} }

// World is an API that one can call.
type World struct {
	*httptest.Server
	Ledger *Ledger
}

// Options are those of a World before a test changes them.
func Options(t testing.TB, l *Ledger) api.Options {
	people, err := bot.NewIdentities(bot.FromText(People, "people.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return Now }
	return api.Options{
		Desk:       &bot.Desk{Operations: Operations, Identities: people, Starter: l, Policy: Policy{}, Clock: clock},
		Operations: Operations, Identities: people, Starter: l, Rooms: quiet{}, Places: Inventory{}, Dev: true, Demo: true, Version: "v1.2.3",
		Clock: clock, Context: t.Context(), Logger: slog.New(slog.DiscardHandler),
	}
}

// New starts a World; change may alter the options.
func New(t testing.TB, change func(*api.Options)) *World {
	t.Helper()
	l := NewLedger(Now)
	o := Options(t, l)
	ctx, stop := context.WithCancel(context.Background())
	o.Context = ctx
	if change != nil {
		change(&o)
	}
	w := &World{Server: httptest.NewServer(api.New(o)), Ledger: l}
	t.Cleanup(func() {
		stop() // ends the streams, for which Close waits
		w.Close()
	})
	return w
}
