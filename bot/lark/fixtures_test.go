package lark

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/bot/lark/larktest"
	"orderly.example/ops"
)

const staff = `people:
  - {id: ann, name: Ann Lee, groups: [dev], accounts: {lark: ou_ann}}
  - {id: bob, name: Bob Ray, groups: [sre], accounts: {lark: ou_bob}}
  - {id: wei, name: 魏芳, lang: zh, groups: [sre], accounts: {lark: ou_wei}}
`

// taken is what a door hands on.
type taken struct {
	mu      sync.Mutex
	all     []chat.Delivery
	answer  chat.Answer
	refuses error
	takes   func(context.Context)
}

func (x *taken) take(ctx context.Context, d chat.Delivery) (chat.Answer, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.all = append(x.all, d)
	if x.takes != nil {
		x.takes(ctx)
	}
	return x.answer, x.refuses
}

func (x *taken) count() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.all)
}

func (x *taken) last() chat.Delivery {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.all[len(x.all)-1]
}

func (x *taken) says(a chat.Answer, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.answer, x.refuses = a, err
}

func people(t testing.TB) *bot.Identities {
	t.Helper()
	p, err := bot.NewIdentities(bot.FromText(staff, "people.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// clientIn is a client of a tenant.
func clientIn(s *larktest.Server, change func(*Config)) *Client {
	c := Config{AppID: s.AppID, AppSecret: s.AppSecret, Domain: s.API(), EncryptKey: s.EncryptKey, VerificationToken: s.VerificationToken, Clock: s.Now}
	if change != nil {
		change(&c)
	}
	return New(c)
}

// doorIn is a door of a tenant, and what it hands on.
func doorIn(t testing.TB, s *larktest.Server, change func(*Config)) (*Door, *taken) {
	t.Helper()
	x := &taken{}
	return &Door{Client: clientIn(s, change), Identities: people(t), Take: x.take, Logger: slog.New(slog.DiscardHandler)}, x
}

// connected is a door that listens over a long connection.
func connected(t *testing.T, s *larktest.Server) (*Door, *taken) {
	t.Helper()
	d, x := doorIn(t, s, nil)
	listens(t, s, d)
	return d, x
}

func listens(t *testing.T, s *larktest.Server, d *Door) {
	t.Helper()
	before := s.Connections()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Listen(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	larktest.Await(t, "a connection", func() bool { return s.Connections() == before+1 })
}

var sale = ops.Operation{
	Name: "sale", Risk: ops.Medium, Help: ops.Text{En: "a *sale*", Zh: "促销"}, Example: "sale x", Params: []ops.Param{
		{Name: "name", Kind: ops.KindString, Help: ops.Text{En: "its name", Zh: "名称"}, Required: true},
		{Name: "where", Kind: ops.KindTarget, Help: ops.Text{En: "where", Zh: "位置"}, Required: true},
		{Name: "way", Kind: ops.KindString, Help: ops.Text{En: "how", Zh: "方式"}, Options: []string{"fast", "slow"}, Default: "slow"},
		{Name: "token", Kind: ops.KindSecret, Help: ops.Text{En: "token", Zh: "令牌"}},
		{Name: "big", Kind: ops.KindBool, Help: ops.Text{En: "a big one", Zh: "大促"}},
	},
}

func saying(s string) chat.Content { return chat.Content{Text: ops.Plain(s), Lang: ops.English} }
