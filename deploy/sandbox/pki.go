package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"time"
)

// writePKI writes the keys that the components know each other by, once per
// state directory: tls.crt and tls.key, sa.key for service account tokens, and
// tokens.csv with the administrator's bearer token.
//
// Why one certificate is authority, server and client at once: everything that
// shows or checks it lives in this process, so a chain would protect nobody.
func (s *state) writePKI() error {
	if _, err := os.Stat(s.path("tokens.csv")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	key, keyPEM, err := newKey()
	if err != nil {
		return err
	}
	_, saPEM, err := newKey()
	if err != nil {
		return err
	}
	crt, err := selfSigned(key)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{
		{"tls.key", keyPEM},
		{"tls.crt", crt},
		{"sa.key", saPEM},
		{"tokens.csv", []byte(rand.Text() + `,admin,admin,"system:masters"` + "\n")}, // last: it says that all are there
	} {
		if err := os.WriteFile(s.path(f.name), f.data, 0o600); err != nil {
			return fmt.Errorf("writing keys: %w", err)
		}
	}
	return nil
}

// token is the administrator's bearer token.
func (s *state) token() (string, error) {
	b, err := os.ReadFile(s.path("tokens.csv"))
	if err != nil {
		return "", fmt.Errorf("reading the administrator's token: %w", err)
	}
	t, _, ok := bytes.Cut(b, []byte(","))
	if !ok {
		return "", fmt.Errorf("%s has no token: remove the state directory and start again", s.path("tokens.csv"))
	}
	return string(t), nil
}

// newKey makes a private key, also in the form of a PEM file.
func newKey() (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making a key: %w", err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("encoding a key: %w", err)
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), nil
}

// selfSigned makes the certificate for localhost, in the form of a PEM file.
func selfSigned(key *ecdsa.PrivateKey) ([]byte, error) {
	now := time.Now()
	t := &x509.Certificate{
		SerialNumber:          big.NewInt(now.UnixNano()),
		Subject:               pkix.Name{CommonName: "sandbox"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.AddDate(10, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		DNSNames:              []string{"localhost", "kubernetes.default.svc"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("making the certificate: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
