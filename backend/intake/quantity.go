package intake

import (
	"regexp"
	"slices"
	"strconv"
)

// A spreadsheet program that takes a number for a quantity keeps 15 digits of it and no zeros in
// front, and writes a long one as a power of ten.
const quantityDigits = 15

var rounded = regexp.MustCompile(`^-?[0-9](\.[0-9]+)?[Ee][+-][0-9]+$`)

// anyDigit are names of which one that lost digits may be another's: nobody sees it by their length.
var anyDigit = []Field{DocumentNumber, EarlierNumber, DIN}

// IsName tells whether a field names somebody or something with digits, which are no quantity.
func (f Field) IsName() bool {
	return slices.Contains(anyDigit, f) || f == RecordID || f == Phone
}

// AsQuantity is what to read where a cell of a sheet holds a number and no text: of a name that may
// have lost digits a power of ten, which [Checker.Check] refuses. Resident numbers that were rounded pass
// their check character once in eleven times.
func (f Field) AsQuantity(text string) string {
	isShort := len(text) <= quantityDigits && !slices.Contains(anyDigit, f)
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || !f.IsName() || isShort {
		return text
	}
	return strconv.FormatFloat(value, 'E', quantityDigits-1, 64)
}
