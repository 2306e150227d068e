package stationfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"github.com/xuri/excelize/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/intake"
	"lianxin/backend/result"
)

// examples are what every file of testdata says.
func examples() []intake.Record {
	marks := func(hbv result.Reading, alt float64) result.Markers {
		return result.Markers{HIV: result.NonReactive, HBV: hbv, HCV: result.NonReactive, Syphilis: result.NonReactive, ALT: alt}
	}
	day := calendar.MustParse
	first, second := donation.Group{ABO: "A", RhD: "+"}, donation.Group{ABO: "O", RhD: "-"}
	return []intake.Record{
		{ID: "MY-2026-000001", Phone: "010-5550-0001", Group: first,
			Person: identity.Person{Name: "测试王𬭎", Sex: identity.Female, Born: day("1990-02-28"), Nationality: "CHN",
				Document: identity.Document{Kind: identity.ResidentID, Number: "110199199002280004"}},
			Donation: donor.Donation{DIN: "Z900026000001", Product: donation.WholeBlood, VolumeML: 400, On: day("2026-11-16"), SiteID: "miyun-gulou"},
			Result:   &result.Result{Qualified: true, Group: first, ReportedOn: day("2026-11-18"), Markers: marks(result.NonReactive, 23.5)}},
		{ID: "MY-2026-000002", Phone: "010-5550-0002", Group: second,
			Person: identity.Person{Name: "测试李强", Sex: identity.Male, Born: day("1985-07-01"), Nationality: "CHN",
				Document: identity.Document{Kind: identity.ResidentID, Number: "110199198507010013"}},
			Donation: donor.Donation{DIN: "Z900026000002", Product: donation.Apheresis, VolumeML: 250, Units: 1, On: day("2026-11-16"), SiteID: "miyun-gulou", Reaction: true},
			Result:   &result.Result{Group: second, ReportedOn: day("2026-11-18"), Markers: marks(result.Reactive, 31)}},
		{ID: "MY-2026-000003", Phone: "010-5550-0003",
			Person: identity.Person{Name: "TEST PERSON", Sex: identity.Female, Born: day("1992-03-04"), Nationality: "UTO",
				Document: identity.Document{Kind: identity.Passport, Number: "T1234567", Country: "UTO"}},
			Donation: donor.Donation{DIN: "Z900026000003", Product: donation.WholeBlood, VolumeML: 200, On: day("2026-11-22"), SiteID: "miyun-gulou"}},
	}
}

// The same three records, in every way a station may write them.
func TestEveryFormatSaysTheSame(t *testing.T) {
	plain := example(t, "example.csv")
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(plain)
	if err != nil {
		t.Fatal(err)
	}
	english := strings.NewReplacer("记录编号", "Record ID", "证件类型", "document_kind", "证件号码", "ID Number", "姓名", "NAME", "献血日期", "Donation date（YYYY）",
		"献血编号", "DIN", "采血点", "site", "ABO血型", "ＡＢＯ").Replace(string(plain))
	english = strings.Replace(english, "（YYYY）", "", 1)
	for name, c := range map[string]struct {
		file []byte
		o    Options
	}{
		"CSV":                    {plain, Options{Format: CSV}},
		"CSV with a mark":        {append([]byte("\ufeff"), plain...), Options{Format: CSV}},
		"CSV in GB 18030":        {example(t, "example-gb18030.csv"), Options{Format: CSV}},
		"CSV, told":              {example(t, "example-gb18030.csv"), Options{Format: CSV, Encoding: GB18030}},
		"CSV in UTF-16":          {utf16, Options{Format: CSV}},
		"CSV of another system":  {bytes.ReplaceAll(plain, []byte("\n"), []byte("\r\n")), Options{Format: CSV}},
		"CSV with semicolons":    {bytes.ReplaceAll(plain, []byte(","), []byte(";")), Options{Format: CSV}},
		"CSV with tabs":          {bytes.ReplaceAll(plain, []byte(","), []byte("\t")), Options{Format: CSV}},
		"CSV, English headings":  {[]byte(english), Options{Format: CSV}},
		"CSV with an error list": {bytes.ReplaceAll(plain, []byte("\n"), []byte(",\n")), Options{Format: CSV}},
		"XLSX":                   {exampleWorkbook(t), Options{Format: XLSX}},
		"NDJSON":                 {example(t, "example.ndjson"), Options{Format: NDJSON}},
		"FHIR":                   {example(t, "example.fhir.json"), Options{Format: FHIR}},
	} {
		got := read(bytes.NewReader(c.file), c.o)
		if got.file != nil || len(got.wrong) > 0 {
			t.Errorf("%s: %v, %v", name, got.file, got.wrong)
		}
		if !reflect.DeepEqual(got.records, examples()) {
			t.Errorf("%s: %d records, not the example:\n%s", name, len(got.records), difference(got.records, examples()))
		}
	}
}

