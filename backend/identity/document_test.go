package identity

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// All numbers are made up or the published examples of GB 11643 and ICAO 9303
// (issuing state UTO, "Utopia").
var today = calendar.MustParse("2026-11-23")

func TestParseGoodNumbers(t *testing.T) {
	for _, c := range []struct {
		kind       Kind
		text       string
		want       string
		born       string
		sex        Sex
		key, shown string
	}{
		{ResidentID, "11010519491231002X", "11010519491231002X", "1949-12-31", Female, "CN:11010519491231002X", "110105********002X"},
		{ResidentID, "360426199101010071", "360426199101010071", "1991-01-01", Male, "CN:360426199101010071", "360426********0071"},
		{ResidentID, " 110105 19491231 002x\r\n", "11010519491231002X", "1949-12-31", Female, "CN:11010519491231002X", "110105********002X"},
		{ResidentID, "１１０１０５１９４９１２３１００２ｘ", "11010519491231002X", "1949-12-31", Female, "CN:11010519491231002X", "110105********002X"},
		{ResidentID, "110105-19491231-002Ⅹ", "11010519491231002X", "1949-12-31", Female, "CN:11010519491231002X", "110105********002X"},
		{HKMTResidencePermit, "810000199408230021", "810000199408230021", "1994-08-23", Female, "CN:810000199408230021", "810000********0021"},
		{HKMTResidencePermit, "830000199201300022", "830000199201300022", "1992-01-30", Female, "CN:830000199201300022", "830000********0022"},
		{ForeignPR2023, "911840199001010018", "911840199001010018", "1990-01-01", Male, "CN:911840199001010018", "911840********0018"},
		{ForeignPR2017, "uto110090010112", "UTO110090010112", "", SexUnknown, "FP:UTO110090010112", "UTO********0112"},
		{HKMacauTravelPermit, "h01234567", "H01234567", "", SexUnknown, "HM:H01234567", "H*****567"},
		{HKMacauTravelPermit, "H0123456702", "H0123456702", "", SexUnknown, "HM:H01234567", "H*******702"},
		{TaiwanTravelPermit, "00112233", "00112233", "", SexUnknown, "TW:00112233", "0****233"},
		{Passport, "uto: l898902c3", "L898902C3", "", SexUnknown, "PP:UTO:L898902C3", "L*****2C3"},
	} {
		doc, err := Parse(c.kind, c.text)
		if err != nil {
			t.Errorf("Parse(%s, %q): %v", c.kind, c.text, err)
			continue
		}
		born, _ := doc.BirthDate()
		if doc.Number != c.want || born.String() != c.born || doc.Sex() != c.sex || Key(doc) != c.key || doc.Masked() != c.shown {
			t.Errorf("Parse(%s, %q) = number %s, born %s, %s, key %s, shown %s; want %+v", c.kind, c.text, doc.Number, born, doc.Sex(), doc.Key(), doc.Masked(), c)
		}
	}
}

func TestParseNamesEveryFault(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		text string
		want string // location code, …
	}{
		{ResidentID, "110105194912310021", "number[17] identity.check_digit"},
		{ResidentID, "11010519491231002", "number identity.length"},
		{ResidentID, "11010519491231002XX", "number identity.length"},
		{ResidentID, "", "number identity.length"},
		{ResidentID, "1101O519491231002", "number identity.length, number[4] identity.characters"},
		{ResidentID, "X1010519491231002X", "number[0] identity.characters"},
		{ResidentID, "110105194902300021", "number[6:14] identity.birth_date, number[17] identity.check_digit"},
		{ResidentID, "110105000000000021", "number[6:14] identity.birth_date, number[17] identity.check_digit"},
		{ResidentID, "11010520770101001X", "number[6:14] identity.future_birth, number[17] identity.check_digit"},
		{ResidentID, "810000199408230021", "number[0:6] identity.kind"},
		{HKMTResidencePermit, "11010519491231002X", "number[0:6] identity.kind"},
		{ForeignPR2023, "11010519491231002X", "number[0:6] identity.kind"},
		{ForeignPR2017, "UT0110090010112", "number[2] identity.characters"},
		{HKMacauTravelPermit, "A01234567", "number[0] identity.characters"},
		{HKMacauTravelPermit, "H0123456701234", "number identity.length"},
		{TaiwanTravelPermit, "0011223", "number identity.length"},
		{Passport, "L898902C3", "country identity.country, number identity.length"},
		{Passport, "U1O:L898902C3", "country identity.country"},
		{Passport, "UTO:L89890 号2C3", "number[6] identity.characters"},
		{"library_card", "1", "kind identity.kind"},
		{ResidentID, strings.Repeat("1", 300), "number identity.length"},
	} {
		_, err := ParseOn(c.kind, c.text, today)
		var f *fault.Fault
		if !errors.As(err, &f) {
			t.Errorf("ParseOn(%s, %q): %v, want a fault", c.kind, c.text, err)
			continue
		}
		var got []string
		for _, p := range f.Places {
			got = append(got, p.Location+" "+p.Code)
		}
		if all := strings.Join(got, ", "); c.want == "" || !sameSet(all, c.want) || f.Kind != fault.Invalid {
			t.Errorf("ParseOn(%s, %q) found %q, want %q", c.kind, c.text, all, c.want)
		}
		if digits := normalise(c.text); len(digits) > 6 && strings.Contains(err.Error(), digits[6:]) {
			t.Errorf("the error repeats the number: %v", err)
		}
	}
}

