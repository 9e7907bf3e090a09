package signin

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"orderly.example/ops"
)

// sealer signs what people carry around for us, so that nobody can change it. It can be read.
type sealer struct {
	key   []byte
	clock func() time.Time
}

// newSealer derives the key of one purpose from a secret.
func newSealer(secret, purpose string, clock func() time.Time) (sealer, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "orderly sign-in "+purpose, sha256.Size)
	return sealer{key: key, clock: clock}, err
}

// sealed is what is signed: a value and how long it counts.
type sealed struct {
	Until int64           `json:"u"` // Unix seconds
	Value json.RawMessage `json:"v"`
}

func (s sealer) seal(v any, lasts time.Duration) string {
	value, _ := json.Marshal(v) // of texts only
	body, _ := json.Marshal(sealed{Until: s.clock().Add(lasts).Unix(), Value: value})
	text := base64.RawURLEncoding.EncodeToString(body)
	return text + "." + s.signature(text)
}

// open reads what was sealed, unless it was changed or is too old.
func (s sealer) open(text string, v any) error {
	body, signature, _ := strings.Cut(text, ".")
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil || !hmac.Equal([]byte(signature), []byte(s.signature(body))) {
		return ops.Errorf(ops.Denied, "the link is not whole; ask the bot for a new one", "链接不完整;请向机器人重新索取")
	}
	var x sealed
	if err := json.Unmarshal(raw, &x); err != nil || s.clock().Unix() > x.Until {
		return ops.Errorf(ops.Denied, "the link is too old; ask the bot for a new one", "链接已过期;请向机器人重新索取")
	}
	return json.Unmarshal(x.Value, v)
}

func (s sealer) signature(text string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
