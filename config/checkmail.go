package config

import (
	"maps"
	"net"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mail checks where letters go, if they go anywhere.
func (c checker) mail(m Mail) {
	c.oneOf("mail.tls", "way to protect the connection", m.TLS, []string{"required", "none"})
	c.lists(m)
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
	if _, err := mail.ParseAddress(strings.ReplaceAll(m.ReplyTo, "{case}", "D-1")); err != nil && m.ReplyTo != "" {
		c.mistake("mail.reply_to", "%q is not an address; write it as in disputes+{case}@example.com, or without {case} where the server knows no such addresses", m.ReplyTo)
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

// lists checks when collectors get their worklists, and where.
func (c checker) lists(m Mail) {
	if at, err := time.Parse("15:04", m.Worklists.At); m.Worklists.At != "" && (err != nil || at.Format("15:04") != m.Worklists.At) {
		c.mistake("mail.worklists.at", "%q is no time of day; write it as in 06:30", m.Worklists.At)
	} else if m.Worklists.At != "" && m.Server == "" {
		c.mistake("mail.worklists.at", "needs mail.server, which hands the letters over")
	}
	for _, collector := range slices.Sorted(maps.Keys(m.Worklists.To)) {
		if _, err := mail.ParseAddress(m.Worklists.To[collector]); err != nil {
			c.mistake("mail.worklists.to."+collector, "%q is not an address; write it as in Ana <ana@example.com>", m.Worklists.To[collector])
		}
	}
}
