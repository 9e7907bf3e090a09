package larktest

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// registration is an app that somebody wants to have made.
type registration struct {
	device string
	state  string // as an error code of OAuth; empty: it is made
	brand  string
}

// prefilled is what the page behind a registration's link has filled in already.
type prefilled struct {
	Preset    *bool                     `json:"preset"`
	Scopes    struct{ Tenant []string } `json:"scopes"`
	Callbacks struct{ Items []string }  `json:"callbacks"`
	Events    struct {
		Items struct{ Tenant []string } `json:"items"`
	} `json:"events"`
}

// serveRegistration is the device flow by which apps are made: https://accounts.feishu.cn/oauth/v1/app/registration.
func (s *Server) serveRegistration(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out object
	switch r.PostFormValue("action") {
	case "begin":
		s.registration = &registration{device: s.id("device"), state: "authorization_pending"}
		if s.agreeing != "" {
			s.registration.state, s.registration.brand = "", s.agreeing
		}
		link := s.http.URL + "/page/cli?user_code=" + s.registration.device
		out = object{"device_code": s.registration.device, "verification_uri_complete": link, "interval": 1, "expire_in": 600}
	case "poll":
		out = s.polled(r.PostFormValue("device_code"))
	default:
		out = object{"error": "invalid_request", "error_description": "the action is unknown"}
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(encode(out))
}

func (s *Server) polled(device string) object {
	g := s.registration
	switch {
	case g == nil || g.device != device:
		return object{"error": "invalid_grant", "error_description": "the device code is invalid"}
	case g.state != "":
		return object{"error": g.state, "error_description": g.state}
	}
	return object{"client_id": s.AppID, "client_secret": s.AppSecret, "user_info": object{"open_id": "ou_admin", "tenant_brand": g.brand}}
}

// Agree opens the link of a registration and makes the app as the page has it filled in: with its scopes and no others.
// It says what else was filled in. brand is feishu or lark.
func (s *Server) Agree(link, brand string) (events, callbacks []string) {
	s.t.Helper()
	page, err := url.Parse(link)
	if err != nil {
		s.t.Fatalf("the link %s: %v", link, err)
	}
	p, err := unpacked(page.Query().Get("addons"))
	if err != nil {
		s.t.Fatalf("what the link has filled in: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.registration == nil || page.Query().Get("user_code") != s.registration.device {
		s.t.Fatalf("the link %s belongs to no registration", link)
	}
	s.registration.state, s.registration.brand, s.scopes = "", brand, p.Scopes.Tenant
	return p.Events.Items.Tenant, p.Callbacks.Items
}

// Agrees lets somebody agree to every registration at once, with all scopes. brand is feishu or lark.
func (s *Server) Agrees(brand string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.agreeing = brand
}

// Decline lets the registration end with an error: access_denied, expired_token or another code of OAuth.
func (s *Server) Decline(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.registration.state = code
}

func unpacked(addons string) (prefilled, error) {
	var p prefilled
	z, err := gzip.NewReader(base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(addons)))
	if err != nil {
		return p, err
	}
	err = json.NewDecoder(z).Decode(&p)
	return p, err
}

// grantedScopes are the scopes that the tenant has agreed to.
func (s *Server) grantedScopes(*Call) (object, *refusal) {
	list := make([]object, len(s.scopes))
	for i, name := range s.scopes {
		list[i] = object{"scope_name": name, "grant_status": 1, "scope_type": "tenant"}
	}
	return object{"scopes": append(list, object{"scope_name": "calendar:calendar", "grant_status": 2, "scope_type": "tenant"})}, nil
}
