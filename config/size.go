package config

import (
	"fmt"
	"math"
	"strings"

	"github.com/dustin/go-humanize"
)

// Size is a number of bytes written for people, as in 1.5GB (thousands) or 512MiB (powers of two).
func Size(text string) (int64, error) {
	if strings.ContainsAny(text, ",") { // the parser would take 1,5GB for 15GB
		return 0, fmt.Errorf("size %q: the decimal sign of a size is a point", text)
	}
	bytes, err := humanize.ParseBytes(text)
	if err != nil || bytes == 0 || bytes > math.MaxInt64 {
		return 0, fmt.Errorf("size %q: write it as in 1.5GB or 512MiB", text)
	}
	return int64(bytes), nil
}
