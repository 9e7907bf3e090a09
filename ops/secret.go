package ops

import (
	"slices"
	"strings"
	"unicode"
)

// Mask stands for a value that nobody shall read.
const Mask = "••••"

// The words by which a key says that its value is a secret: as a part of the key, or (those that also mean other things)
// as two parts next to each other.
var (
	secretWords = []string{"password", "passwd", "pwd", "passphrase", "secret", "secrets", "token", "credential", "credentials", "apikey", "accesskey", "secretkey", "privatekey", "authkey"}
	secretPairs = []string{"api key", "access key", "private key", "auth key", "encryption key", "signing key", "master key", "jwt key", "aes key", "hmac key", "license key", "access code"}
)

// SecretKey says whether a key looks like one whose value is a secret, such as db.password, redis_pwd or apiKey.
func SecretKey(key string) bool {
	words := wordsOf(key)
	for i, w := range words {
		if slices.Contains(secretWords, w) || slices.ContainsFunc(secretWords[:4], func(s string) bool { return strings.HasSuffix(w, s) }) {
			return true
		}
		if i > 0 && slices.Contains(secretPairs, words[i-1]+" "+w) {
			return true
		}
	}
	return false
}

// wordsOf takes a key apart at dots, dashes, underlines and capitals.
func wordsOf(key string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out, word = append(out, strings.ToLower(string(word))), nil
		}
	}
	before := ' '
	for _, r := range key {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			before = r
			continue
		case unicode.IsUpper(r) && unicode.IsLower(before):
			flush()
		}
		word, before = append(word, r), r
	}
	flush()
	return out
}

// Masked is the value of a key as people may see it.
func Masked(key, value string) string {
	if value != "" && SecretKey(key) {
		return Mask
	}
	return value
}
