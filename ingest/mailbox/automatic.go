package mailbox

import (
	"regexp"
	"strings"

	"github.com/jhillyerd/enmime/v2"
)

// marks are the signs by which programs that write mail give themselves away.
type marks struct {
	returnPath    string // as it stands; "<>" is nobody
	autoSubmitted string
	precedence    string
	suppress      string   // X-Auto-Response-Suppress
	set           []string // other headers that are there at all, in small letters
	content       string   // media type of the whole
	report        string   // its report-type
	from, subject string
}

// Headers that only programs and lists write.
var (
	listHeaders      = []string{"List-Id", "List-Post", "List-Unsubscribe", "List-Help", "List-Subscribe", "Mailing-List"}
	programHeaders   = []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Loop", "X-Mail-Autoreply"}
	bounceHeaders    = []string{"X-Failed-Recipients"}
	returnReceipt    = "disposition-notification"
	undeliverables   = regexp.MustCompile(`^(mailer-daemon|postmaster|mail-daemon)@`)
	outOfOfficeStart = regexp.MustCompile(`(?i)^\s*(out[ -]of[ -](the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|away from (my|the) (office|desk)|` +
		`abwesenheit(snotiz)?|abwesend|automatische antwort|nicht im b(ü|ue)ro|` +
		`r(é|e)ponse automatique|absence du bureau|message d'absence|` +
		`respuesta autom(á|a)tica|fuera de la oficina|risposta automatica|fuori (sede|ufficio)|` +
		`resposta autom(á|a)tica|fora do escrit(ó|o)rio|automatisch antwoord|afwezig|autosvar|frånvaro|fraværende|` +
		`automaattinen vastaus|poissa|odpowied(ź|z) automatyczna|automatyczna odpowied(ź|z)|automatick(á|a) odpov(ě|e)(ď|d))\b`)
)

func marksOf(e *enmime.Envelope, content string, from []Address) marks {
	k := marks{
		returnPath: e.GetHeader("Return-Path"), autoSubmitted: e.GetHeader("Auto-Submitted"), precedence: e.GetHeader("Precedence"),
		suppress: e.GetHeader("X-Auto-Response-Suppress"), subject: clean(e.GetHeader("Subject"), maxName),
	}
	for _, name := range append(append(append([]string{}, listHeaders...), programHeaders...), bounceHeaders...) {
		if len(e.GetHeaderValues(name)) > 0 {
			k.set = append(k.set, name)
		}
	}
	var params map[string]string
	k.content, params = mediaType(content)
	k.report = strings.ToLower(params["report-type"])
	if len(from) > 0 {
		k.from = from[0].Address
	}
	return k
}

// automatic says why no person wrote a message, or nothing. To such a message nothing is ever answered.
func automatic(k marks) string {
	says := strings.ToLower(strings.TrimSpace(k.autoSubmitted))
	precedence := strings.ToLower(strings.TrimSpace(k.precedence))
	suppress := strings.ToLower(k.suppress)
	switch {
	case k.content == "multipart/report" && k.report == returnReceipt:
		return "a receipt for a letter of ours"
	case k.content == "multipart/report", strings.TrimSpace(k.returnPath) == "<>", undeliverables.MatchString(k.from), k.has(bounceHeaders):
		return "a notice about delivery"
	case strings.HasPrefix(says, "auto-replied"), outOfOfficeStart.MatchString(k.subject), k.has(programHeaders), precedence == "auto_reply":
		return "an automatic reply"
	case says != "" && says != "no":
		return "written by a program"
	case k.has(listHeaders), precedence == "list":
		return "sent through a list"
	case precedence == "bulk", precedence == "junk":
		return "sent in bulk"
	case strings.Contains(suppress, "all"), strings.Contains(suppress, "autoreply"), strings.Contains(suppress, "oof"):
		return "its sender wants no automatic answer"
	}
	return ""
}

func (k marks) has(names []string) bool {
	for _, name := range names {
		for _, set := range k.set {
			if name == set {
				return true
			}
		}
	}
	return false
}
