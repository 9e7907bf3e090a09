package tencenttest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// services are the APIs by version.
var services = map[string]string{"2018-04-19": "as", "2017-03-12": "cvm"}

// unsigned says why a request is not to be trusted: TC3-HMAC-SHA256 over the content type, the host and the body, with a key
// that is made of the day and the service.
func unsigned(r *http.Request, body []byte) string {
	stamp := r.Header.Get("X-TC-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	service := services[r.Header.Get("X-TC-Version")]
	at := time.Unix(seconds, 0).UTC()
	switch {
	case err != nil || time.Since(at).Abs() > 5*time.Minute:
		return "the time is wrong"
	case service == "":
		return "no such version"
	case r.Header.Get("X-TC-Region") != Region:
		return "another region"
	}
	scope := at.Format(time.DateOnly) + "/" + service + "/tc3_request"
	canonical := strings.Join([]string{
		r.Method, "/", "", "content-type:" + r.Header.Get("Content-Type"), "host:" + r.Host, "", "content-type;host", sum(body),
	}, "\n")
	key := mac([]byte("TC3"+Secret), at.Format(time.DateOnly))
	key = mac(mac(key, service), "tc3_request")
	signature := hex.EncodeToString(mac(key, strings.Join([]string{"TC3-HMAC-SHA256", stamp, scope, sum([]byte(canonical))}, "\n")))
	want := fmt.Sprintf("TC3-HMAC-SHA256 Credential=%s/%s, SignedHeaders=content-type;host, Signature=%s", Key, scope, signature)
	if !hmac.Equal([]byte(r.Header.Get("Authorization")), []byte(want)) {
		return "the signature is another"
	}
	return ""
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}
