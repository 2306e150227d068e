package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A hospital's own list is read to its end or refused without a word of it: what was left out
// would be compared as nothing.
func FuzzListed(f *testing.F) {
	f.Add("H-1,41000\nH-2,5\r\n\nH-1,-41000")
	f.Add("\ufeffH-1,41000\n")
	f.Add("H-1,41000\n" + strings.Repeat("x", 70<<10) + "\nH-2,5\n")
	f.Add(secret + "\n")
	f.Add(secret + ",99999999999999999999\n")
	f.Fuzz(func(t *testing.T, text string) {
		sums, err := listed(strings.NewReader(text))
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Fatal(err)
			}
			return
		}
		if !utf8.ValidString(text) {
			return // in another encoding
		}
		for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
			line = strings.TrimSpace(line)
			number, _, ok := strings.Cut(line, ",")
			if _, isThere := sums[number]; line != "" && (!ok || !isThere) {
				t.Fatalf("%.40q is not read: %v", line, sums)
			}
		}
	})
}