func difference(got, want []intake.Record) string {
	var b strings.Builder
	for i := range want {
		if i < len(got) {
			a, _ := json.Marshal(got[i])
			w, _ := json.Marshal(want[i])
			fmt.Fprintf(&b, "got  %s\nwant %s\n", a, w)
		}
	}
	return b.String()
}

// A file is larger than what its encoding is told by, and a character lies across the border.
func TestEncodingOfALongFile(t *testing.T) {
	head := strings.SplitN(string(example(t, "example.csv")), "\n", 2)[0]
	for shift := range 4 {
		var file strings.Builder
		file.WriteString(strings.Repeat(" ", shift) + "\n" + head + "\n")
		for n := range 2000 {
			fmt.Fprintf(&file, "R-%d,,110199199002280004,测试王𬭎,,,,=Z90002600000192,全血,400,,2026-11-16,密云鼓楼\n", n)
		}
		gb, err := simplifiedchinese.GB18030.NewEncoder().String(file.String())
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"UTF-8": file.String(), "GB 18030": gb} {
			if got := read(strings.NewReader(text), Options{Format: CSV}); len(got.records) != 2000 || got.file != nil || got.records[1999].Person.Name != "测试王𬭎" {
				t.Errorf("%s, moved by %d: %d records, %v, %v", name, shift, len(got.records), got.wrong[:min(3, len(got.wrong))], got.file)
			}
		}
	}
}

// Who names the wrong encoding is told so, and not that every heading is a strange one.
func TestTheWrongEncodingOfHeadings(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		as   Encoding
	}{"GB 18030 read as UTF-8": {"example-gb18030.csv", UTF8}, "UTF-8 read as GB 18030": {"example.csv", GB18030}} {
		got := read(bytes.NewReader(example(t, c.file)), Options{Format: CSV, Encoding: c.as})
		if fault.CodeOf(got.file) != "intake.encoding" || len(got.records) != 0 {
			t.Errorf("%s: %d records, %v", name, len(got.records), got.file)
		}
	}
}

// The file the documentation lets people try has one good row; the others are damaged as it says.
func TestTheDamagedExampleIsAsDocumented(t *testing.T) {
	got := read(bytes.NewReader(example(t, "example-damaged.csv")), Options{Format: CSV})
	want := []string{"row 3, column B (证件号码) identity.check_digit", "row 4, column G (采血量) intake.amount", "row 5, column C intake.unreadable"}
	if got.file != nil || len(got.records) != 1 || !slices.Equal(got.wrong, want) {
		t.Errorf("%d good rows, %v, %v, want %v", len(got.records), got.file, got.wrong, want)
	}
}

const heading = "记录编号,证件号码,姓名,献血编号,献血类型,采血量,献血日期,采血点,血型,错误\n"

