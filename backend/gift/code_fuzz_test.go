package gift

import (
	"slices"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

// bought stands in the files that are refused, and never in what is said of them.
const bought = "FILM-7F3K-99Q2"

// A file of codes is read as a whole or refused line by line without a code being repeated;
// what was read and is written again is read the same.
func FuzzReadCodes(f *testing.F) {
	f.Add([]byte("影券-0001\n" + bought + "\n"))
	f.Add([]byte("\ufeff" + bought + "\r\n\r\n"))
	f.Add([]byte("\xff\xfe" + "F\x00I\x00\n\x00"))
	f.Add([]byte("\xd3\xb0\xc8\xaf-0001\n"))
	f.Add([]byte(bought + "\x00\n" + bought + "\u200b"))
	f.Add([]byte(bought + " \xff\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		codes, err := codesOf(string(file))
		if err != nil {
			got := fault.From(err)
			if codes != nil || got.Code != "gift.codes_invalid" || len(got.Places) == 0 || strings.Contains(err.Error(), bought) {
				t.Fatalf("%q, %v", codes, err)
			}
			return
		}
		for _, code := range codes {
			if kept, wrong := NormalCode(code); kept != code || wrong != "" || code == "" {
				t.Fatalf("%q is kept as %q, %s", code, kept, wrong)
			}
		}
		again, err := codesOf(strings.Join(codes, "\n"))
		if err != nil || !slices.Equal(again, codes) {
			t.Fatalf("%q is read as %q, %v", codes, again, err)
		}
	})
}
