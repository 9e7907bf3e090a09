package web

import (
	"context"
	"net/netip"
	"syscall"

	"orderly.example/ops"
)

// metadata are addresses beside the link-local ones at which clouds hand out credentials.
var metadata = []netip.Addr{
	netip.MustParseAddr("fd00:ec2::254"),   // Amazon
	netip.MustParseAddr("fd20:ce::254"),    // Google
	netip.MustParseAddr("100.100.100.200"), // Alibaba
	netip.MustParseAddr("168.63.129.16"),   // Azure
	netip.MustParseAddr("192.0.0.192"),     // Oracle
}

// Networks whose addresses hold an IPv4 address that is reached through them.
var (
	translated = netip.MustParsePrefix("64:ff9b::/96") // in the last four bytes
	sixToFour  = netip.MustParsePrefix("2002::/16")    // after the first two bytes
	compatible = netip.MustParsePrefix("::/96")        // in the last four bytes
)

// guard decides which addresses are connected.
type guard struct {
	networks []netip.Prefix // the only ones; empty: all but this machine
}

func newGuard(networks []string) (*guard, error) {
	g := &guard{}
	for _, s := range networks {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, ops.Errorf(ops.Invalid, "%q is no network; write it like 10.0.0.0/8", "%q 不是有效的网段;应形如 10.0.0.0/8", s).Because(err).At("networks")
		}
		g.networks = append(g.networks, p.Masked())
	}
	return g, nil
}

// control is asked before every connection, with the address that the name was resolved to.
func (g *guard) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return ops.Errorf(ops.Denied, "%s is not probed: it is no address of a machine", "拒绝探测 %s:不是主机地址", address).Because(err)
	}
	return g.judge(a.Addr())
}

// judge refuses an address, or gives nil.
func (g *guard) judge(a netip.Addr) error {
	a = plain(a)
	switch {
	case forbidden(a):
		return ops.Errorf(ops.Denied, "%s is not probed, whatever is configured: it is an address of the link itself or of cloud metadata; probe the address of a service",
			"无论如何配置,都拒绝探测 %s:它是链路本地或云元数据地址;请探测服务自身的地址", a)
	case g.named(a):
		return nil
	case len(g.networks) > 0:
		return ops.Errorf(ops.Denied, "%s is not probed: it is outside the configured networks; add its network there if it should be", "拒绝探测 %s:不在已配置的网段内;如确需探测,请将其网段加入 networks", a)
	case a.IsLoopback():
		return ops.Errorf(ops.Denied, "%s is not probed: it is this machine itself; add 127.0.0.0/8 or ::1/128, and all others that are probed, to the configured networks if it should be",
			"拒绝探测 %s:它是本机地址;如确需探测,请将 127.0.0.0/8 或 ::1/128 以及其他所需网段加入 networks", a)
	}
	return nil
}

// forbidden are the addresses that are never asked. Connecting to the unspecified one would reach this machine.
func forbidden(a netip.Addr) bool {
	for _, m := range metadata {
		if a == m {
			return true
		}
	}
	return !a.IsValid() || a.IsUnspecified() || a.IsLinkLocalUnicast() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

func (g *guard) named(a netip.Addr) bool {
	for _, p := range g.networks {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// plain takes an IPv4 address out of the forms in which IPv6 carries it, and drops the zone.
func plain(a netip.Addr) netip.Addr {
	a = a.WithZone("").Unmap()
	b := a.As16()
	switch {
	case a.Is4(), a.IsLoopback(), a.IsUnspecified():
		return a
	case translated.Contains(a), compatible.Contains(a):
		return netip.AddrFrom4([4]byte(b[12:16]))
	case sixToFour.Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return a
}
