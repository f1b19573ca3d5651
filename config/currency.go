package config

import "slices"

// Decimals is how many decimals a currency has (ISO 4217).
func Decimals(currency string) int32 {
	switch {
	case slices.Contains([]string{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}, currency):
		return 3
	case slices.Contains([]string{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
		"VUV", "XAF", "XOF", "XPF"}, currency):
		return 0
	}
	return 2
}
