package instruction

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// The message CustomerCreditTransferInitiationV09 of ISO 20022, as far as refunds need it. Its elements are in the order of the schema.
type creditTransfer struct {
	XMLName xml.Name `xml:"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09 Document"`
	Header  struct {
		MessageID string `xml:"MsgId"`
		CreatedAt string `xml:"CreDtTm"`
		Payments  int    `xml:"NbOfTxs"`
		Sum       string `xml:"CtrlSum"`
		Initiator party  `xml:"InitgPty"`
	} `xml:"CstmrCdtTrfInitn>GrpHdr"`
	Batches []batch `xml:"CstmrCdtTrfInitn>PmtInf"`
}

type batch struct {
	ID          string   `xml:"PmtInfId"`
	Method      string   `xml:"PmtMtd"`
	Payments    int      `xml:"NbOfTxs"`
	Sum         string   `xml:"CtrlSum"`
	Service     *service `xml:"PmtTpInf"`
	Day         string   `xml:"ReqdExctnDt>Dt"`
	Debtor      party    `xml:"Dbtr"`
	DebtorIBAN  string   `xml:"DbtrAcct>Id>IBAN"`
	DebtorAgent agent    `xml:"DbtrAgt"`
	Charges     string   `xml:"ChrgBr"`
	Transfer    transfer `xml:"CdtTrfTxInf"`
}

type transfer struct {
	InstructionID string `xml:"PmtId>InstrId"`
	EndToEndID    string `xml:"PmtId>EndToEndId"`
	Amount        money  `xml:"Amt>InstdAmt"`
	CreditorAgent *agent `xml:"CdtrAgt"`
	Creditor      party  `xml:"Cdtr"`
	CreditorIBAN  string `xml:"CdtrAcct>Id>IBAN"`
	Remittance    string `xml:"RmtInf>Ustrd"`
}

type money struct {
	Currency string `xml:"Ccy,attr"`
	Amount   string `xml:",chardata"`
}

type party struct {
	Name    string   `xml:"Nm"`
	Address *address `xml:"PstlAdr"`
}

// address is structured: since November 2026 banks refuse lines of text.
type address struct {
	Street   string `xml:"StrtNm,omitempty"`
	Building string `xml:"BldgNb,omitempty"`
	Postcode string `xml:"PstCd,omitempty"`
	Town     string `xml:"TwnNm"`
	Country  string `xml:"Ctry"`
}

// agent is a bank: by its BIC, or by the word for one that the IBAN says.
type agent struct {
	Bank struct {
		BIC   string `xml:"BICFI,omitempty"`
		Other *other `xml:"Othr"`
	} `xml:"FinInstnId"`
}

type other struct {
	ID string `xml:"Id"`
}

// service is the scheme by which a payment goes.
type service struct {
	Code string `xml:"SvcLvl>Cd"`
}

func agentOf(bic string) (a agent) {
	if a.Bank.BIC = bic; bic == "" {
		a.Bank.Other = &other{"NOTPROVIDED"}
	}
	return a
}

func partyOf(a Account) party {
	p := party{Name: latin(a.Holder, 140)}
	if a.Town != "" {
		p.Address = &address{Street: latin(a.Street, 70), Building: latin(a.Building, 16), Postcode: latin(a.Postcode, 16),
			Town: latin(a.Town, 35), Country: a.Country}
	}
	return p
}

// pain001 are the refunds as banks read them.
func (i Instruction) pain001() ([]byte, error) {
	var d creditTransfer
	sum := decimal.Zero
	for n, p := range i.Refunds {
		if len(p.ID) > 35 {
			return nil, fmt.Errorf("the number %s of a payment has more than 35 signs", p.ID)
		}
		sum = sum.Add(p.Amount)
		b := batch{
			ID: p.ID, Method: "TRF", Payments: 1, Sum: i.money(p.Amount), Day: i.Day, Debtor: partyOf(p.From), DebtorIBAN: p.From.IBAN,
			DebtorAgent: agentOf(p.From.BIC), Charges: "SHAR",
			Transfer: transfer{InstructionID: p.ID, EndToEndID: p.ID, Amount: money{i.Currency, i.money(p.Amount)}, Creditor: partyOf(p.To),
				CreditorIBAN: p.To.IBAN, Remittance: i.remittance(i.Refunds[n])},
		}
		if p.To.BIC != "" {
			a := agentOf(p.To.BIC)
			b.Transfer.CreditorAgent = &a
		}
		if i.Currency == "EUR" && sepa(p.From.IBAN) && sepa(p.To.IBAN) {
			b.Service, b.Charges = &service{"SEPA"}, "SLEV"
		} else if p.To.BIC == "" || p.To.Town == "" {
			return nil, held("account of customer %s: outside of SEPA a payment needs the bank's BIC and the holder's town and country", i.Customer)
		}
		d.Batches = append(d.Batches, b)
	}
	d.Header.MessageID, d.Header.Payments, d.Header.Sum = i.ID, len(i.Refunds), i.money(sum)
	d.Header.CreatedAt = i.At.UTC().Format(time.RFC3339)
	d.Header.Initiator = party{Name: latin(i.Refunds[0].From.Holder, 140)}
	text, err := xml.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}

// remittance is what the customer reads on the statement of account: whose case, and as many invoices as there is room for.
func (i Instruction) remittance(p Payment) string {
	const room = 140
	text := latin(i.Case, 35)
	for n, invoice := range p.Invoices {
		more := " " + latin(invoice, 35)
		if rest := len(p.Invoices) - n; len(text)+len(more)+len(" + 99999") > room {
			return text + " + " + strconv.Itoa(rest)
		}
		text += more
	}
	return text
}

// sepaCountries are those whose accounts a SEPA credit transfer reaches.
const sepaCountries = "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA"

func sepa(iban string) bool { return strings.Contains(sepaCountries, iban[:2]) }
