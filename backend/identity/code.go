package identity

import (
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"lianxin/backend/fault"
)

// CodeKind tells what a code on paper or a phone stands for.
type CodeKind string

const (
	BookingCode CodeKind = "B" // one booking
	DonorCode   CodeKind = "D" // a donor's card
	VoucherCode CodeKind = "V" // a voucher for a gift
)

// Code is the content of a QR code the service hands out:
//
//	LX1.B.0123456789ABCDEFGHJKMNPQRS.7K
//
// system and version, kind, 128 random bits, two check characters of
// ISO/IEC 7064 MOD 1271-36 over all that stands before them. It holds no
// personal data: only the service's own records tell whose it is. All
// characters are in the QR alphanumeric set, which keeps the symbol small, and
// survive a keyboard-wedge scanner with caps lock or an input method on.
type Code struct {
	Kind CodeKind
	ID   string // 26 characters of Crockford's base 32
}

// crockford leaves out I, L, O and U, which people and OCR confuse.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var encoding = base32.NewEncoding(crockford).WithPadding(base32.NoPadding)

var (
	// ours finds the beginning of a code of this system, any version, inside wedge noise.
	ours = regexp.MustCompile(`LX([0-9]+)\.`)
	// version1 is a whole code of version 1 followed by nothing, a separator, or a second scan.
	version1 = regexp.MustCompile(`^LX1\.([BDV])\.([0-9A-Z]{26})\.([0-9A-Z]{2})(LX1\.|[^0-9A-Z]|$)`)
	// misread are the characters people type for others when copying by hand.
	misread = strings.NewReplacer("O", "0", "I", "1", "L", "1")
	// punctuation is what a Chinese input method makes of a full stop.
	punctuation = strings.NewReplacer("。", ".", "·", ".", "•", ".")
)

// NewCode makes a new code from 16 bytes of random, which must be
// cryptographic: who guesses a code can check in as somebody else.
func NewCode(kind CodeKind, random io.Reader) (Code, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return Code{}, fmt.Errorf("random bytes for a code: %w", err)
	}
	return Code{kind, encoding.EncodeToString(b[:])}, nil
}

// ParseCode reads a code as a scanner or a person typed it. Line ends, scanner
// prefixes, lower case, full-width characters and a doubled scan are tolerated.
// Faults, all Invalid: code.unreadable (nothing, or damaged beyond its shape),
// code.other_system (some other QR code), code.version (made by a newer
// program), code.check (a character is wrong).
func ParseCode(text string) (Code, error) {
	if len(text) > 4096 { // a QR code holds no more
		return Code{}, fault.New(fault.Invalid, "code.other_system")
	}
	plain := plainCode(text)
	if plain == "" {
		return Code{}, fault.New(fault.Invalid, "code.unreadable")
	}
	start := ours.FindStringSubmatchIndex(plain)
	if start == nil {
		return Code{}, fault.New(fault.Invalid, "code.other_system")
	}
	if plain[start[2]:start[3]] != "1" {
		return Code{}, fault.New(fault.Invalid, "code.version")
	}
	part := version1.FindStringSubmatch(plain[start[0]:])
	if part == nil {
		return Code{}, fault.New(fault.Invalid, "code.unreadable")
	}
	code := Code{CodeKind(part[1]), misread.Replace(part[2])}
	if strings.Contains(code.ID, "U") || code.check() != part[3] {
		return Code{}, fault.New(fault.Invalid, "code.check")
	}
	return code, nil
}

// ParseCodeStart reads the first n characters of a code, as a person types them from
// paper: lower case, spaces and hyphens are tolerated, and characters people confuse.
// ok is false for anything else.
func ParseCodeStart(text string, n int) (start string, ok bool) {
	if len(text) > 100 {
		return "", false
	}
	start = misread.Replace(strings.ReplaceAll(plainCode(text), "-", ""))
	return start, len(start) == n && strings.Trim(start, crockford) == ""
}

// Text is the content of the QR code.
func (c Code) Text() string { return "LX1." + string(c.Kind) + "." + c.ID + "." + c.check() }

// String shows the kind only: a code opens a booking, so logs do not get it.
func (c Code) String() string { return "code " + string(c.Kind) }

// GoString keeps the code out of %#v.
func (c Code) GoString() string { return c.String() }

// LogValue logs the kind only.
func (c Code) LogValue() slog.Value { return slog.StringValue(c.String()) }

func (c Code) check() string { return mod1271Check("LX1" + string(c.Kind) + c.ID) }

func plainCode(text string) string {
	return punctuation.Replace(strings.ToUpper(strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7F || r == 0xFEFF || r == 0x200B {
			return -1
		}
		return r
	}, norm.NFKC.String(text))))
}
