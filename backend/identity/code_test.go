package identity

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianxin/backend/fault"
)

// sample is the code of 16 zero-to-fifteen bytes, so that tests read the same every day.
func sample(t testing.TB, kind CodeKind) Code {
	t.Helper()
	code, err := NewCode(kind, bytes.NewReader([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestCodeText(t *testing.T) {
	got := sample(t, BookingCode).Text()
	if len(got) != 35 || !strings.HasPrefix(got, "LX1.B.000G40R40M30E209185GR38E1W.") {
		t.Errorf("code %q", got)
	}
	if strings.Trim(got, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.") != "" {
		t.Errorf("%q leaves the QR alphanumeric set", got)
	}
	if again := sample(t, DonorCode).Text(); again[33:] == got[33:] {
		t.Error("the check does not cover the kind")
	}
}

func TestParseCodeToleratesTheScanner(t *testing.T) {
	code := sample(t, BookingCode)
	text := code.Text()
	fullWidth := strings.Map(func(r rune) rune { return r + 0xFEE0 }, text)
	for name, noisy := range map[string]string{
		"as is":                   text,
		"line end":                text + "\r\n",
		"tab":                     "\t" + text + "\t",
		"AIM prefix":              "]Q1" + text,
		"STX and ETX":             "\x02" + text + "\x03",
		"site prefix":             "SCAN>" + text,
		"caps lock":               strings.ToLower(text),
		"full width":              fullWidth,
		"Chinese stops":           strings.ReplaceAll(text, ".", "。"),
		"half-width Chinese stop": strings.ReplaceAll(text, ".", "｡"),
		"scanned twice":           text + text,
		"scanned twice, lines":    text + "\n" + text,
		"zeros typed as O":        "LX1.B." + strings.NewReplacer("0", "O", "1", "l").Replace(text[6:32]) + text[32:],
	} {
		got, err := ParseCode(noisy)
		if err != nil || got != code {
			t.Errorf("%s: %q gave %#v, %v", name, noisy, got, err)
		}
	}
}

func TestParseCodeFaults(t *testing.T) {
	text := sample(t, BookingCode).Text()
	for name, c := range map[string]struct{ text, want string }{
		"nothing":           {"", "code.unreadable"},
		"only line ends":    {"\r\n\r\n", "code.unreadable"},
		"truncated":         {text[:20], "code.unreadable"},
		"no check":          {text[:32], "code.unreadable"},
		"half a check":      {text[:34], "code.unreadable"},
		"one too many":      {text + "7", "code.unreadable"},
		"unknown kind":      {strings.Replace(text, ".B.", ".Z.", 1), "code.unreadable"},
		"other kind":        {strings.Replace(text, ".B.", ".D.", 1), "code.check"},
		"changed":           {strings.Replace(text, "G40R", "G41R", 1), "code.check"},
		"letter not in use": {strings.Replace(text, "G40R", "G4UR", 1), "code.check"},
		"newer version":     {strings.Replace(text, "LX1", "LX2", 1), "code.version"},
		"web address":       {"https://example.org/?id=1", "code.other_system"},
		"health code":       {"1101051949", "code.other_system"},
		"Chinese text":      {"你好", "code.other_system"},
		"a book":            {strings.Repeat("书", 5000), "code.other_system"},
	} {
		if _, err := ParseCode(c.text); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestNewCodeNeedsItsRandomness(t *testing.T) {
	if _, err := NewCode(DonorCode, bytes.NewReader([]byte{1, 2, 3})); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short randomness: %v", err)
	}
	a, err := NewCode(DonorCode, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := NewCode(DonorCode, rand.Reader); a == b {
		t.Error("two codes are equal")
	}
	if s := fmt.Sprintf("%v %+v %#v", a, a, a); strings.Contains(s, a.ID) {
		t.Errorf("the code is printed: %s", s)
	}
}

// Published example of ISO/IEC 7064 MOD 11-2 in ISO 27729: 0000 0001 2281 955X.
func TestMod112Vector(t *testing.T) {
	if got := mod11Check("000000012281955"); got != 'X' {
		t.Errorf("check character %c, want X", got)
	}
}

func TestEveryWrongCharacterOfACodeIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching("[0-7]["+crockford+"]{25}").Draw(t, "id")
		text := []byte(Code{BookingCode, id}.Text())
		isSeparator := func(at int) bool { return at == 32 }
		at := rapid.IntRange(6, 34).Filter(func(at int) bool { return !isSeparator(at) }).Draw(t, "at")
		other := rapid.SampledFrom([]byte(crockford)).Filter(func(b byte) bool { return b != text[at] }).Draw(t, "other")
		text[at] = other
		if code, err := ParseCode(string(text)); err == nil {
			t.Fatalf("%s was accepted as %#v", text, code)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	text := sample(f, DonorCode).Text()
	for _, s := range []string{text, strings.ToLower(text), text[:30], "LX1.", "LX9.B.", "]Q1" + text + "\r\n", "ＬＸ１。Ｂ。", "\xff", "LX1.D.UUUUUUUUUUUUUUUUUUUUUUUUUU.00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := ParseCode(text)
		if err != nil {
			if from := fault.From(err); from.Kind != fault.Invalid || !strings.HasPrefix(from.Code, "code.") {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if again, err := ParseCode(code.Text()); err != nil || again != code {
			t.Fatalf("%q became %q, which becomes %q, %v", text, code.Text(), again.Text(), err)
		}
	})
}

func TestTheStartOfACodeIsTyped(t *testing.T) {
	for text, want := range map[string]string{"abcde 12345": "ABCDE12345", "ABCDE-l2o45": "ABCDE12045", "ａｂｃｄｅ１２３４５": "ABCDE12345",
		"ABCDE1234": "", "ABCDE123456": "", "ABCDU12345": "", "": "", "LX1.V.0123": ""} {
		if got, ok := ParseCodeStart(text, 10); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %t", text, got, ok)
		}
	}
}
