package registry

import (
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"

	"orderly.example/ops"
)

// defaultTimeout bounds one question when Config says nothing; it may take several requests.
const defaultTimeout = 15 * time.Second

// Config says how registries are asked.
type Config struct {
	Credentials map[string]Credential `yaml:"credentials"` // by host, such as registry.example or 10.0.0.5:5000; all others are asked without
	Insecure    []string              `yaml:"insecure"`    // hosts that may be asked over plain http
	Timeout     time.Duration         `yaml:"timeout"`     // of one question; 0: 15 seconds
}

// Credential is how to sign in to a registry: a user with a password, or a token.
type Credential struct {
	User     string `yaml:"user"`
	Password string `yaml:"password"`
	Token    string `yaml:"token"` // sent as it is, as a bearer token
}

// host is a host in the form that references have it: docker.io has another name there.
func host(field, s string) (string, error) {
	r, err := name.NewRegistry(s)
	if err != nil || s == "" {
		return "", ops.Errorf(ops.Invalid, "%q is no host of a registry; write it like registry.example or 10.0.0.5:5000, without https://", "%q 不是有效的镜像仓库主机;应形如 registry.example 或 10.0.0.5:5000,不带 https://", s).Because(err).At(field)
	}
	return r.RegistryStr(), nil
}

// credentials are the credentials by host.
func (c Config) credentials() (map[string]authn.Authenticator, error) {
	out := map[string]authn.Authenticator{}
	for s, k := range c.Credentials {
		h, err := host("credentials", s)
		if err != nil {
			return nil, err
		}
		if (k.Token == "") == (k.User == "" || k.Password == "") || (k.Token != "" && k.User+k.Password != "") {
			return nil, ops.Errorf(ops.Invalid, "the credentials of %s are not complete; give a user with a password, or else a token", "%s 的凭据不完整;请填写 user 和 password,或只填写 token", s).At("credentials")
		}
		out[h] = authn.FromConfig(authn.AuthConfig{Username: k.User, Password: k.Password, RegistryToken: k.Token})
	}
	return out, nil
}

// insecure are the hosts that may be asked over plain http.
func (c Config) insecure() (map[string]bool, error) {
	out := map[string]bool{}
	for _, s := range c.Insecure {
		h, err := host("insecure", s)
		if err != nil {
			return nil, err
		}
		out[h] = true
	}
	return out, nil
}

// transportFor is what all requests go through.
func transportFor(insecure map[string]bool) http.RoundTripper {
	return &guarded{next: http.DefaultTransport.(*http.Transport).Clone(), insecure: insecure}
}
