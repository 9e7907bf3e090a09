package signin

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"orderly.example/ops"
)

// Path is where people sign in, below the public address; Surface is how the people file calls accounts at the provider.
const (
	Path    = "/signin"
	Surface = "oidc"
	cookie  = "orderly_signin"
)

// visit is one person's way through the sign-in, in a cookie.
type visit struct {
	Account  account `json:"a"`
	State    string  `json:"s"`
	Nonce    string  `json:"n"`
	Verifier string  `json:"p"` // of PKCE
}

// consent is what a person agrees to; it counts only together with the cookie of the visit in which it was asked.
type consent struct {
	Account account `json:"a"`
	Person  string  `json:"p"`
	State   string  `json:"s"`
}

// Handler serves the sign-in.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, d.begin)
	mux.HandleFunc("GET "+Path+"/callback", d.back)
	mux.HandleFunc("POST "+Path+"/link", d.link)
	return mux
}

// begin sends whoever opens a link to the provider.
func (d *Desk) begin(w http.ResponseWriter, r *http.Request) {
	var a account
	if err := d.invite.open(r.URL.Query().Get("t"), &a); err != nil {
		d.fail(w, r, err)
		return
	}
	p, err := d.connect(r.Context())
	if err != nil {
		d.fail(w, r, err)
		return
	}
	v := visit{Account: a, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	d.remember(w, d.visit.seal(v, visitTime), int(visitTime.Seconds()))
	http.Redirect(w, r, p.oauth.AuthCodeURL(v.State, oidc.Nonce(v.Nonce), oauth2.S256ChallengeOption(v.Verifier)), http.StatusFound)
}

// back is where the provider sends a person who has signed in: they are asked whether the account is theirs.
func (d *Desk) back(w http.ResponseWriter, r *http.Request) {
	v, err := d.visitOf(r)
	if err == nil && subtle.ConstantTimeCompare([]byte(v.State), []byte(r.URL.Query().Get("state"))) != 1 {
		err = refused(nil)
	}
	var u ops.User
	if err == nil {
		u, err = d.who(r.Context(), r.URL.Query().Get("code"), v)
	}
	if err != nil {
		d.fail(w, r, err)
		return
	}
	c := d.agree.seal(consent{Account: v.Account, Person: u.ID, State: v.State}, visitTime)
	show(w, http.StatusOK, langOf(u, r), page{Account: v.Account, Person: u, Consent: c})
}

// link gives the account to the person who has agreed.
func (d *Desk) link(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<14)
	v, err := d.visitOf(r)
	var c consent
	if err == nil {
		err = d.agree.open(r.PostFormValue("consent"), &c)
	}
	if err == nil && (c.State != v.State || c.Account != v.Account) {
		err = refused(nil)
	}
	var u ops.User
	if err == nil {
		u, err = d.Identities.Find(c.Person)
	}
	l := ops.AccountLink{Surface: c.Account.Surface, Account: c.Account.Account, Person: u.ID}
	if err == nil {
		err = d.Book.Link(r.Context(), l)
	}
	if err != nil {
		d.fail(w, r, err)
		return
	}
	d.remember(w, "", -1)
	d.Identities.Learn([]ops.AccountLink{l})
	d.Logger.InfoContext(r.Context(), "an account was linked", "surface", l.Surface, "account", l.Account, "person", l.Person)
	if d.Linked != nil {
		d.Linked(l)
	}
	show(w, http.StatusOK, langOf(u, r), page{Account: v.Account, Person: u})
}

// remember sets the cookie. Lax, because the provider's redirect has to bring it back.
func (d *Desk) remember(w http.ResponseWriter, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookie, Value: value, Path: Path, MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(d.PublicURL, "https://"),
	})
}

func (d *Desk) visitOf(r *http.Request) (visit, error) {
	var v visit
	c, err := r.Cookie(cookie)
	if err != nil {
		return v, ops.Errorf(ops.Denied, "your browser did not keep the cookie of this sign-in; open the link again", "浏览器未保留本次登录的 Cookie;请重新打开链接").Because(err)
	}
	return v, d.visit.open(c.Value, &v)
}
