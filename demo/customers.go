package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Customer is one row of master data, and the law by which the customer pays.
type Customer struct {
	ID, Name, Entity, Segment, Country, Currency string
	Parent                                       *Customer
	Terms                                        int // days
	CreditLimit                                  int // whole units of Currency
	Collector, Email, Language, Risk             string
	OnHold                                       bool
	Law                                          Law
	InMaster                                     bool // false: documents name the customer, master data does not

	perMonth     float64 // invoices a month
	typical      float64 // median invoice in Currency
	takesCashOff bool    // offered 2 % for payment within ten days, and takes it
	runsOn       int     // weekday of the payment run, 0 to 6
}

// places and trades are made up, and no place of these names trades in anything.
var (
	placesDE  = []string{"Brünnhal", "Kreidenau", "Fennmoor", "Silberteich", "Grauwinkel", "Tannhörn", "Lüttkamp", "Obersprötz", "Wirbelau-Süd", "Größkoppel", "Mühlrade", "Quellbrück"}
	tradesDE  = []string{"Armaturen", "Fördertechnik", "Anlagenbau", "Werkzeuge", "Kältetechnik", "Blechwaren", "Prüfstände"}
	formsDE   = []string{"GmbH", "AG", "KG", "GmbH & Co. KG"}
	placesEN  = []string{"Fernhollow", "Grimmerby", "Oakenmarsh", "Pellwick", "Saltreach", "Thistlegate", "Umberfold", "Wrenmoor", "Yarrowby", "Cindermouth"}
	tradesEN  = []string{"Pumps", "Fasteners", "Conveyors", "Marine Supply", "Toolworks", "Refrigeration", "Panels"}
	formsEN   = []string{"Ltd", "Inc.", "LLC", "plc"}
	segments  = []string{"Machinery", "Construction", "Food", "Energy", "Trade"}
	collected = []string{"NORTH-1", "NORTH-2", "SOUTH-1", "WEST-1", "EAST-1"}
)

// newCustomers makes the master data. Sizes fall off like Zipf's law: a few customers are most of the business.
func newCustomers(opts Options) []*Customer {
	rng := rand.New(rand.NewPCG(opts.Seed, math.MaxUint64))
	customers := make([]*Customer, opts.Customers)
	for i := range customers {
		customers[i] = newCustomer(i, rng)
	}
	for i, c := range customers {
		// Every sixth belongs to a larger customer's group, sometimes across entities.
		if i >= 6 && i%6 == 5 {
			c.Parent = customers[rng.IntN(6)]
		}
	}
	return customers
}

func newCustomer(i int, rng *rand.Rand) *Customer {
	c := &Customer{
		ID: fmt.Sprintf("%010d", 100101+i*7), Entity: Domestic, Country: "DE", Currency: "EUR", Language: "de", InMaster: true,
		Segment: segments[rng.IntN(len(segments))], Collector: collected[i%len(collected)], runsOn: rng.IntN(7),
		Terms:        []int{14, 30, 30, 30, 45, 60}[rng.IntN(6)],
		Law:          laws[[]int{0, 0, 0, 0, 0, 1, 1, 2, 3}[rng.IntN(9)]],
		takesCashOff: rng.IntN(6) == 0,
		perMonth:     0.6 + 14/math.Pow(float64(i+1), 0.65),
		typical:      math.Exp(7.6 + 0.8*rng.NormFloat64() + 1.2/math.Sqrt(float64(i+1))),
	}
	if i%5 >= 3 {
		c.Entity = Overseas
		c.Country, c.Currency = []string{"GB", "US", "US", "IE"}[rng.IntN(4)], "USD"
	} else if rng.IntN(6) == 0 {
		c.Country = []string{"CH", "PL", "GB"}[rng.IntN(3)]
	}
	switch c.Country {
	case "GB":
		c.Currency = "GBP"
	case "IE":
		c.Currency = "EUR"
	case "CH":
		c.Currency = "USD"
	}
	c.Name = newName(i, c.Entity, rng)
	if c.Entity == Overseas {
		c.Language = "en"
	}
	c.Email = fmt.Sprintf("payables@c%d.example", 100101+i*7)
	c.Risk = map[string]string{"prompt": "A", "slow": "B", "drifting": "B", "erratic": "C"}[c.Law.Name]
	c.CreditLimit = int(math.Ceil(c.perMonth*c.typical*(2.5+3*rng.Float64())/1000)) * 1000
	c.OnHold = c.Law.Name == "erratic" && rng.IntN(3) == 0
	return c
}

// newName is unique for the first few hundred customers and numbered from there on.
func newName(i int, entity string, rng *rand.Rand) string {
	places, trades, forms := placesDE, tradesDE, formsDE
	if entity == Overseas {
		places, trades, forms = placesEN, tradesEN, formsEN
	}
	form := forms[rng.IntN(len(forms))]
	trade := trades[(i/len(places)+i)%len(trades)]
	name := places[i%len(places)] + " " + trade
	if n := i / (len(places) * len(trades)); n > 0 {
		name = fmt.Sprintf("%s %d", name, n+1)
	}
	if entity == Overseas {
		return name + ", " + form
	}
	return name + " " + form
}