func sameSet(a, b string) bool {
	x, y := strings.Split(a, ", "), strings.Split(b, ", ")
	if len(x) != len(y) {
		return false
	}
	for _, want := range y {
		if !strings.Contains(", "+a+",", ", "+want+",") {
			return false
		}
	}
	return true
}

func TestBirthDateOfTodayIsNotTheFuture(t *testing.T) {
	number := withCheck("11010520261123001")
	if _, err := ParseOn(ResidentID, number, today); err != nil {
		t.Errorf("born today: %v", err)
	}
	if _, err := ParseOn(ResidentID, number, today.AddDays(-1)); fault.CodeOf(err) != "identity.future_birth" {
		t.Errorf("born tomorrow: %v, want identity.future_birth", err)
	}
	if _, err := Parse(ResidentID, number); err != nil {
		t.Errorf("Parse knows no day: %v", err)
	}
}

func TestDetect(t *testing.T) {
	for text, want := range map[string]Kind{
		"11010519491231002x":     ResidentID,
		"810000199408230021":     HKMTResidencePermit,
		"911840199001010018":     ForeignPR2023,
		"UTO110090010112":        ForeignPR2017,
		"M01234567":              HKMacauTravelPermit,
		"H0123456701":            HKMacauTravelPermit,
		"00112233":               TaiwanTravelPermit,
		"L898902C3":              Passport,
		"UTO:L898902C3":          Passport,
		"":                       "",
		"王小明":                    "",
		strings.Repeat("1", 999): "",
	} {
		if got, ok := Detect(text); got != want || ok != (want != "") {
			t.Errorf("Detect(%q) = %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestTheSameNumberHasOneKeyWhateverItsKind(t *testing.T) {
	number := "810000199408230021"
	permit, err := Parse(HKMTResidencePermit, number)
	if err != nil {
		t.Fatal(err)
	}
	asResident := Document{Kind: ResidentID, Number: number}
	if permit.Key() != asResident.Key() {
		t.Errorf("keys %s and %s differ", permit.Key(), asResident.Key())
	}
}

func TestNothingPlainIsPrintedOrLogged(t *testing.T) {
	doc, err := Parse(ResidentID, "11010519491231002X")
	if err != nil {
		t.Fatal(err)
	}
	person := Person{Name: "王小𬭎", Document: doc, Born: calendar.MustParse("1949-12-31")}
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("x", "document", doc, "person", person)
	for _, text := range []string{fmt.Sprintf("%v %+v %s %#v", doc, doc, doc, doc), fmt.Sprintf("%v %+v %s %#v", person, person, person, person), log.String()} {
		if strings.Contains(text, "1949") || strings.Contains(text, "小") {
			t.Errorf("personal data in %q", text)
		}
	}
}

// withCheck completes 17 digits by the weights GB 11643 prints, independent of
// the code under test.
func withCheck(digits string) string {
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(digits[i]-'0')
	}
	return digits + string("10X98765432"[sum%11])
}

var citizen = rapid.Custom(func(t *rapid.T) string {
	born := calendar.New(1900, 1, 1).AddDays(rapid.IntRange(0, 46000).Draw(t, "day"))
	compact := strings.ReplaceAll(born.String(), "-", "")
	return withCheck(fmt.Sprintf("%06d%s%03d", rapid.IntRange(110000, 659999).Draw(t, "area"), compact, rapid.IntRange(0, 999).Draw(t, "sequence")))
})

func TestEveryNumberOfTheStandardIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := citizen.Draw(t, "number")
		doc, err := Parse(ResidentID, number)
		if err != nil {
			t.Fatalf("%s: %v", number, err)
		}
		born, ok := doc.BirthDate()
		if !ok || strings.ReplaceAll(born.String(), "-", "") != number[6:14] {
			t.Fatalf("%s: born %s", number, born)
		}
	})
}

func TestEveryTypingMistakeOfOneDigitIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := []byte(citizen.Draw(t, "number"))
		at := rapid.IntRange(0, 16).Draw(t, "at")
		digit := rapid.ByteRange('0', '9').Filter(func(b byte) bool { return b != number[at] }).Draw(t, "digit")
		number[at] = digit
		if _, err := Parse(ResidentID, string(number)); err == nil {
			t.Fatalf("%s was accepted", number)
		}
	})
}

func TestEverySwapOfNeighboursIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := []byte(citizen.Draw(t, "number"))
		at := rapid.IntRange(0, 15).Filter(func(at int) bool { return number[at] != number[at+1] }).Draw(t, "at")
		number[at], number[at+1] = number[at+1], number[at]
		if _, err := Parse(ResidentID, string(number)); err == nil {
			t.Fatalf("%s was accepted", number)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "１１０１０５１９４９１２３１００２ｘ", "UTO:L898902C3", "H0123456701", "UTO110090010112", "00112233", "9", "\xff\xfe", "𝟏𝟏𝟎", "Ⅹ", ":", "UTO:::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		Detect(text)
		for _, kind := range Kinds() {
			doc, err := ParseOn(kind, text, today)
			if err != nil {
				if from := fault.From(err); from.Kind != fault.Invalid || len(from.Places) == 0 {
					t.Fatalf("%s %q: %v lists no place", kind, text, err)
				}
				continue
			}
			again, err := Parse(kind, doc.Text())
			if err != nil || again != doc {
				t.Fatalf("%q became %#v, which becomes %#v, %v", text, doc, again, err)
			}
			if strings.Count(doc.Masked(), "*") < 4 {
				t.Fatalf("%s shows too much", doc.Masked())
			}
			if doc.Key() == "" || strings.ContainsAny(doc.Key(), " \n") {
				t.Fatalf("key %q", doc.Key())
			}
		}
	})
}
