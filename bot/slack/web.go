package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	maxBody = 1 << 20
	maxSkew = 5 * time.Minute // between Slack's clock and ours
)

// ServeHTTP takes in deliveries over HTTP: events, commands and interactions at one address. Without signing secrets
// nothing is taken.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "only POST is answered here", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "the body is too large or broken", http.StatusRequestEntityTooLarge)
		return
	}
	if !d.Client.signed(r.Header, body) {
		http.Error(w, "the signature is missing, wrong or too old", http.StatusUnauthorized)
		return
	}
	kind, payload, ok := sorted(r.Header.Get("Content-Type"), body)
	if !ok {
		http.Error(w, "this is no delivery of Slack", http.StatusBadRequest)
		return
	}
	if challenge, asked := challenged(kind, payload); asked {
		answer(w, map[string]string{"challenge": challenge})
		return
	}
	said, err := d.take(r.Context(), kind, payload, r.Header.Get("X-Slack-Retry-Num") != "")
	if err != nil {
		d.Logger.WarnContext(r.Context(), "a delivery is not taken", "surface", Surface, "error", err)
		http.Error(w, "not taken; deliver it again", http.StatusServiceUnavailable)
		return
	}
	answer(w, said)
}

// signed says whether a body is signed with one of the secrets, and lately.
func (c *Client) signed(h http.Header, body []byte) bool {
	stamp := h.Get("X-Slack-Request-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || c.config.Clock().Sub(time.Unix(seconds, 0)).Abs() > maxSkew {
		return false
	}
	got := []byte(h.Get("X-Slack-Signature"))
	good := false
	for _, secret := range c.config.SigningSecrets {
		if secret == "" {
			continue
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte("v0:" + stamp + ":"))
		mac.Write(body)
		want := []byte("v0=" + hex.EncodeToString(mac.Sum(nil)))
		good = hmac.Equal(got, want) || good
	}
	return good
}

// sorted says of which kind a body is, and what it holds as JSON.
func sorted(contentType string, body []byte) (kind string, payload []byte, ok bool) {
	media, _, _ := mime.ParseMediaType(contentType)
	if media == "application/json" {
		return kindEvent, body, true
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return "", nil, false
	}
	if p := form.Get("payload"); p != "" {
		return kindInteraction, []byte(p), true
	}
	fields := map[string]string{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	payload, err = json.Marshal(fields)
	return kindCommand, payload, err == nil && form.Has("command")
}

// challenged is the proof that the address is ours, which Slack asks for when it is set up.
func challenged(kind string, payload []byte) (string, bool) {
	var p struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	asked := kind == kindEvent && json.Unmarshal(payload, &p) == nil && p.Type == "url_verification"
	return p.Challenge, asked
}

func answer(w http.ResponseWriter, payload any) {
	raw := encoded(payload)
	if raw == nil {
		w.WriteHeader(http.StatusOK)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw)
}
