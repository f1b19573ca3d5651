package webhook

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// closed are networks that no public address belongs to, beside those that net/netip knows.
var closed = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), // the last and those of NAT64 hold IPv4 addresses, which may be any
}

// mayCall says whether an address is public, or of a network that is named.
func (s *Sender) mayCall(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range s.Networks {
		if p.Contains(a) {
			return true
		}
	}
	for _, p := range closed {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsGlobalUnicast() && !a.IsPrivate()
}

// dialer looks at the address that is about to be connected to, after every name was looked up: a name that changes its mind between two
// questions changes nothing.
func (s *Sender) dialer() *net.Dialer {
	return &net.Dialer{Timeout: deadline, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if !s.mayCall(at.Addr()) {
			return fmt.Errorf("%s %w: it is of a private network that webhooks.networks does not name", at.Addr(), errNotAllowed)
		}
		return nil
	}}
}
