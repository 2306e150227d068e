package stationfile

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

// kept are rows of a workbook some of whose names are numbers. The first one was rounded to
// fifteen digits and passes its check character all the same.
func kept() [][]any {
	const whole, bag = "全血", "Z900026000001"
	return [][]any{{"记录编号", "证件号码", "姓名", "献血编号", "献血类型", "采血量", "献血日期", "采血点", "原证件类型", "原证件号码", "手机号"},
		{"R-1", 110199199001013000, "测试甲", bag, whole, 400, 46342, "miyun-gulou"},
		{"R-2", "110199199001013000", "测试乙", bag, whole, 400, 46342, "miyun-gulou", "", "", 13900000000},
		{7, "110199199001013000", "测试丙", 9000126000001, whole, 400, 46342, "miyun-gulou", "台胞证", 12345678},
		{1.2345678901234567e19, "110199199001013000", "测试丁", bag, whole, 400, 46342, "miyun-gulou", "", "", 1.3900000000e19},
	}
}

// A number that names somebody and was kept as a quantity is refused, whatever its check
// character says: which digits it had nobody knows.
func TestANameKeptAsANumberIsRefused(t *testing.T) {
	got := read(bytes.NewReader(workbook(t, kept()...)), Options{Format: XLSX})
	want := []string{"row 2, column B (证件号码) intake.rounded",
		"row 4, column J (原证件号码) intake.rounded", "row 4, column D (献血编号) intake.rounded",
		"row 5, column A (记录编号) intake.rounded", "row 5, column K (手机号) intake.rounded"}
	if got.file != nil || !slices.Equal(got.wrong, want) {
		t.Errorf("%v, %s, want %s", got.file, strings.Join(got.wrong, "\n"), strings.Join(want, "\n"))
	}
	if len(got.records) != 1 || got.records[0].ID != "R-2" || got.records[0].Phone != "13900000000" || got.records[0].Donation.VolumeML != 400 {
		t.Errorf("the sound one: %+v", got.records)
	}
}

// Taken in unmended, the file of refused rows has the same row refused: as a text the number
// would pass.
func TestANameKeptAsANumberIsRefusedAgain(t *testing.T) {
	name := filepath.Join(t.TempDir(), "errors.xlsx")
	file, err := OpenErrorFile(name, XLSX, false)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range Read(bytes.NewReader(workbook(t, kept()[:2]...)), Options{Format: XLSX}) {
		if err != nil {
			t.Fatal(err)
		}
		_, err := checker.Check(row)
		if err := file.Write(row, fault.From(err).Places); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(bytes.NewReader(again), Options{Format: XLSX}); len(got.records) != 0 || !slices.Equal(got.wrong, []string{"row 2, column C (证件号码) intake.rounded"}) {
		t.Errorf("%+v, %v, %v", got.records, got.wrong, got.file)
	}
}

// sheetData is two rows with a document number that is a number, in the words of ECMA-376.
func sheetData() string {
	var data strings.Builder
	for n, row := range [][]string{{"记录编号", "姓名", "献血编号", "献血类型", "采血量", "献血日期", "采血点", "证件号码"},
		{"R-1", "测试甲", "Z900026000001", "全血", "400", "2026-11-16", "miyun-gulou"}, {"R-2", "测试甲", "Z900026000001", "全血", "400", "2026-11-16", "miyun-gulou"}} {
		fmt.Fprintf(&data, `<row r="%d">`, n+1)
		for i, text := range row {
			fmt.Fprintf(&data, `<c r="%s%d" t="str"><v>%s</v></c>`, letters(i), n+1, text)
		}
		if n > 0 {
			fmt.Fprintf(&data, `<c r="H%d"><v>110199199001013000</v></c>`, n+1)
		}
		data.WriteString("</row>")
	}
	return `<sheetData>` + data.String() + `</sheetData>`
}

// packed is a workbook of one sheet, of nothing but what one must have.
func packed(t testing.TB, at, target, sheetAt, data string) []byte {
	t.Helper()
	const main, office = `"http://schemas.openxmlformats.org/spreadsheetml/2006/main"`, "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + office + `/%s" Target="%s"/></Relationships>`
	folder, file := path.Split(at)
	var out bytes.Buffer
	book := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"[Content_Types].xml":              `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":                      fmt.Sprintf(relations, "officeDocument", "/"+at),
		folder + "_rels/" + file + ".rels": fmt.Sprintf(relations, "worksheet", target),
		at:                                 `<workbook xmlns=` + main + ` xmlns:r="` + office + `"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
		sheetAt:                            `<worksheet xmlns=` + main + ` xmlns:x=` + main + `>` + data + `</worksheet>`,
	} {
		part, err := book.Create(name)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Other programs put the sheet elsewhere, do not say where a row or a cell stands, leave empty rows
// out, or give their elements a prefix.
func TestCellKindsOfOtherPrograms(t *testing.T) {
	const at, target, sheet = "xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"
	places := regexp.MustCompile(` r="[A-Z]*[0-9]+"`)
	for name, book := range map[string][]byte{
		"an absolute path":   packed(t, at, "/xl/worksheets/data.xml", "xl/worksheets/data.xml", sheetData()),
		"another folder":     packed(t, "book/main.xml", "a/b.xml", "book/a/b.xml", sheetData()),
		"nothing says where": packed(t, at, target, sheet, places.ReplaceAllLiteralString(sheetData(), "")),
		"no empty rows":      packed(t, at, target, sheet, strings.ReplaceAll(sheetData(), `3"`, `30"`)),
		"a prefix":           packed(t, at, target, sheet, strings.NewReplacer("</", "</x:", "<", "<x:").Replace(sheetData())),
	} {
		got := read(bytes.NewReader(book), Options{Format: XLSX})
		if got.file != nil || len(got.records) != 0 || len(got.wrong) != 2 || !strings.HasSuffix(got.wrong[1], "column H (证件号码) intake.rounded") {
			t.Errorf("%s: %v, %v, %+v", name, got.file, got.wrong, got.records)
		}
	}
}
