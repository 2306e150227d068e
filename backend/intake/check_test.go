package intake

import (
	"fmt"
	"strings"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/site"
)

var today = calendar.MustParse("2026-11-23")

// checker knows a site of each of two stations.
var checker = Checker{Station: site.Miyun, Today: today, Site: func(name string) (site.Site, bool) {
	switch name {
	case "miyun-gulou":
		return site.Site{ID: name, Station: site.Miyun}, true
	case "wangfujing":
		return site.Site{ID: name, Station: site.Beijing}, true
	}
	return site.Site{}, false
}}

// sound is a row without a fault.
func sound() Row {
	r := Row{Number: 1, Where: func(f Field) string { return fieldNames[f] }}
	for f, text := range map[Field]string{RecordID: "R-1", DocumentNumber: "110199199002280004", Name: "测试甲", DIN: "Z900026000001",
		Product: "whole_blood", Volume: "400", GivenOn: "2026-11-16", Site: "miyun-gulou"} {
		r.Text[f] = text
	}
	return r
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		set  map[Field]string
		want string // "" for a sound row
	}{
		"sound":                        {nil, ""},
		"dates of many kinds":          {map[Field]string{GivenOn: "2026/1/5", Born: "1990年2月28日"}, ""},
		"a date without marks":         {map[Field]string{GivenOn: "20261116"}, ""},
		"a date with midnight":         {map[Field]string{GivenOn: "2026-11-16 00:00:00"}, ""},
		"a time of day":                {map[Field]string{GivenOn: "2026-11-16 10:00:00"}, "given_on intake.date"},
		"American":                     {map[Field]string{GivenOn: "11/16/2026"}, "given_on intake.date"},
		"no such day":                  {map[Field]string{GivenOn: "2026-02-30"}, "given_on intake.date"},
		"tomorrow":                     {map[Field]string{GivenOn: "2026-11-24"}, "given_on intake.future"},
		"before birth":                 {map[Field]string{GivenOn: "1989-11-24"}, "given_on intake.too_early"},
		"reported before it was given": {map[Field]string{Verdict: "合格", ReportedOn: "2026-11-15"}, "reported_on intake.too_early"},
		"a verdict without its day":    {map[Field]string{Verdict: "合格"}, "reported_on intake.missing"},
		"a reading without verdict":    {map[Field]string{HIV: "阴性"}, "verdict intake.missing"},
		"a group without verdict":      {map[Field]string{ABO: "AB型", RhD: "阴性"}, ""},
		"qualified and reactive":       {map[Field]string{Verdict: "合格", ReportedOn: "2026-11-17", HCV: "阳性"}, "verdict intake.contradiction"},
		"a label's code":               {map[Field]string{ABO: "62", RhD: "-"}, "rhd intake.contradiction"},
		"no label's code":              {map[Field]string{ABO: "63"}, "abo intake.word"},
		"another birth date":           {map[Field]string{Born: "1990-02-27"}, "born intake.contradiction"},
		"another sex":                  {map[Field]string{Sex: "男"}, "sex intake.contradiction"},
		"another kind":                 {map[Field]string{DocumentKind: "台胞证"}, "document_number identity.length"},
		"a kind nobody knows":          {map[Field]string{DocumentKind: "驾驶证"}, "document_kind intake.word"},
		"a passport without country":   {map[Field]string{DocumentKind: "护照", DocumentNumber: "T1234567", Born: "1990-02-28", Sex: "女"}, "document_country intake.missing"},
		"a passport":                   {map[Field]string{DocumentKind: "护照", DocumentCountry: "uto", DocumentNumber: "T1234567", Born: "1990-02-28", Sex: "女"}, ""},
		"a country nobody has":         {map[Field]string{DocumentKind: "护照", DocumentCountry: "U", DocumentNumber: "T1234567", Born: "1990-02-28", Sex: "女"}, "document_country identity.country"},
		"a permit without birth":       {map[Field]string{DocumentNumber: "H12345678"}, "born intake.missing,sex intake.missing"},
		"rounded by a spreadsheet":     {map[Field]string{DocumentNumber: "1.1019919900228E+17", DIN: "1.23426654321E+12", Phone: "1.38E+10"}, "document_number intake.rounded,phone intake.rounded,din intake.rounded"},
		"no document":                  {map[Field]string{DocumentNumber: "身份证丢失"}, "document_number identity.kind"},
		"an earlier one":               {map[Field]string{EarlierNumber: "H12345678"}, ""},
		"a wrong earlier one":          {map[Field]string{EarlierNumber: "H1"}, "earlier_number identity.kind"},
		"a phone":                      {map[Field]string{Phone: "+86 (10) 5550-0001"}, ""},
		"a full-width phone":           {map[Field]string{Phone: "０１０５５５００００１"}, ""},
		"no phone":                     {map[Field]string{Phone: "没有"}, "phone intake.phone"},
		"a short phone":                {map[Field]string{Phone: "1234"}, "phone intake.phone"},
		"an odd volume":                {map[Field]string{Volume: "250"}, "volume intake.amount"},
		"a negative volume":            {map[Field]string{Volume: "-1"}, "volume intake.number"},
		"apheresis without units":      {map[Field]string{Product: "血小板", Volume: "250"}, "units intake.missing"},
		"apheresis of three units":     {map[Field]string{Product: "血小板", Volume: "250", Units: "3"}, "units intake.number"},
		"apheresis":                    {map[Field]string{Product: "血小板", Volume: "", Units: "2.0"}, ""},
		"whole blood with units":       {map[Field]string{Units: "1"}, "volume intake.amount"},
		"a number in a record's name":  {map[Field]string{RecordID: "110199199002280004"}, "record_id intake.record_id"},
		"a phone in a record's name":   {map[Field]string{RecordID: "R-13800000000"}, "record_id intake.record_id"},
		"not a number":                 {map[Field]string{Verdict: "不合格", ReportedOn: "2026-11-17", ALT: "NaN"}, "alt intake.number"},
		"too long":                     {map[Field]string{Name: strings.Repeat("测", 201)}, "name intake.text"},
		"a name in Latin letters only": {map[Field]string{Name: "", LatinName: "TEST"}, ""},
	} {
		row := sound()
		for f, text := range c.set {
			row.Text[f] = text
		}
		r, err := checker.Check(row)
		var got []string
		if err != nil {
			for _, p := range fault.From(err).Places {
				got = append(got, p.Location+" "+p.Code)
			}
		}
		if strings.Join(got, ",") != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: %v, want %q", name, got, c.want)
		}
		if err == nil && strings.Contains(fmt.Sprintf("%v %+v %#v", r, r, r), "测试甲") {
			t.Errorf("%s: a record prints the name", name)
		}
	}
}

func TestVocabularyIsWhole(t *testing.T) {
	for _, f := range Fields() {
		if f.Label().ZH == "" || f.Label().EN == "" || f.Path() == "" {
			t.Errorf("%s has no name or path", fieldNames[f])
		}
	}
	for _, f := range []Field{ABO, RhD, HIV, HBV, HCV, Syphilis, ALT} {
		found := false
		for _, of := range terms().loinc {
			found = found || of == f
		}
		if !found {
			t.Errorf("%s has no LOINC code", fieldNames[f])
		}
	}
	for code, text := range terms().faults {
		if text.ZH == "" || text.EN == "" {
			t.Errorf("%s lacks words", code)
		}
	}
	for name, change := range map[string][2]string{
		"a field missing": {"  - {field: alt,", "  - {field: alt2,"}, "one name for two": {"zh: [姓名,", "zh: [性别,"}, "an unknown member": {"ignored:", "ignores:"},
	} {
		if _, err := readVocabulary([]byte(strings.Replace(string(fieldsYAML), change[0], change[1], 1))); fault.CodeOf(err) != "intake.fields" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
