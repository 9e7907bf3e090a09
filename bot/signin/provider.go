package signin

import (
	"context"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"orderly.example/ops"
)

// provider is the OpenID provider, once it was reached.
type provider struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
}

// connect reaches the provider, the first time.
func (d *Desk) connect(ctx context.Context) (*provider, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.provider != nil {
		return d.provider, nil
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, d.HTTPClient), d.Issuer)
	if err != nil {
		return nil, ops.Errorf(ops.Unavailable, "the sign-in at %s does not answer; try again in a moment", "登录服务 %s 无响应,请稍后重试", d.Issuer).Because(err)
	}
	d.provider = &provider{
		oauth: oauth2.Config{
			ClientID: d.ClientID, ClientSecret: d.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: d.PublicURL + Path + "/callback",
			Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
		},
		// The keys are fetched again when they change, beyond the life of this request.
		verifier: p.VerifierContext(oidc.ClientContext(context.Background(), d.HTTPClient), &oidc.Config{ClientID: d.ClientID, Now: d.Clock}),
	}
	return d.provider, nil
}

// Check says whether the provider answers.
func (d *Desk) Check(ctx context.Context) error {
	_, err := d.connect(ctx)
	return err
}

// who is the person whom the provider vouches for.
func (d *Desk) who(ctx context.Context, code string, v visit) (ops.User, error) {
	p, err := d.connect(ctx)
	if err != nil {
		return ops.User{}, err
	}
	ctx = oidc.ClientContext(ctx, d.HTTPClient)
	token, err := p.oauth.Exchange(ctx, code, oauth2.VerifierOption(v.Verifier))
	if err != nil {
		return ops.User{}, refused(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.verifier.Verify(ctx, raw)
	if err != nil || id.Nonce != v.Nonce {
		return ops.User{}, refused(err)
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return ops.User{}, refused(err)
	}
	return d.person(claims)
}

func refused(err error) error {
	return ops.Errorf(ops.Denied, "the sign-in did not succeed; open the link again", "登录未成功;请重新打开链接").Because(err)
}

// person is who the claims mean. An address counts only when the provider has verified it.
func (d *Desk) person(claims map[string]any) (ops.User, error) {
	value, _ := claims[d.Claim].(string)
	if d.Claim == "email" {
		if verified, _ := claims["email_verified"].(bool); verified {
			if u, ok := d.Identities.ByEmail(value); ok {
				return u, nil
			}
		}
	} else if u, ok := d.Identities.ByAccount(Surface, value); ok {
		return u, nil
	}
	return ops.User{}, ops.Errorf(ops.Denied, "you are signed in as %q, and nobody in the people file is; ask an operator to add you", "您以 %q 登录,但人员文件中没有对应人员;请联系运维添加", value)
}
