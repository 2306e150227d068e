package gift

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lianxin/backend/fault"
	"lianxin/backend/textfile"
)

func codesOf(file string) ([]string, error) {
	return ReadCodes("codes.txt", textfile.Decode(strings.NewReader(file), textfile.Detect))
}

// However a program saved the file, its codes are the same ones.
func TestCodesAreReadAsTheyWereSaved(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("影券-0001\nＦＩＬＭ-0002\n")
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("影券-0001\r\nFILM-0002")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"UTF-8": "影券-0001\nFILM-0002\n", "mark": "\ufeff影券-0001\r\nFILM-0002", "GB 18030": gb, "UTF-16": utf16,
		"spaces and full width": "\u3000影券－0001 \n\n\u00a0ＦＩＬＭ－０００２\t\n",
	} {
		got, err := codesOf(file)
		if err != nil || !slices.Equal(got, []string{"影券-0001", "FILM-0002"}) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestWhatIsNoCodeIsNamedByItsLine(t *testing.T) {
	got, err := codesOf("FILM-0001\nFILM\u200b-0002\nFILM-0003\x00\n\ufeffFILM-0004\n" + strings.Repeat("X", maxCode+1) + "\nFILM-0006\nFILM-\ufffd\n" + strings.Repeat("Y", 70<<10))
	var lines []string
	for _, p := range fault.From(err).Places {
		lines = append(lines, p.Location)
	}
	if got != nil || fault.CodeOf(err) != "gift.codes_invalid" || fmt.Sprint(lines) != "[codes.txt:2 codes.txt:3 codes.txt:4 codes.txt:5 codes.txt:7 codes.txt:8]" {
		t.Errorf("%q %v", got, err)
	}
	if strings.Contains(err.Error(), "FILM") {
		t.Errorf("a code stands in the log: %v", err)
	}
}

// Bytes of another encoding behind a beginning that looked like UTF-8.
func TestCodesOfTwoEncodingsAreRefused(t *testing.T) {
	_, err := codesOf(strings.Repeat("FILM-0001\n", 7000) + "\xb5\xe7\xd3\xb0-0001\n")
	if p := fault.From(err).Places; len(p) != 1 || p[0].Location != "codes.txt:7001" {
		t.Error(err)
	}
}
