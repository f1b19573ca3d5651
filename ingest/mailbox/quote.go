package mailbox

import (
	"regexp"
	"strings"
)

// How mail programs introduce what they repeat, in the languages that customers write in.
var (
	// "On Monday, Ana wrote:" and the like, possibly over several lines
	wrote = regexp.MustCompile(`(?i)^\s*(on\b.*\bwrote|am\b.*\bschrieb\b.*|.*\bschrieb( am)?\b.*|le\b.*\ba écrit|el\b.*\bescribió|il\b.*\bha scritto|` +
		`em\b.*\bescreveu|op\b.*\bschreef\b.*|den\b.*\bskrev\b.*|.*\bskrev|w dniu\b.*\b(napisał|pisze)\b.*|.*\bnapsal(a)?|.*\bkirjoitti|.*\bwrote)\s*:\s*$`)
	// a line that begins such an introduction and is wrapped
	begins = regexp.MustCompile(`(?i)^\s*(on|am|le|el|il|em|op|den|w dniu|dne)\s.*(\d{1,2}|\d{4}).*$`)
	// "-----Original Message-----"
	ruler = regexp.MustCompile(`(?i)^\s*[-_*]{2,}\s*(original message|forwarded message|ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|` +
		`message d'origine|message transféré|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|ursprungligt meddelande|` +
		`opprinnelig melding|original besked|wiadomość oryginalna|původní zpráva|alkuperäinen viesti)\s*[-_*]*\s*$`)
	// the header that Outlook repeats
	sender = regexp.MustCompile(`(?i)^\s*\*?(from|von|de|da|van|från|fra|od|lähettäjä)\s*:\*?\s+\S`)
	others = regexp.MustCompile(`(?i)^\s*\*?(sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|assunto|inviato|a|oggetto|` +
		`verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|temat|odesláno|komu|předmět|lähetetty|vastaanottaja|aihe)\s*:\*?`)
	line      = regexp.MustCompile(`^\s*(_{10,}|-{20,})\s*$`)
	signature = regexp.MustCompile(`^--\s?$`)
)

// split parts what is new in a text from what it repeats. Answers above, below and between quoted lines are all new; after the header
// that some programs repeat everything is old; a signature goes with the old.
func split(text string) (fresh, quoted string) {
	lines := strings.Split(text, "\n")
	var newer, older []string
	for i := 0; i < len(lines); {
		n, rest := repeated(lines[i:])
		if rest {
			n = len(lines) - i
		}
		if n > 0 {
			older = append(older, lines[i:i+n]...)
			i += n
			continue
		}
		newer = append(newer, lines[i])
		i++
	}
	return strings.Trim(strings.Join(newer, "\n"), "\n\t "), strings.Trim(strings.Join(older, "\n"), "\n")
}

// repeated says how many of the first lines are no news; rest is true where nothing after them is.
func repeated(lines []string) (n int, rest bool) {
	first := strings.TrimSpace(lines[0])
	switch {
	case strings.HasPrefix(first, ">"):
		return 1, false
	case ruler.MatchString(first), signature.MatchString(strings.TrimRight(lines[0], "\r")):
		return 0, true
	case line.MatchString(first) && len(lines) > 1 && header(lines[1:]), header(lines):
		return 0, true
	}
	return introduction(lines)
}

// header says whether lines begin with a repeated header: a sender, and at least two more fields near it.
func header(lines []string) bool {
	i := 0
	for i < len(lines) && strings.TrimSpace(lines[i]) == "" {
		i++
	}
	if i == len(lines) || !sender.MatchString(lines[i]) {
		return false
	}
	fields := 0
	for _, l := range lines[i+1 : min(len(lines), i+8)] {
		if others.MatchString(l) {
			fields++
		}
	}
	return fields >= 2
}

// introduction finds a line, or two or three that were wrapped, that says who wrote what follows. Where what follows bears no marks
// it is old to its end.
func introduction(lines []string) (n int, rest bool) {
	for n = 1; n <= min(3, len(lines)); n++ {
		joined := strings.Join(lines[:n], " ")
		if n > 1 && !begins.MatchString(lines[0]) || len(joined) > 400 {
			return 0, false
		}
		if wrote.MatchString(joined) && (strings.ContainsAny(joined, "@0123456789") || n == 1 && marked(lines[n:])) {
			return n, !marked(lines[n:])
		}
	}
	return 0, false
}

// marked says whether quoted lines follow soon.
func marked(lines []string) bool {
	for _, l := range lines[:min(len(lines), 4)] {
		if strings.HasPrefix(strings.TrimSpace(l), ">") {
			return true
		}
	}
	return false
}
