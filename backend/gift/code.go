package gift

import (
	"bufio"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lianxin/backend/fault"
	"lianxin/backend/textfile"
)

// maxCode bounds one bought code, in characters: a QR code of it is still easily read.
const maxCode = 200

// ReadCodes reads bought codes, one a line; empty lines are passed over. Fault
// "gift.codes_invalid" names every line that is no code, never what stands there.
func ReadCodes(name string, file *bufio.Reader) ([]string, error) {
	var codes []string
	faults := fault.New(fault.Invalid, "gift.codes_invalid")
	for line, err := range textfile.Lines(file) {
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		text, wrong := NormalCode(string(line.Text))
		switch {
		case line.TooLong:
			faults.At(fmt.Sprintf("%s:%d", name, line.Number), "code", wrongLength)
		case wrong != "":
			faults.At(fmt.Sprintf("%s:%d", name, line.Number), "code", wrong)
		case text != "":
			codes = append(codes, text)
		}
	}
	if len(faults.Places) > 0 {
		return nil, faults
	}
	return codes, nil
}

var wrongLength = fmt.Sprintf("longer than %d characters", maxCode)

// NormalCode returns a code as it is kept, so that one that was written in two ways is
// one: full-width forms become ASCII (Unicode NFKC), and no space stands around it.
// wrong says why it is none: characters nobody sees would make two codes of one.
func NormalCode(text string) (code, wrong string) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
		return "", "not text in UTF-8 or GB 18030"
	}
	code = strings.TrimSpace(norm.NFKC.String(text))
	switch {
	case strings.ContainsFunc(code, func(r rune) bool { return !unicode.IsGraphic(r) }):
		return "", "a control character or one that nobody sees"
	case utf8.RuneCountInString(code) > maxCode:
		return "", wrongLength
	}
	return code, ""
}
