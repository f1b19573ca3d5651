package dashboard

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// onGround are the inks that text is set in, with the grounds it stands on.
var onGround = map[string][]string{
	"--ink": {"--page", "--surface", "--raised", "--sunken", "--accent-soft"}, "--ink-soft": {"--page", "--surface", "--sunken"},
	"--ink-faint": {"--page", "--surface", "--raised", "--sunken"}, "--accent": {"--page", "--surface", "--raised", "--sunken", "--accent-soft"},
	"--good": {"--surface", "--sunken", "--good-soft"}, "--warn": {"--surface", "--sunken", "--warn-soft"}, "--bad": {"--surface", "--sunken", "--bad-soft"},
}

// luminance is the relative luminance of WCAG 2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestTextCanBeReadInLightAndDark(t *testing.T) {
	sheet, err := staticFiles.ReadFile("static/arrears.css")
	if err != nil {
		t.Fatal(err)
	}
	colors := map[string][2]string{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`).FindAllStringSubmatch(string(sheet), -1) {
		colors[m[1]] = [2]string{m[2], m[3]}
	}
	for ink, grounds := range onGround {
		for _, ground := range grounds {
			for i, theme := range []string{"light", "dark"} {
				if c := contrast(t, colors[ink][i], colors[ground][i]); c < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f, WCAG AA asks for 4.5", theme, ink, ground, c)
				}
			}
		}
	}
	// Buckets that are late can be told apart without hue: each is darker than the one before.
	for i := range 2 {
		for b := 1; b < 4; b++ {
			here, next := colors["--aging-"+strconv.Itoa(b)][i], colors["--aging-"+strconv.Itoa(b+1)][i]
			if c := contrast(t, here, next); c < 1.25 || luminance(t, here) < luminance(t, next) {
				t.Errorf("%s and %s differ by a contrast of %.2f only", here, next, c)
			}
		}
	}
	if strings.Contains(string(sheet), "url(") || strings.Contains(string(sheet), "@import") {
		t.Error("the style sheet fetches something")
	}
}