func TestDamagedRowsNameRowAndColumn(t *testing.T) {
	file := heading +
		"R-1,110199199002280004,测试甲,=Z90002600000192,全血,400,2026-11-16,miyun-gulou,,\n" +
		"R-2,110199199002280005,,=Z90002600000193,全学,450,2026-13-45,nowhere,C,\n" +
		"\n" +
		"R-4,110199199002280004,\"测试,=Z90002600000192,全血,400,2026-11-16,miyun-gulou,,\n" +
		"R-5,110199199002280004,测试甲,=Z90002600000192,全血,400,2026-11-16,miyun-gulou,,,,more\n" +
		"R-6,110199199002280004,测试\x80甲,=Z90002600000192,全血,400,2026-11-24,wangfujing,,\n" +
		"13800000000,12,测试\x01甲,Z9,全血,,1989-01-01,miyun-gulou,,\n" +
		"R-8\n" +
		strings.Repeat("x", 70_000) + "\n" +
		"R-10,110199199002280004,测试乙,=Z90002600000192,全血,200,2026-11-16,miyun-gulou,62,old reason\n"
	got := read(strings.NewReader(file), Options{Format: CSV, Encoding: UTF8})
	want := strings.Split(strings.TrimSpace(`
row 3, column B (证件号码) identity.check_digit
row 3, column C (姓名) intake.missing
row 3, column D (献血编号) din.check
row 3, column E (献血类型) intake.word
row 3, column G (献血日期) intake.date
row 3, column H (采血点) intake.site_unknown
row 3, column I (ABO血型) intake.word
row 5, column C intake.unreadable
row 6, column L intake.columns
row 7, column C (姓名) intake.encoding
row 7, column G (献血日期) intake.future
row 7, column H (采血点) intake.site_elsewhere
row 8, column C (姓名) intake.text
row 8, column A (记录编号) intake.record_id
row 8, column B (证件号码) identity.kind
row 8, column D (献血编号) din.length
row 8, column F (采血量) intake.missing
row 9, column B (证件号码) intake.missing
row 9, column C (姓名) intake.missing
row 9, column D (献血编号) intake.missing
row 9, column E (献血类型) intake.missing
row 9, column G (献血日期) intake.missing
row 9, column H (采血点) intake.missing
row 10 intake.unreadable`), "\n")
	if !reflect.DeepEqual(got.wrong, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got.wrong, "\n"), strings.Join(want, "\n"))
	}
	if len(got.records) != 2 || got.records[0].ID != "R-1" || got.records[1].ID != "R-10" || got.records[1].Group.RhD != "+" {
		t.Errorf("the sound rows: %v", got.records)
	}
}

func TestFilesRefusedAsAWhole(t *testing.T) {
	for name, c := range map[string]struct {
		file   []byte
		o      Options
		code   string
		places int
	}{
		"nothing":               {nil, Options{Format: CSV}, "intake.empty", 0},
		"headings only, mark":   {[]byte("\ufeff\n\n"), Options{Format: CSV}, "intake.empty", 0},
		"no headings":           {[]byte("R-1,110199199002280004,测试甲\n"), Options{Format: CSV}, "intake.headings", 11},
		"an unknown one":        {[]byte(strings.Replace(heading, "血型", "血形", 1)), Options{Format: CSV}, "intake.headings", 1},
		"one twice":             {[]byte(strings.Replace(heading, "血型", "Name", 1)), Options{Format: CSV}, "intake.headings", 1},
		"one missing":           {[]byte(strings.Replace(heading, "献血编号,", "", 1)), Options{Format: CSV}, "intake.headings", 1},
		"no workbook":           {[]byte("PK\x03\x04 no workbook"), Options{Format: XLSX}, "intake.format", 0},
		"an empty workbook":     {workbook(t), Options{Format: XLSX}, "intake.empty", 0},
		"half a workbook":       {exampleWorkbook(t)[:3000], Options{Format: XLSX}, "intake.format", 0},
		"an empty NDJSON":       {[]byte("\n \n"), Options{Format: NDJSON}, "intake.empty", 0},
		"no JSON":               {[]byte("hello"), Options{Format: FHIR}, "intake.format", 0},
		"no Bundle":             {[]byte("[]"), Options{Format: FHIR}, "intake.format", 0},
		"no entries":            {[]byte(`{"resourceType":"Bundle","entry":5}`), Options{Format: FHIR}, "intake.format", 0},
		"another resource":      {[]byte(`{"resourceType":"Patient","entry":[]}`), Options{Format: FHIR}, "intake.format", 0},
		"a Bundle of nothing":   {[]byte(`{"resourceType":"Bundle","entry":[]}`), Options{Format: FHIR}, "intake.empty", 0},
		"an empty FHIR":         {[]byte(" "), Options{Format: FHIR}, "intake.empty", 0},
		"a Bundle that is cut":  {example(t, "example.fhir.json")[:2000], Options{Format: FHIR}, "intake.format", 0},
		"the second one is cut": {append(example(t, "example.fhir.json"), `{"entry":[`...), Options{Format: FHIR}, "intake.format", 0},
	} {
		got := read(bytes.NewReader(c.file), c.o)
		if fault.CodeOf(got.file) != c.code || got.file != nil && len(fault.From(got.file).Places) != c.places {
			t.Errorf("%s: %v, want %s with %d places", name, got.file, c.code, c.places)
		}
	}
}

