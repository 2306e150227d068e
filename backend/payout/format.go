package payout

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lianxin/backend/calendar"
	"lianxin/backend/money"
	"lianxin/backend/policy/packfile"
)

// FileKind is what a bank's file is.
type FileKind string

const (
	CSV  FileKind = "csv"
	XLSX FileKind = "xlsx"
)

// Encoding is how the text of a CSV file is written.
type Encoding string

const (
	UTF8    Encoding = "utf-8"
	GB18030 Encoding = "gb18030"
)

// Value is what of a payment stands in a column of a bank's file.
type Value string

const (
	RowNumber   Value = "row" // from 1
	BillNumber  Value = "number"
	ToAccount   Value = "account"
	ToHolder    Value = "holder"
	ToBank      Value = "bank"
	Yuan        Value = "yuan" // 410.00
	Fen         Value = "fen"
	ClaimNumber Value = "claim"
)

// Values are all of them.
func Values() []Value {
	return []Value{RowNumber, BillNumber, ToAccount, ToHolder, ToBank, Yuan, Fen, ClaimNumber}
}

// Column is one column of a bank's file: what of a payment, or the same text in each row.
type Column struct {
	Title string
	Of    Value
	Text  string
}

// LineField is what a column of a statement says.
type LineField string

const (
	LineSerial  LineField = "serial"
	LineOn      LineField = "on"
	LineOut     LineField = "out" // yuan that left
	LineIn      LineField = "in"  // yuan that came
	LineAccount LineField = "account"
	LineHolder  LineField = "holder"
	LineRemark  LineField = "remark"
)

// LineFields are all of them.
func LineFields() []LineField {
	return []LineField{LineSerial, LineOn, LineOut, LineIn, LineAccount, LineHolder, LineRemark}
}

// Format is how files go to one bank and come back: a dated pack with worked examples.
type Format struct {
	packfile.Head
	packfile.Written
	Kind     FileKind
	Encoding Encoding // CSV
	Columns  []Column
	// Lines are the headings by which a statement's columns are known; several may fill
	// one field (摘要 and 附言 are both remarks).
	Lines map[LineField][]string
}

// Formats are those of all banks.
type Formats []Format

// Bank finds a format.
func (f Formats) Bank(id string) (Format, bool) {
	for _, one := range f {
		if one.ID == id {
			return one, true
		}
	}
	return Format{}, false
}

//go:embed packs/*/*.yaml
var packFiles embed.FS

// BuiltIn returns the formats this program was built with, each in a folder of its own.
var BuiltIn = sync.OnceValue(func() Formats {
	folders, err := fs.ReadDir(packFiles, "packs")
	if err != nil {
		panic(err)
	}
	var all Formats
	for _, f := range folders {
		all = append(all, packfile.BuiltIn(packFiles, "packs/"+f.Name(), Load)())
	}
	return all
})

// yuan is a payment's amount as banks write it.
func (p Payment) yuan() string { return money.Yuan(p.AmountFen) }

// Row is what stands in one row of a bank's file.
func (f Format) Row(n int, p Payment) []string {
	cells := make([]string, len(f.Columns))
	for i, c := range f.Columns {
		switch c.Of {
		case RowNumber:
			cells[i] = strconv.Itoa(n)
		case BillNumber:
			cells[i] = p.Number
		case ToAccount:
			cells[i] = p.Payee.Account
		case ToHolder:
			cells[i] = p.Payee.Holder
		case ToBank:
			cells[i] = p.Payee.Bank
		case Yuan:
			cells[i] = p.yuan()
		case Fen:
			cells[i] = strconv.FormatInt(p.AmountFen, 10)
		case ClaimNumber:
			cells[i] = p.Claim
		default:
			cells[i] = c.Text
		}
	}
	return cells
}

// Titles are the headings of a bank's file.
func (f Format) Titles() []string {
	titles := make([]string, len(f.Columns))
	for i, c := range f.Columns {
		titles[i] = c.Title
	}
	return titles
}

