package identity

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

func TestMaskName(t *testing.T) {
	for name, want := range map[string]string{
		"":              "",
		"王":             "*",
		"王明":            "王*",
		"王小明":           "王*明",
		"王𬭎":            "王*",
		"王小𬭎":           "王*𬭎",
		"𠮷野家":           "𠮷*家",
		"䶮一":            "䶮*",
		"陈王小明":          "陈**明",
		"欧阳锋":           "欧阳*",
		"欧阳小锋":          "欧阳*锋",
		"欧阳":            "欧*",
		"司马相如":          "司马*如",
		"买买提·吐尔逊江":      "买**·***江",
		"买买提·江":         "买**·*",
		"JOHN SMITH":    "J*** S****",
		"Mary-Ann O'X":  "M***-A** *'*",
		"X":             "*",
		"王\uE863":       "王*",
		"王葛\U000E0100明": "王*明",
		"  王小明 ":        "王*明",
	} {
		if got := MaskName(name); got != want {
			t.Errorf("MaskName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestMaskNameHidesAndKeepsTheLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOfN(rapid.SampledFrom([]rune("王李欧阳司马小明𬭎𠮷䶮")), 1, 6, -1).Draw(t, "name")
		masked := MaskName(name)
		if len([]rune(masked)) != len([]rune(name)) || !strings.Contains(masked, "*") {
			t.Fatalf("%s is shown as %s", name, masked)
		}
		if shown := len([]rune(strings.ReplaceAll(masked, "*", ""))); shown > 3 {
			t.Fatalf("%s is shown as %s: %d characters", name, masked, shown)
		}
	})
}

func TestMaskMiddle(t *testing.T) {
	for _, c := range []struct {
		text, want  string
		first, last int
	}{
		{"13800001234", "138****1234", 3, 4},
		{"AB123", "****3", 1, 3},
		{"12345678", "1****678", 1, 3},
		{"123", "***", 1, 3},
		{"", "", 1, 3},
	} {
		if got := MaskMiddle(c.text, c.first, c.last); got != c.want {
			t.Errorf("MaskMiddle(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestMaskedPerson(t *testing.T) {
	doc, err := Parse(ForeignPR2017, "UTO110090010112")
	if err != nil {
		t.Fatal(err)
	}
	p := Person{LatinName: "ANNA MARIA ERIKSSON", Sex: Female, Born: calendar.MustParse("1990-01-01"), Document: doc}
	want := Mask{"A*** M**** E*******", ForeignPR2017, "UTO********0112", "1990-**-**", Female}
	if got := p.Masked(); got != want {
		t.Errorf("masked %+v, want %+v", got, want)
	}
	if MaskDate(calendar.Date{}) != "" {
		t.Error("no date must stay empty")
	}
}

func TestCheckValid(t *testing.T) {
	from, until := calendar.MustParse("2016-11-23"), calendar.MustParse("2026-11-23")
	for _, c := range []struct {
		person Person
		on     string
		want   string
	}{
		{Person{ValidFrom: from, ValidUntil: until}, "2026-11-23", ""},
		{Person{ValidFrom: from, ValidUntil: until}, "2026-11-24", "identity.expired"},
		{Person{ValidFrom: from, ValidUntil: until}, "2016-11-23", ""},
		{Person{ValidFrom: from, ValidUntil: until}, "2016-11-22", "identity.not_yet_valid"},
		{Person{ValidFrom: from, LongTerm: true}, "2099-01-01", ""},
		{Person{}, "2026-11-23", ""},
	} {
		err := c.person.CheckValid(calendar.MustParse(c.on))
		if got := fault.CodeOf(err); got != c.want {
			t.Errorf("valid %s to %s on %s: %q, want %q", c.person.ValidFrom, c.person.ValidUntil, c.on, got, c.want)
		}
	}
}