func TestDamagedMessages(t *testing.T) {
	sound := strings.SplitN(string(example(t, "example.ndjson")), "\n", 2)[0]
	file := strings.Join([]string{sound, "{", `{"donation":{"volume_ml":"400"}}`, `{"secret-name":1}`, sound + sound, `{"id":"R-6"}`, "null",
		strings.Replace(sound, `"+"`, `"?"`, 1)}, "\n")
	got := read(strings.NewReader(file), Options{Format: NDJSON})
	want := []string{"line 2 intake.unreadable", "line 3: donation.volume_ml intake.unreadable", "line 4 intake.unreadable", "line 5 intake.unreadable"}
	if len(got.records) != 1 || len(got.wrong) < 6 || !reflect.DeepEqual(got.wrong[:4], want) || got.wrong[4] != "line 6: donor.document.number intake.missing" ||
		got.wrong[len(got.wrong)-1] != "line 8: result.rhd intake.word" {
		t.Errorf("%d records, %s", len(got.records), strings.Join(got.wrong, "\n"))
	}
}

func TestDamagedBundles(t *testing.T) {
	text := string(example(t, "example.fhir.json"))
	for name, c := range map[string]struct{ old, new, want string }{
		"a stray reference":    {`"reference": "Patient/p2"`, `"reference": "Patient/p9"`, "entry[12].resource.subject intake.reference"},
		"not a patient":        {`"subject": {"reference": "Patient/p2"}, "performed`, `"subject": {"reference": "Procedure/d1"}, "performed`, "entry[12].resource.subject intake.reference"},
		"withdrawn":            {`"completed"`, `"entered-in-error"`, "entry[9].resource.status intake.status"},
		"a wrong check":        {`"value": "=Z90002600000192"`, `"value": "=Z90002600000193"`, "entry[9].resource.identifier din.check"},
		"a wrong number":       {"110199199002280004", "110199199002280005", "entry[8].resource.identifier[0] identity.check_digit"},
		"an unknown reading":   {`"阳性"`, `"?"`, "entry[19].resource.valueCodeableConcept intake.word"},
		"another type":         {`"status": "completed"`, `"status": 5`, "entry[9] intake.unreadable"},
		"an unknown amount":    {`{"value": 400, "unit": "mL"}`, `{"value": 400.5, "unit": "mL"}`, "entry[10].resource.valueQuantity intake.number"},
		"no day of the report": {`"issued": "2026-11-18T10:00:00+08:00", `, ``, "entry[0].resource.issued intake.missing"},
	} {
		file := strings.Replace(text, c.old, c.new, 1)
		if file == text {
			t.Fatalf("%s: nothing to replace", name)
		}
		if got := read(strings.NewReader(file), Options{Format: FHIR}); len(got.records) != 2 || len(got.wrong) != 1 || got.wrong[0] != c.want {
			t.Errorf("%s: %d records, %v, %v; want %s", name, len(got.records), got.wrong, got.file, c.want)
		}
	}
	// A report that is not final yet reports nothing.
	file := strings.ReplaceAll(text, `"status": "final", "code": {"text": "血液检测"}`, `"status": "preliminary", "code": {"text": "血液检测"}`)
	if got := read(strings.NewReader(file), Options{Format: FHIR}); len(got.records) != 3 || got.records[0].Result != nil {
		t.Errorf("preliminary: %v, %v", got.records, got.wrong)
	}
}

