package api

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"time"

	"orderly.example/ops"
)

const (
	tokenPrefix = "ord_"
	hashPrefix  = "sha256:"
	tokenBytes  = 32
)

var hashLook = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// Token is a person's key to the API, as the configuration keeps it: not the key itself, only its hash.
type Token struct {
	Person  string
	Hash    string    // sha256: and 64 hexadecimal digits
	Expires time.Time // zero: never
}

// NewToken makes a random token and the hash of it that goes into the configuration.
func NewToken() (token, hash string) {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // never fails, says crypto/rand
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(b)
	return token, HashToken(token)
}

// HashToken is what the configuration keeps of a token. The token is random and long, so a plain hash is enough.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hashPrefix + hex.EncodeToString(sum[:])
}

// Tokens knows whose token is whose.
type Tokens struct{ known []Token }

// NewTokens checks the hashes.
func NewTokens(known []Token) (*Tokens, error) {
	for i, t := range known {
		if !hashLook.MatchString(t.Hash) {
			return nil, ops.Errorf(ops.Invalid, "token %d (of %s): the hash must be sha256: and 64 hexadecimal digits; `orderly token new` prints such a line",
				"第 %d 个令牌(%s):hash 应为 sha256: 加 64 位十六进制;可用 `orderly token new` 生成", i+1, t.Person)
		}
	}
	return &Tokens{known: known}, nil
}

// person finds whose token it is. It compares with all of them, so that the time it takes says nothing.
func (k *Tokens) person(token string, now time.Time) (string, error) {
	hash := []byte(HashToken(token))
	var found *Token
	for i := range k.known {
		if subtle.ConstantTimeCompare(hash, []byte(k.known[i].Hash)) == 1 {
			found = &k.known[i]
		}
	}
	switch {
	case found == nil:
		return "", ops.Errorf(ops.Denied, "the token is not known here; ask an operator for a new one (`orderly token new`)", "令牌无效;请联系运维签发新令牌(`orderly token new`)")
	case !found.Expires.IsZero() && !now.Before(found.Expires):
		return "", ops.Errorf(ops.Denied, "the token of %s expired on %s; ask an operator for a new one (`orderly token new`)",
			"%s 的令牌已于 %s 过期;请联系运维签发新令牌(`orderly token new`)", found.Person, found.Expires.Format(time.DateOnly))
	}
	return found.Person, nil
}
