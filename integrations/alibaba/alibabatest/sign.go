package alibabatest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// signed are the headers that have to be under the signature.
var signed = []string{"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"}

// versions are the APIs that there are.
var versions = []string{"2022-02-22", "2014-05-26"}

// unsigned says why a request is not to be trusted: ACS3-HMAC-SHA256 over the method, the query, the headers and the sum of
// the body, which is empty; no nonce twice.
func (s *Server) unsigned(r *http.Request) string {
	credential, rest, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "ACS3-HMAC-SHA256 Credential="), ",SignedHeaders=")
	names, signature, _ := strings.Cut(rest, ",Signature=")
	headers := strings.Split(names, ";")
	at, err := time.Parse(time.RFC3339, r.Header.Get("X-Acs-Date"))
	nonce := r.Header.Get("X-Acs-Signature-Nonce")
	switch {
	case credential != Key:
		return "InvalidAccessKeyId.NotFound"
	case err != nil || time.Since(at).Abs() > 15*time.Minute:
		return "InvalidTimeStamp.Expired"
	case nonce == "" || s.nonces[nonce]:
		return "SignatureNonceUsed"
	case !slices.Contains(versions, r.Header.Get("X-Acs-Version")):
		return "InvalidVersion"
	}
	for _, h := range signed {
		if !slices.Contains(headers, h) {
			return "IncompleteSignature"
		}
	}
	s.nonces[nonce] = true
	empty := sum("")
	lines := []string{r.Method, "/", canonical(r.URL.Query())}
	for _, h := range headers {
		value := r.Header.Get(h)
		if h == "host" {
			value = r.Host
		}
		lines = append(lines, h+":"+value)
	}
	lines = append(lines, "", names, empty)
	m := hmac.New(sha256.New, []byte(Secret))
	m.Write([]byte("ACS3-HMAC-SHA256\n" + sum(strings.Join(lines, "\n"))))
	if r.Header.Get("X-Acs-Content-Sha256") != empty || !hmac.Equal([]byte(signature), []byte(hex.EncodeToString(m.Sum(nil)))) {
		return "SignatureDoesNotMatch"
	}
	return ""
}

// canonical is the query, sorted, with %20 for a space.
func canonical(q url.Values) string { return strings.ReplaceAll(q.Encode(), "+", "%20") }

func sum(text string) string {
	b := sha256.Sum256([]byte(text))
	return hex.EncodeToString(b[:])
}
