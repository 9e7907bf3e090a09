package lark

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/larksuite/oapi-sdk-go/v3/scene/registration"

	"orderly.example/ops"
)

// Setup says what the app of a tenant shall be like.
type Setup struct {
	Name     string // of the app
	Emails   bool   // people are matched by their e-mail address
	Accounts string // where apps are registered; empty: Feishu, and Lark for a tenant that is there
}

// App is what Lark has registered.
type App struct {
	ID     string
	Secret string
	Domain string // where its open platform is
}

// Register makes an app in a tenant: somebody opens the link that is shown, and agrees. The tenant's own address tells
// whether it is one of Feishu or of Lark.
func (s Setup) Register(ctx context.Context, show func(link string, lasts time.Duration)) (App, error) {
	got, err := registration.RegisterApp(ctx, &registration.Options{
		Source: "orderly", Domain: s.Accounts, LarkDomain: s.Accounts, Addons: s.addons(), CreateOnly: true,
		AppPreset: &registration.AppPreset{Name: s.Name, Desc: "Asks for, approves and follows changes · 变更的申请、审批与跟踪"},
		OnQRCode:  func(q *registration.QRCodeInfo) { show(q.URL, time.Duration(q.ExpireIn)*time.Second) },
	})
	if err != nil {
		return App{}, registering(err)
	}
	app := App{ID: got.ClientID, Secret: got.ClientSecret, Domain: Feishu}
	if got.UserInfo != nil && got.UserInfo.TenantBrand == "lark" {
		app.Domain = Global
	}
	return app, nil
}

// Events are what the app has to be told of.
func (s Setup) Events() []string { return []string{typeMessage, typeMenu, typeEntered} }

// Callbacks are what the app has to be asked.
func (s Setup) Callbacks() []string { return []string{typeCard} }

// Scopes are what the app has to be granted.
func (s Setup) Scopes() []string {
	var out []string
	for _, p := range permissionsFor(s.Emails) {
		out = append(out, p.scopes[0])
	}
	return out
}

// addons are what the page behind the link has filled in already.
func (s Setup) addons() *registration.AppAddons {
	minimal := false
	return &registration.AppAddons{
		Preset: &minimal, Scopes: registration.AppAddonsScopes{Tenant: s.Scopes()},
		Events:    registration.AppAddonsEvents{Items: registration.AppAddonsEventItems{Tenant: s.Events()}},
		Callbacks: registration.AppAddonsCallbacks{Items: s.Callbacks()},
	}
}

// registering says in the program's own words why no app was registered.
func registering(err error) error {
	var refused *registration.AccessDeniedError
	var expired *registration.ExpiredError
	var other *registration.RegisterAppError
	switch {
	case errors.As(err, &refused):
		return ops.Errorf(ops.Denied, "somebody said no in Lark; no app was made", "已在飞书中拒绝,未创建应用").Because(err)
	case errors.As(err, &expired):
		return ops.Errorf(ops.Conflict, "nobody opened the link in time; run it again", "链接已过期,请重新运行").Because(err)
	case errors.As(err, &other):
		return ops.Errorf(ops.Unavailable, "Lark registers no app (%s); \"orderly setup lark --by-hand\" says what to click instead", "飞书未能注册应用(%s);\"orderly setup lark --by-hand\" 列出手动步骤",
			cmp.Or(strings.TrimSpace(other.Description), other.Code)).Because(err)
	case errors.Is(err, context.Canceled):
		return ops.Errorf(ops.Conflict, "interrupted; no app was made", "已中断,未创建应用").Because(err)
	}
	return ops.Errorf(ops.Unavailable, "Lark cannot be reached to register an app; \"orderly setup lark --by-hand\" says what to click instead",
		"无法连接飞书注册应用;\"orderly setup lark --by-hand\" 列出手动步骤").Because(err)
}
