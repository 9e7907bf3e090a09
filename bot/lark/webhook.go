package lark

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"orderly.example/ops"
)

const (
	maxBody = 1 << 20
	maxSkew = 5 * time.Minute // between Lark's clock and ours
)

// plainEvent is what of a decrypted body is read before it is believed.
type plainEvent struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	Token     string `json:"token"`
	Header    struct {
		Token string `json:"token"`
	} `json:"header"`
}

// ServeHTTP takes in events over the webhook. The SDK's own handler believes what nobody has signed when there is no
// encrypt key, and takes what was signed long ago; here a key is needed, and five minutes are the limit.
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
	c := d.Client.config
	raw, err := c.open(body)
	var e plainEvent
	if err != nil || json.Unmarshal(raw, &e) != nil {
		http.Error(w, "the body is not encrypted with the key of this app", http.StatusUnauthorized)
		return
	}
	challenge := e.Type == "url_verification"
	if !challenge && !c.signed(r.Header, body) || !c.knows(e) {
		http.Error(w, "the signature or the token is missing, wrong or too old", http.StatusUnauthorized)
		return
	}
	if challenge {
		writeJSON(w, map[string]string{"challenge": e.Challenge})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), takeTime)
	defer cancel()
	s, err := d.take(ctx, raw)
	if d.logged(ctx, err) != nil {
		http.Error(w, "not taken; deliver it again", http.StatusServiceUnavailable)
		return
	}
	writeJSON(w, s)
}

func writeJSON(w http.ResponseWriter, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "the answer cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(raw)
}

// signed says whether a body is signed with the encrypt key, and lately.
func (c Config) signed(h http.Header, body []byte) bool {
	stamp := h.Get("X-Lark-Request-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || c.Clock().Sub(time.Unix(seconds, 0)).Abs() > maxSkew {
		return false
	}
	sum := sha256.New()
	sum.Write([]byte(stamp + h.Get("X-Lark-Request-Nonce") + c.EncryptKey))
	sum.Write(body)
	return subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum.Sum(nil))), []byte(h.Get("X-Lark-Signature"))) == 1
}

// knows says whether an event carries the verification token of the app.
func (c Config) knows(e plainEvent) bool {
	token := e.Header.Token
	if e.Type == "url_verification" {
		token = e.Token
	}
	return c.VerificationToken != "" && subtle.ConstantTimeCompare([]byte(token), []byte(c.VerificationToken)) == 1
}

// open decrypts a body: AES-256-CBC with the SHA-256 of the key, the first block is the initial vector, PKCS #7 padding.
func (c Config) open(body []byte) ([]byte, error) {
	var sealed struct {
		Encrypt string `json:"encrypt"`
	}
	if c.EncryptKey == "" || json.Unmarshal(body, &sealed) != nil || sealed.Encrypt == "" {
		return nil, errSealed()
	}
	raw, err := base64.StdEncoding.DecodeString(sealed.Encrypt)
	if err != nil || len(raw) < 2*aes.BlockSize || len(raw)%aes.BlockSize != 0 {
		return nil, errSealed()
	}
	key := sha256.Sum256([]byte(c.EncryptKey))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, errSealed()
	}
	plain := raw[aes.BlockSize:]
	cipher.NewCBCDecrypter(block, raw[:aes.BlockSize]).CryptBlocks(plain, plain)
	pad := int(plain[len(plain)-1])
	if pad == 0 || pad > aes.BlockSize {
		return nil, errSealed()
	}
	for _, b := range plain[len(plain)-pad:] {
		if int(b) != pad {
			return nil, errSealed()
		}
	}
	return plain[:len(plain)-pad], nil
}

func errSealed() error {
	return ops.Errorf(ops.Denied, "the event is not encrypted with the key of this app", "事件未使用本应用的密钥加密")
}
