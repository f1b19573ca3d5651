package mailbox

import (
	"strings"
	"testing"
)

func TestWhatProgramsWriteIsRecognised(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{"Auto-Submitted: auto-generated", "written by a program"},
		{"Auto-Submitted: auto-replied; owner-email=x", "an automatic reply"},
		{"Auto-Submitted: No", ""},
		{"Precedence: bulk", "sent in bulk"},
		{"Precedence: Junk", "sent in bulk"},
		{"Precedence: list", "sent through a list"},
		{"Precedence: auto_reply", "an automatic reply"},
		{"X-Auto-Response-Suppress: All", "its sender wants no automatic answer"},
		{"X-Auto-Response-Suppress: DR, AutoReply", "its sender wants no automatic answer"},
		{"X-Auto-Response-Suppress: DR", ""},
		{"List-Id: <x.list.example>", "sent through a list"},
		{"List-Unsubscribe: <mailto:x@list.example>", "sent through a list"},
		{"Return-Path: <>", "a notice about delivery"},
		{"Return-Path: <ana@customer.example>", ""},
		{"X-Failed-Recipients: b@example.com", "a notice about delivery"},
		{"X-Autoreply: yes", "an automatic reply"},
		{"Content-Type: multipart/report; report-type=delivery-status; boundary=b", "a notice about delivery"},
		{"Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "a receipt for a letter of ours"},
		{"Subject: Out of Office: Invoice 4711", "an automatic reply"},
		{"Subject: Automatic reply: Invoice 4711", "an automatic reply"},
		{"Subject: Abwesenheitsnotiz: Rechnung", "an automatic reply"},
		{"Subject: Abwesenheit: Rechnung", "an automatic reply"},
		{"Subject: =?utf-8?Q?R=C3=A9ponse_automatique_=3A_facture?=", "an automatic reply"},
		{"Subject: Invoice 4711: the out of office address", ""},
		{"X-Priority: 1", ""},
	} {
		header := c.header + "\r\n"
		if !strings.HasPrefix(header, "Subject:") {
			header += "Subject: Invoice 4711\r\n"
		}
		m, _ := collect(t, "From: ana@customer.example\r\n"+header+"\r\nx\r\n")
		if m.Automatic != c.want {
			t.Errorf("%s: %q, want %q", c.header, m.Automatic, c.want)
		}
	}
	if m, _ := collect(t, "From: Mail Delivery <MAILER-DAEMON@mx.example.com>\r\n\r\nx\r\n"); m.Automatic != "a notice about delivery" {
		t.Errorf("%q", m.Automatic)
	}
}

func TestSenderIsVouchedForByOurOwnServerAlone(t *testing.T) {
	const ours, other = "Authentication-Results: mx.example.com", "Authentication-Results: mx.stranger.example"
	for _, c := range []struct {
		name, header, from string
		want               bool
		says               string
	}{
		{"dmarc", ours + "; dmarc=pass header.from=customer.example", "a@customer.example", true, "dmarc=pass"},
		{"dmarc of another domain", ours + "; dmarc=pass header.from=stranger.example", "a@customer.example", false, "neither DMARC"},
		{"dmarc failed, whatever was signed", ours + "; dkim=pass header.d=customer.example; dmarc=fail header.from=customer.example", "a@customer.example", false, "dmarc=fail"},
		{"signed", ours + "; dkim=pass header.d=customer.example", "a@customer.example", true, "dkim=pass of customer.example"},
		{"signed above", ours + "; spf=fail smtp.mailfrom=x.example; dkim=pass header.d=customer.example", "a@billing.customer.example", true, "dkim=pass"},
		{"signed beside", ours + "; dkim=pass header.d=notcustomer.example", "a@customer.example", false, "neither"},
		{"signed below", ours + "; dkim=pass header.d=x.customer.example", "a@customer.example", false, "neither"},
		{"signed by a top domain", ours + "; dkim=pass header.d=example", "a@customer.example", false, "neither"},
		{"only its path", ours + "; spf=pass smtp.mailfrom=customer.example", "a@customer.example", false, "neither"},
		{"a stranger's word", other + "; dmarc=pass header.from=customer.example", "a@customer.example", false, "has said nothing"},
		{"a stranger's word below ours", ours + "; dmarc=fail header.from=customer.example\r\n" + ours + "; dmarc=pass header.from=customer.example", "a@customer.example", false, "dmarc=fail"},
		{"two senders", ours + "; dmarc=pass header.from=customer.example", "a@customer.example, b@stranger.example", false, "2 senders"},
		{"nonsense", "Authentication-Results: ;;;=;", "a@customer.example", false, "has said nothing"},
		{"nothing", "X: y", "a@customer.example", false, "has said nothing"},
	} {
		m, _ := collect(t, c.header+"\r\nFrom: "+c.from+"\r\n\r\nx\r\n")
		if m.Authentic != c.want || !strings.Contains(m.Vouched, c.says) {
			t.Errorf("%s: %t, %q", c.name, m.Authentic, m.Vouched)
		}
	}
	if ok, why := authentic([]string{"mx.example.com; dmarc=pass header.from=customer.example"}, "", []Address{{Address: "a@customer.example"}}); ok || why == "" {
		t.Error("a server was trusted that nobody named")
	}
}

