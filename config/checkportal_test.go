package config

import (
	"strings"
	"testing"
)

func TestPortalIsReachedThroughTLSOrOnThisMachine(t *testing.T) {
	const rest = "currency: EUR\nsources:\n  - name: a\n    files: [a.csv]\n    maps: [{dataset: invoices, canonical: true}]\n"
	for portal, want := range map[string]string{
		"{listen: '127.0.0.1:8081', address: https://portal.example.com}":      "",
		"{listen: '127.0.0.1:8081', address: 'http://127.0.0.1:8081'}":         "",
		"{listen: '127.0.0.1:8081', address: 'http://localhost:8081'}":         "",
		"{listen: '127.0.0.1:8081', address: http://portal.example.com}":       "in the clear",
		"{listen: '127.0.0.1:8081', address: https://portal.example.com/a}":    "write it as in https",
		"{listen: '127.0.0.1:8081', address: https://user@portal.example.com}": "write it as in https",
		"{listen: '127.0.0.1:8081', address: portal.example.com}":              "write it as in https",
		"{listen: '127.0.0.1:8081'}":                                           "write it as in https",
		"{listen: '8081', address: https://portal.example.com}":                "write host and port",
		"{address: https://portal.example.com}":                                "write host and port",
	} {
		_, err := parse("a.yaml", []byte("portal: "+portal+"\n"+rest))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", portal, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", portal, err, want)
		}
	}
}
