package config

import (
	"net"
	"net/mail"
	"strconv"
)

// mail checks where letters go, if they go anywhere.
func (c checker) mail(m Mail) {
	c.oneOf("mail.tls", "way to protect the connection", m.TLS, []string{"required", "none"})
	if m.Server == "" {
		if m.From != "" || m.User != "" || m.PasswordFile != "" {
			c.mistake("mail.server", "is missing; write it as in smtp.example.com:587")
		}
		return
	}
	host, port, err := net.SplitHostPort(m.Server)
	if n, notANumber := strconv.Atoi(port); err != nil || notANumber != nil || host == "" || n < 1 || n > 65535 {
		c.mistake("mail.server", "%q is not a server; write host and port, as in smtp.example.com:587", m.Server)
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		c.mistake("mail.from", "%q is not an address; write it as in Receivables <ar@example.com>", m.From)
	}
	if (m.User == "") != (m.PasswordFile == "") {
		c.mistake("mail.user", "goes with password_file, and neither alone")
	}
	if m.TLS == "none" && m.User != "" {
		c.mistake("mail.tls", "a password is never sent in the clear; leave the key out, or user and password_file")
	}
}
