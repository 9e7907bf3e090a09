package larktest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"time"
)

// sealed is a payload as it goes over HTTP: encrypted when there is a key.
func (s *Server) sealed(payload []byte) []byte {
	if s.EncryptKey == "" {
		return payload
	}
	return encode(object{"encrypt": Encrypt(s.EncryptKey, payload)})
}

// Encrypt encrypts a payload with an Encrypt Key: AES-256-CBC, the key hashed with SHA-256, the initialization vector in
// front, all in base64.
func Encrypt(key string, payload []byte) string {
	hash := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(hash[:])
	if err != nil {
		panic(err) // a hash has the right length
	}
	pad := aes.BlockSize - len(payload)%aes.BlockSize
	padded := append(append([]byte{}, payload...), bytes.Repeat([]byte{byte(pad)}, pad)...)
	out := make([]byte, aes.BlockSize+len(padded))
	_, _ = rand.Read(out[:aes.BlockSize]) // it never fails
	cipher.NewCBCEncrypter(block, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], padded)
	return base64.StdEncoding.EncodeToString(out)
}

// signed are the headers that sign a body as of a time; none when there is no key.
func (s *Server) signed(at time.Time, body []byte) map[string]string {
	if s.EncryptKey == "" {
		return nil
	}
	s.mu.Lock()
	nonce := s.id("nonce")
	s.mu.Unlock()
	seconds := strconv.FormatInt(at.Unix(), 10)
	sum := sha256.Sum256([]byte(seconds + nonce + s.EncryptKey + string(body)))
	return map[string]string{"X-Lark-Request-Timestamp": seconds, "X-Lark-Request-Nonce": nonce, "X-Lark-Signature": hex.EncodeToString(sum[:])}
}
