package signin

import (
	"crypto/rand"
	"html/template"
	"net/http"
	"strings"

	"orderly.example/ops"
)

// page is what a person sees.
type page struct {
	Lang    string
	Nonce   string // of the style
	Account account
	Person  ops.User
	Consent string // asks for agreement; empty: it is done
	Error   string
}

// Say chooses between the languages.
func (p page) Say(en, zh string) string { return ops.Text{En: en, Zh: zh}.In(p.Lang) }

var pages = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Orderly</title>
<style nonce="{{.Nonce}}">
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.5rem; color: #1f2937; background: #fff }
  h1 { font-size: 1.25rem }
  code { background: #f3f4f6; padding: .1em .4em; border-radius: .3em; overflow-wrap: anywhere }
  button { font: inherit; padding: .5em 1.2em; border: 0; border-radius: .4em; color: #fff; background: #1d4ed8; cursor: pointer }
  @media (prefers-color-scheme: dark) { body { color: #e5e7eb; background: #111827 } code { background: #1f2937 } }
</style>
<main>
{{if .Error}}
<h1>{{.Say "That did not work" "未能完成"}}</h1>
<p role="alert">{{.Error}}</p>
{{else if .Consent}}
<h1>{{.Say "Is this account yours?" "这是您的账号吗?"}}</h1>
<p>{{.Say "Account" "账号"}}: <code>{{.Account.Surface}} {{.Account.Account}}</code><br>
{{.Say "You" "您"}}: <strong>{{.Person.Name}}</strong> <code>{{.Person.ID}}</code></p>
<p>{{.Say "What this account asks for and approves will count as yours. Go on only if you have just asked the bot yourself; if somebody sent you this link, close the page."
          "此账号的申请与审批将计为您本人的操作。仅当您刚刚亲自向机器人索取链接时才继续;如果链接是他人发来的,请关闭本页。"}}</p>
<form method="post" action="/signin/link"><input type="hidden" name="consent" value="{{.Consent}}"><button>{{.Say "It is mine: link it" "是我的,关联"}}</button></form>
{{else}}
<h1>{{.Say "Linked" "已关联"}}</h1>
<p>{{.Say "The account" "账号"}} <code>{{.Account.Surface}} {{.Account.Account}}</code> {{.Say "now belongs to" "现已关联到"}} <strong>{{.Person.Name}}</strong>.
{{.Say "Go back and ask again." "请返回聊天重新发送。"}}</p>
{{end}}
</main>
</html>
`))

func show(w http.ResponseWriter, status int, lang string, p page) {
	p.Lang, p.Nonce = lang, rand.Text()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+p.Nonce+"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	w.WriteHeader(status)
	_ = pages.Execute(w, p)
}

// fail says what went wrong.
func (d *Desk) fail(w http.ResponseWriter, r *http.Request, err error) {
	d.Logger.InfoContext(r.Context(), "a sign-in failed", "error", err)
	status := http.StatusForbidden
	if ops.CodeOf(err) == ops.Unavailable {
		status = http.StatusServiceUnavailable
	}
	lang := langOf(ops.User{}, r)
	show(w, status, lang, page{Error: ops.TextOf(err).In(lang)})
}

// langOf is the person's language, or the browser's.
func langOf(u ops.User, r *http.Request) string {
	switch {
	case u.Lang != "":
		return u.Lang
	case strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "zh"):
		return ops.Chinese
	}
	return ops.English
}