func TestNewTextIsPartedFromRepeatedText(t *testing.T) {
	for _, c := range []struct{ name, text, fresh string }{
		{"nothing repeated", "The price is wrong.\n\nAna", "The price is wrong.\n\nAna"},
		{"above", "No.\n\nOn Mon, 2 Nov 2026 at 10:00, AR <ar@example.com> wrote:\n> Is it?\n> Yes?\n", "No."},
		{"below", "On 2 Nov 2026, AR wrote:\n> Is it?\n\nNo.", "No."},
		{"between", "> Is it?\nNo.\n> And this?\nYes.", "No.\nYes."},
		{"wrapped", "No.\n\nOn Mon, 2 Nov 2026 at 10:00, Accounts Receivable\n<ar@example.com> wrote:\n\n> Is it?", "No."},
		{"without marks", "No.\n\nOn Mon, 2 Nov 2026 at 10:00, AR <ar@example.com> wrote:\n\nIs it?\nInvoice 4711", "No."},
		{"German", "Nein.\n\nAm 02.11.2026 um 10:00 schrieb AR <ar@example.com>:\n> Stimmt es?", "Nein."},
		{"German, the other way", "Nein.\n\nAR <ar@example.com> schrieb am Mo., 2. Nov. 2026, 10:00:\n> Stimmt es?", "Nein."},
		{"French", "Non.\n\nLe lun. 2 nov. 2026 à 10:00, AR <ar@example.com> a écrit :\n> Est-ce vrai ?", "Non."},
		{"Spanish", "No.\n\nEl lun, 2 nov 2026 a las 10:00, AR (<ar@example.com>) escribió:\n> ¿Es así?", "No."},
		{"Italian", "No.\n\nIl giorno lun 2 nov 2026 alle 10:00 AR <ar@example.com> ha scritto:\n> Vero?", "No."},
		{"Portuguese", "Não.\n\nEm seg., 2 de nov. de 2026 às 10:00, AR <ar@example.com> escreveu:\n> É?", "Não."},
		{"Dutch", "Nee.\n\nOp ma 2 nov 2026 om 10:00 schreef AR <ar@example.com>:\n> Klopt het?", "Nee."},
		{"Swedish", "Nej.\n\nDen mån 2 nov. 2026 kl 10:00 skrev AR <ar@example.com>:\n> Stämmer det?", "Nej."},
		{"Polish", "Nie.\n\nW dniu 2.11.2026 o 10:00, AR pisze:\n> Tak?", "Nie."},
		{"Outlook", "No.\n\nFrom: AR <ar@example.com>\nSent: Monday, 2 November 2026 10:00\nTo: Ana\nSubject: Invoice 4711\n\nIs it?", "No."},
		{"Outlook in German", "Nein.\n________________________________\nVon: AR\nGesendet: Montag, 2. November 2026\nAn: Ana\nBetreff: Rechnung\n\nStimmt es?", "Nein."},
		{"Outlook in French", "Non.\n\nDe : AR <ar@example.com>\nEnvoyé : lundi 2 novembre 2026\nÀ : Ana\nObjet : Facture\n\nOui ?", "Non."},
		{"a ruler", "No.\n-----Original Message-----\nFrom: AR\n\nIs it?", "No."},
		{"a signature", "No.\n-- \nAna\nCustomer Ltd, invoice desk", "No."},
		{"no signature", "Two things:\n--help does not\n-- and this neither", "Two things:\n--help does not\n-- and this neither"},
		{"a sentence that looks like it", "On 3 May our buyer wrote that the price is 12.\nPlease check:", "On 3 May our buyer wrote that the price is 12.\nPlease check:"},
		{"from whom", "From: our warehouse came only 8 pieces.\nPlease credit two.", "From: our warehouse came only 8 pieces.\nPlease credit two."},
		{"only repeated", "> Is it?\n> Yes?", ""},
	} {
		fresh, quoted := split(tidy(c.text))
		if fresh != c.fresh {
			t.Errorf("%s: %q, want %q (old: %q)", c.name, fresh, c.fresh, quoted)
		}
		if lost := len(strings.Fields(c.text)) - len(strings.Fields(fresh)) - len(strings.Fields(quoted)); lost != 0 {
			t.Errorf("%s: %d words are in neither part", c.name, lost)
		}
	}
}