// Heads finds the columns of a statement by a row of headings; ok is false for a row that
// is none: banks write about the account above it.
func (f Format) Heads(cells []string) (fields [][]int, ok bool) {
	fields = make([][]int, len(LineFields()))
	for i, field := range LineFields() {
		for column, text := range cells {
			if slices.Contains(f.Lines[field], strings.Join(strings.Fields(text), "")) {
				fields[i] = append(fields[i], column)
			}
		}
	}
	at := func(f LineField) []int { return fields[slices.Index(LineFields(), f)] }
	return fields, len(at(LineOn)) > 0 && len(at(LineOut))+len(at(LineIn)) > 0
}

// sums are how rows begin that are no lines: totals and balances.
var sums = []string{"合计", "总计", "小计", "本页", "期初", "期末", "承前", "过次"}

// Line reads a row of a statement. ok is false for a row that is no line; why is the code of
// what keeps one from being read.
func (f Format) Line(fields [][]int, cells []string) (l Line, ok bool, why string) {
	text := func(field LineField) string {
		var parts []string
		for _, column := range fields[slices.Index(LineFields(), field)] {
			if column < len(cells) && strings.TrimSpace(cells[column]) != "" {
				parts = append(parts, strings.TrimSpace(cells[column]))
			}
		}
		return strings.Join(parts, " ")
	}
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" {
			if slices.ContainsFunc(sums, func(s string) bool { return strings.HasPrefix(c, s) }) {
				return l, false, ""
			}
			break
		}
	}
	out, okOut := yuan(text(LineOut))
	in, okIn := yuan(text(LineIn))
	on, okOn := day(text(LineOn))
	switch {
	case strings.TrimSpace(strings.Join(cells, "")) == "":
		return l, false, ""
	case !okOut || !okIn || out != 0 && in != 0:
		return l, false, "payout.statement_amount"
	case !okOn:
		return l, false, "payout.statement_day"
	case out == 0 && in == 0:
		return l, false, "" // interest of nothing, a note
	}
	l = Line{Serial: text(LineSerial), On: on, Account: digits(text(LineAccount)), Holder: text(LineHolder), Remark: text(LineRemark)}
	// A statement with one column of amounts writes what left with a minus, or what came.
	l.AmountFen, l.Incoming = out+in, in > 0 || out < 0
	if l.AmountFen < 0 {
		l.AmountFen = -l.AmountFen
	}
	return l, true, ""
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, text)
}

// yuan reads an amount in fen; nothing and a dash are nothing.
func yuan(text string) (fen int64, ok bool) {
	text = strings.NewReplacer(",", "", "，", "", "¥", "", "￥", "", " ", "").Replace(text)
	if text == "" || text == "-" || text == "--" {
		return 0, true
	}
	sign := int64(1)
	if strings.HasPrefix(text, "-") {
		sign, text = -1, text[1:]
	}
	whole, part, _ := strings.Cut(text, ".")
	for len(part) > 2 && strings.HasSuffix(part, "0") {
		part = part[:len(part)-1]
	}
	if len(part) > 2 || whole == "" || len(whole) > 12 || strings.Trim(whole+part, "0123456789") != "" {
		return 0, false
	}
	fen, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	return sign * fen, err == nil
}

// firstCounted and lastCounted are the days as workbooks count them that are read as such:
// those of 2015 to 2064.
const firstCounted, lastCounted = 42005, 60265

// day reads the days banks write: 2026-11-29, 2026/11/29, 20261129, with a time behind, or
// as a workbook counts them from the end of 1899.
func day(text string) (calendar.Date, bool) {
	if count, err := strconv.ParseFloat(text, 64); err == nil && count >= firstCounted && count <= lastCounted {
		return calendar.New(1899, 12, 30).AddDays(int(count)), true
	}
	text = strings.NewReplacer("/", "-", "年", "-", "月", "-", "日", "").Replace(text)
	if i := strings.IndexAny(text, " T"); i > 0 {
		text = text[:i]
	}
	if len(text) >= 8 && strings.Trim(text[:8], "0123456789") == "" {
		text = text[:4] + "-" + text[4:6] + "-" + text[6:8]
	}
	var y, m, d int
	if n, err := fmt.Sscanf(text, "%d-%d-%d", &y, &m, &d); err != nil || n != 3 {
		return calendar.Date{}, false
	}
	date, err := calendar.Parse(fmt.Sprintf("%04d-%02d-%02d", y, m, d))
	return date, err == nil
}
