package config

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// mailboxes checks where customers write to.
func (c checker) mailboxes(boxes []Mailbox) {
	first := map[string]int{}
	for i, m := range boxes {
		at := fmt.Sprintf("mailboxes[%d]", i)
		c.mailbox(at, m)
		name := strings.ToLower(m.Name)
		if line, ok := first[name]; ok && name != "" {
			c.mistake(at+".name", "%q is already the mail box on line %d", m.Name, line)
		}
		first[name] = m.Line
	}
}

func (c checker) mailbox(at string, m Mailbox) {
	if !sourceShape.MatchString(m.Name) {
		c.mistake(at+".name", "%q is no name; write letters, digits, - and _ only", m.Name)
	}
	switch {
	case (m.Maildir == "") == (m.Server == ""):
		c.mistake(at, "is either a maildir or on a server; keep one of them")
	case m.Server != "":
		c.imap(at, m)
	default:
		for _, key := range []string{"tls", "user", "password_file", "folder", "taken"} {
			if _, written := c.lines[at+"."+key]; written {
				c.mistake(at+"."+key, "is for boxes on a server; leave it out")
			}
		}
	}
	if strings.ContainsAny(m.VouchedBy, " \t;") {
		c.mistake(at+".vouched_by", "%q is not the name of a mail server; write it as it stands first in Authentication-Results, as in mx.example.com", m.VouchedBy)
	}
	c.size(at+".largest", m.Largest)
	if n, err := Size(m.Largest); err == nil && n < 1<<20 {
		c.mistake(at+".largest", "is at least 1MB")
	}
	if m.Every < time.Second {
		c.mistake(at+".every", "is a second or longer")
	}
}

func (c checker) imap(at string, m Mailbox) {
	host, port, err := net.SplitHostPort(m.Server)
	if n, notANumber := strconv.Atoi(port); err != nil || notANumber != nil || host == "" || n < 1 || n > 65535 {
		c.mistake(at+".server", "%q is not a server; write host and port, as in imap.example.com:993", m.Server)
	}
	c.oneOf(at+".tls", "way to protect the connection", m.TLS, []string{"required", "none"})
	if m.User == "" || m.PasswordFile == "" {
		c.mistake(at+".user", "is missing, or password_file is; a server asks for both")
	}
	if m.Folder == "" {
		c.mistake(at+".folder", "is a folder on the server; leave the key out for INBOX")
	}
	if ip := net.ParseIP(host); m.TLS == "none" && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		c.mistake(at+".tls", "a password is never sent in the clear, except to this machine; leave the key out")
	}
	if m.Taken != "" && m.Taken == m.Folder {
		c.mistake(at+".taken", "is another folder than the one that is looked into")
	}
}
