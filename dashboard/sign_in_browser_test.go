package dashboard

import (
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"arrears/ledger"
)

// From the form over the second factor to the page that was asked for, in windows of all kinds.
func TestSignInWorksInABrowser(t *testing.T) {
	opts := testOptions(&marts{db: newCompany(t).fill().db})
	opts.Second = []string{"cfo"}
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	const password = "correct horse battery"
	u := ledger.User{Name: "ana", Title: "Ana", Roles: []string{"cfo"}, Active: true}
	if err := staff.SetUser(t.Context(), ledger.Program("test"), u, ""); err != nil {
		t.Fatal(err)
	}
	if err := staff.SetPassword(t.Context(), ledger.Program("test"), "ana", password, ""); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	for _, window := range windows {
		b.open("/sign-in", window.width, window.height, window.dark)
		b.keep("sign-in-" + window.name)
		if evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth") {
			t.Errorf("%s: the form is wider than its window", window.name)
		}
	}
	b.open("/sign-in?to=/worklist", 1440, 900, false)
	fill := func(name, value string) {
		evaluate[bool](b, "(document.querySelector('input[name="+name+"]').value = '"+value+"') !== ''")
	}
	fill("name", "ana")
	fill("password", password)
	if err := chromedp.Do(b.ctx, chromedp.Click(chromedp.CSS("button.main")), chromedp.WaitReady(chromedp.CSS(".qr img"))); err != nil {
		t.Fatal(err)
	}
	b.keep("second-factor")
	if drawn := evaluate[int](b, "document.querySelector('.qr img').naturalWidth"); drawn < 200 {
		t.Errorf("the QR code is %d wide: the policy may forbid it", drawn)
	}
	b.clean()
}