// A laboratory reports later and by itself: no report that is final vanishes.
func TestReportsWithoutTheirDonation(t *testing.T) {
	report := func(status, din string) string {
		return `{"resource": {"resourceType": "DiagnosticReport", "status": "` + status + `", ` + din + `"issued": "2026-11-18T10:00:00+08:00",
			"conclusionCode": [{"coding": [{"system": "urn:lianxin:verdict", "code": "not_qualified"}]}], "result": [{"reference": "Observation/o1"}]}}`
	}
	din := func(number string) string {
		return `"identifier": [{"system": "urn:lianxin:din", "value": "` + number + `"}], `
	}
	hiv := `{"resource": {"resourceType": "Observation", "id": "o1", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "31201-7"}]}, "valueCodeableConcept": {"text": "阳性"}}}`
	for name, c := range map[string]struct {
		entries []string
		want    string // what is wrong; "" for one record
		file    string
	}{
		"of a donation that may be known": {[]string{hiv, report("final", din("=Z90002600000192"))}, "", ""},
		"of no donation":                  {[]string{hiv, report("corrected", "")}, "entry[1].resource.identifier intake.missing", ""},
		"of a wrong number":               {[]string{hiv, report("final", din("Z9"))}, "entry[1].resource.identifier din.length", ""},
		"two of one donation":             {[]string{report("final", din("=Z90002600000192")), report("amended", din("Z900026000001"))}, "entry[1].resource.identifier intake.report_twice entry[1].resource.identifier intake.report_twice", ""},
		"not final":                       {[]string{hiv, report("preliminary", din("=Z90002600000192"))}, "", "intake.empty"},
	} {
		got := read(strings.NewReader(`{"resourceType": "Bundle", "entry": [`+strings.Join(c.entries, ",")+`]}`), Options{Format: FHIR})
		wantRecords := 0
		if c.want == "" && c.file == "" {
			wantRecords = 1
		}
		if strings.Join(got.wrong, " ") != c.want || fault.CodeOf(got.file) != c.file || len(got.records) != wantRecords {
			t.Errorf("%s: %v, %v, %v", name, got.records, got.wrong, got.file)
			continue
		}
		for _, r := range got.records {
			if !r.IsReport() || r.Donation.DIN != "Z900026000001" || r.Result.Qualified || r.Result.Markers.HIV != result.Reactive || r.Result.ReportedOn.String() != "2026-11-18" {
				t.Errorf("%s: %+v", name, r.Result)
			}
		}
	}
	// Beside its donation it belongs to that one, and is no row of its own; a second one refuses both.
	text := string(example(t, "example.fhir.json"))
	again := strings.Replace(text, `"entry": [`, `"entry": [`+report("final", din("=Z90002600000192"))+",", 1)
	if got := read(strings.NewReader(again), Options{Format: FHIR}); len(got.records) != 2 || !slices.Equal(got.wrong, []string{"entry[1].resource.identifier intake.report_twice"}) {
		t.Errorf("two beside the donation: %v, %v", got.records, got.wrong)
	}
}

// Days of a workbook that counts them from 1904 are the same days.
func TestWorkbookFrom1904(t *testing.T) {
	for from1904, count := range map[bool]int{false: 46342, true: 44880} {
		book := excelize.NewFile()
		rows := [][]any{{"记录编号", "证件号码", "姓名", "献血编号", "献血类型", "采血量", "献血日期", "采血点"},
			{"R-1", "110199199002280004", "测试甲", "Z900026000001", "全血", 400, count, "miyun-gulou"}}
		err := book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904})
		for i := range rows {
			err = errors.Join(err, book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &rows[i]))
		}
		var out bytes.Buffer
		if err := errors.Join(err, book.Write(&out)); err != nil {
			t.Fatal(err)
		}
		if got := read(&out, Options{Format: XLSX}); len(got.records) != 1 || got.records[0].Donation.On.String() != "2026-11-16" {
			t.Errorf("from 1904 %t: %v, %v, %v", from1904, got.records, got.wrong, got.file)
		}
	}
}
