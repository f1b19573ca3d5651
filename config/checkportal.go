package config

import (
	"net"
	"net/url"
)

// portal checks where customers come in, if they do. What they are shown never travels in the clear but on this machine.
func (c checker) portal(p Portal) {
	if p == (Portal{}) {
		return
	}
	if host, port, err := net.SplitHostPort(p.Listen); err != nil || port == "" || host == "" {
		c.mistake("portal.listen", "%q is not an address; write host and port, as in 127.0.0.1:8081", p.Listen)
	}
	u, err := url.Parse(p.Address)
	switch {
	case err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http":
		c.mistake("portal.address", "%q is not where customers reach the portal; write it as in https://portal.example.com", p.Address)
	case u.Scheme == "http" && !onThisMachine(u.Hostname()):
		c.mistake("portal.address", "what customers see does not travel in the clear; begin it with https, and let a proxy do TLS before portal.listen")
	}
}

func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
