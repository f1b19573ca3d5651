package config

// Payers are the company's own accounts that refunds are paid from, one for each legal entity.
type Payers map[string]Payer

// Payer is who pays, as a bank knows it.
type Payer struct {
	Name     string `yaml:"name"`
	IBAN     string `yaml:"iban"`
	BIC      string `yaml:"bic"` // may be empty where the bank knows it from the IBAN
	Street   string `yaml:"street"`
	Building string `yaml:"building"` // house number
	Postcode string `yaml:"postcode"`
	Town     string `yaml:"town"`
	Country  string `yaml:"country"` // ISO 3166, two letters
}

// Letters are what customers are written, and in which language.
type Letters struct {
	Folder   string            `yaml:"folder"`   // of the company's own texts; empty: the built-in ones
	Language string            `yaml:"language"` // for whoever has none, or one without texts
	Staff    map[string]string `yaml:"staff"`    // role -> address that is told when a service level ends
}

// Webhooks tell other systems what happens to disputes, and take in what is said in chats.
type Webhooks struct {
	Hosts    []string `yaml:"hosts"`    // where calls may go: host, or host:port
	Networks []string `yaml:"networks"` // private networks that may be called nevertheless, as in 10.1.0.0/16
	Calls    []Hook   `yaml:"calls"`
	Receive  []Chat   `yaml:"receive"`
}

// Chat is a system that may call us with what is said in it.
type Chat struct {
	Name       string `yaml:"name"`        // the last part of the address that it calls
	SecretFile string `yaml:"secret_file"` // the key of its signatures, alone in a file
}

// Hook is one of them.
type Hook struct {
	Name       string   `yaml:"name"`
	URL        string   `yaml:"url"`
	SecretFile string   `yaml:"secret_file"` // the key of its signature, alone in a file
	Events     []string `yaml:"events"`      // types of events, as in filed; empty: all
}
