package config

import (
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"

	"orderly.example/ops"
)

var (
	roles     = []string{"bot", "portal", "worker"}
	levels    = []string{"debug", "info", "warn", "error"}
	formats   = []string{"json", "text"}
	plainName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)
	tokenSum  = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// Check looks for what is well written and cannot work; name is what to call the configuration in errors.
func (c Config) Check(name string) error { return join(c.check(name)) }

// check looks for what is well written and cannot work.
func (c Config) check(name string) []*ops.Error {
	var wrong []*ops.Error
	say := func(field, en, zh string, args ...any) {
		wrong = append(wrong, ops.Errorf(ops.Invalid, "%s: %s: %s", "%s:%s:%s", name, field, ops.Textf(en, zh, args...)).At(field))
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		say("listen", "%q is not an address; write it like 127.0.0.1:7080", "%q 不是地址,请写成 127.0.0.1:7080", c.Listen)
	}
	for _, r := range c.Roles {
		if !slices.Contains(roles, r) {
			say("roles", "there is no role %q%s", "没有角色 %q%s", r, ops.DidYouMean(r, roles))
		}
	}
	if c.Policy == "" {
		say("policy", "name the policy file; without one nothing is allowed", "请指定策略文件;没有策略时一切操作均被拒绝")
	}
	if c.People == "" {
		say("people", "name the people file; without one nobody is known", "请指定人员文件;没有人员文件则无法识别任何人")
	}
	if (c.Temporal.TLS.Cert == "") != (c.Temporal.TLS.Key == "") {
		say("temporal.tls", "cert and key belong together; give both or none", "cert 与 key 须同时填写")
	}
	if c.Temporal.Address == "" && c.DataDir == "" {
		say("data_dir", "the embedded engine needs a directory; or give temporal.address", "内嵌引擎需要数据目录,或填写 temporal.address")
	}
	for _, p := range []struct {
		field string
		port  int
	}{{"temporal.port", c.Temporal.Port}, {"temporal.ui_port", c.Temporal.UIPort}} {
		if p.port < 0 || p.port > 65535 {
			say(p.field, "%d is not a port; 0 takes a free one for the engine and none for the UI", "%d 不是端口;0 表示引擎使用空闲端口、不启动界面", p.port)
		}
	}
	if o := c.OIDC; o.Issuer != "" && (o.ClientID == "" || o.ClientSecret == "" || o.Claim == "" || c.PublicURL == "") {
		say("oidc", "give client_id, client_secret and claim, and public_url, to which people come back", "请填写 client_id、client_secret、claim,以及登录后返回的 public_url")
	}
	if s := c.Slack; s.BotToken != "" && (s.AppToken == "") == (len(s.SigningSecrets) == 0) {
		say("slack", "give app_token for Socket Mode or signing_secrets for HTTP, one of them; `orderly setup slack` explains both", "Socket Mode 请填写 app_token,HTTP 请填写 signing_secrets,二者选一;`orderly setup slack` 有说明")
	}
	if l := c.Lark; l.AppID != "" && (l.AppSecret == "" || (l.EncryptKey == "") != (l.VerificationToken == "")) {
		say("lark", "give app_secret; for the webhook also encrypt_key and verification_token, both of them", "请填写 app_secret;使用 Webhook 时须同时填写 encrypt_key 与 verification_token")
	}
	c.checkParts(say)
	for i, t := range c.Tokens {
		if t.Person == "" || !tokenSum.MatchString(t.Hash) {
			say("tokens", "token %d needs a person and a hash; `orderly token new` prints both", "第 %d 个令牌缺少 person 或 hash;可用 `orderly token new` 生成", i+1)
		}
	}
	if !slices.Contains(levels, c.Log.Level) {
		say("log.level", "%q is not one of %s", "%q 不在 %s 中", c.Log.Level, strings.Join(levels, ", "))
	}
	if !slices.Contains(formats, c.Log.Format) {
		say("log.format", "%q is not one of %s", "%q 不在 %s 中", c.Log.Format, strings.Join(formats, ", "))
	}
	return wrong
}

// checkParts looks at what is configured by name.
func (c Config) checkParts(say func(field, en, zh string, args ...any)) {
	c.checkClouds(say)
	for _, n := range slices.Sorted(maps.Keys(c.ServiceTemplates)) {
		if why := c.ServiceTemplates[n].Wrong(); !why.IsZero() {
			say("service_templates."+n, "%s", "%s", why)
		}
	}
}
