package web

import (
	"net/netip"
	"strings"
	"testing"

	"orderly.example/ops"
)

func TestGuard(t *testing.T) {
	open, err := newGuard(nil)
	if err != nil {
		t.Fatal(err)
	}
	// Naming a forbidden network does not open it.
	named, err := newGuard([]string{"10.1.2.3/8", "127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/10", "100.64.0.0/10", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]struct{ open, named string }{ // what is said; empty: connected
		"10.20.30.40":            {"", ""},
		"192.168.1.1":            {"", "outside the configured networks"},
		"203.0.113.9":            {"", "outside the configured networks"},
		"2001:db8::1":            {"", "outside the configured networks"},
		"fd12::1":                {"", ""},
		"100.100.100.201":        {"", ""},
		"127.0.0.1":              {"this machine itself", ""},
		"127.9.9.9":              {"this machine itself", ""},
		"::1":                    {"this machine itself", ""},
		"::ffff:127.0.0.1":       {"this machine itself", ""},
		"169.254.169.254":        {"whatever is configured", "whatever is configured"},
		"169.254.0.0":            {"whatever is configured", "whatever is configured"},
		"169.254.255.255":        {"whatever is configured", "whatever is configured"},
		"169.253.255.255":        {"", "outside the configured networks"},
		"169.255.0.0":            {"", "outside the configured networks"},
		"::ffff:169.254.169.254": {"whatever is configured", "whatever is configured"},
		"::169.254.169.254":      {"whatever is configured", "whatever is configured"},
		"64:ff9b::a9fe:a9fe":     {"whatever is configured", "whatever is configured"},
		"2002:a9fe:a9fe::1":      {"whatever is configured", "whatever is configured"},
		"fe80::1":                {"whatever is configured", "whatever is configured"},
		"fe80::1%eth0":           {"whatever is configured", "whatever is configured"},
		"febf:ffff::1":           {"whatever is configured", "whatever is configured"},
		"fec0::1":                {"", "outside the configured networks"},
		"fd00:ec2::254":          {"whatever is configured", "whatever is configured"},
		"100.100.100.200":        {"whatever is configured", "whatever is configured"},
		"168.63.129.16":          {"whatever is configured", "whatever is configured"},
		"0.0.0.0":                {"whatever is configured", "whatever is configured"},
		"::":                     {"whatever is configured", "whatever is configured"},
		"224.0.0.1":              {"whatever is configured", "whatever is configured"},
		"ff02::1":                {"whatever is configured", "whatever is configured"},
		"255.255.255.255":        {"whatever is configured", "whatever is configured"},
	} {
		a := netip.MustParseAddr(address)
		for says, err := range map[string]error{"open " + want.open: open.judge(a), "named " + want.named: named.judge(a)} {
			which, says, _ := strings.Cut(says, " ")
			text := ops.TextOf(err)
			if (says == "") != (err == nil) || (says != "" && (ops.CodeOf(err) != ops.Denied || !strings.Contains(text.En, says) || text.Zh == "")) {
				t.Errorf("%s, %s: got %v, want %q", which, address, err, says)
			}
		}
	}
	if err := open.control(t.Context(), "tcp4", "somewhere:80", nil); ops.CodeOf(err) != ops.Denied {
		t.Errorf("what is no address: %v", err)
	}
}

func TestNetworks(t *testing.T) {
	_, err := New(Config{Networks: []string{"10.0.0.0/8", "10.0.0.0"}})
	if ops.CodeOf(err) != ops.Invalid || !strings.HasPrefix(err.Error(), `networks: "10.0.0.0" is no network`) || ops.TextOf(err).Zh == "" {
		t.Errorf("got %v", err)
	}
	if _, err := New(Config{Timeout: -1}); ops.CodeOf(err) != ops.Invalid {
		t.Errorf("a negative timeout: %v", err)
	}
}

// FuzzGuard: no form of a link-local IPv4 address is connected, whichever way it is put into an IPv6 address.
func FuzzGuard(f *testing.F) {
	f.Add([]byte{169, 254, 169, 254}, []byte{0x64})
	f.Fuzz(func(t *testing.T, v4, prefix []byte) {
		if len(v4) < 4 {
			return
		}
		var mapped, nat, six [16]byte
		inner := [4]byte{169, 254, v4[2], v4[3]}
		mapped[10], mapped[11] = 0xff, 0xff
		copy(mapped[12:], inner[:])
		copy(nat[:], []byte{0, 0x64, 0xff, 0x9b})
		copy(nat[12:], inner[:])
		copy(six[6:], prefix)
		six[0], six[1] = 0x20, 0x02
		copy(six[2:], inner[:])
		for _, a := range []netip.Addr{netip.AddrFrom4(inner), netip.AddrFrom16(mapped), netip.AddrFrom16(nat), netip.AddrFrom16(six)} {
			if (&guard{networks: []netip.Prefix{netip.MustParsePrefix("::/0"), netip.MustParsePrefix("0.0.0.0/0")}}).judge(a) == nil {
				t.Errorf("%s is connected", a)
			}
		}
	})
}
