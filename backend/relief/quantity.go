package relief

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Quantity counts units of a component in hundredths: 1.5 U is 150. It is written
// as people write it, "1.5".
type Quantity int64

// hundred is how many Quantity one unit has.
const hundred = 100

// MaxQuantity bounds one line: 9999.99 of any unit.
const MaxQuantity Quantity = 999_999

// QuantityPattern is how a quantity is written.
const QuantityPattern = `^[0-9]{1,4}(\.[0-9]{1,2})?$`

var errNotAQuantity = errors.New("a quantity is not a number from 0.01 to 9999.99 with at most two decimals")

// ParseQuantity reads "1", "1.5" or "0.25".
func ParseQuantity(s string) (Quantity, error) {
	whole, part, dotted := strings.Cut(s, ".")
	if dotted && part == "" || len(part) > 2 || len(whole) > 4 {
		return 0, errNotAQuantity
	}
	n, err := strconv.ParseUint(whole+(part + "00")[:2], 10, 32)
	if err != nil || whole == "" || n == 0 {
		return 0, errNotAQuantity
	}
	return Quantity(n), nil
}

// String writes what ParseQuantity reads.
func (q Quantity) String() string {
	text := fmt.Sprintf("%d.%02d", q/hundred, q%hundred)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// MarshalText writes String; it serves JSON and YAML.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads what ParseQuantity reads.
func (q *Quantity) UnmarshalText(b []byte) (err error) {
	*q, err = ParseQuantity(string(b))
	return err
}
