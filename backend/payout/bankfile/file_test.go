package bankfile

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/payout"
)

func payments(holders ...string) []payout.Payment {
	var all []payout.Payment
	for i, holder := range holders {
		id := payout.PaymentID("claim", i+1)
		all = append(all, payout.Payment{ID: id, Number: payout.NumberOf(id), Claim: "110105-2026-00001", AmountFen: 41000 + int64(i),
			Payee: claim.Payee{Kind: claim.BankAccount, Holder: holder, Account: "6200000000000000001", Bank: "测试银行"}})
	}
	return all
}

func format(t testing.TB, id string) payout.Format {
	t.Helper()
	f, ok := payout.BuiltIn().Bank(id)
	if !ok {
		t.Fatal(id)
	}
	return f
}

// What is written is read again as it was: rare names, long numbers as text, the same bytes each time.
func TestFilesForBanks(t *testing.T) {
	inUTF8 := format(t, "bank-csv")
	inUTF8.Encoding = payout.UTF8
	for id, as := range map[string]payout.Format{"bank-csv": format(t, "bank-csv"), "in UTF-8": inUTF8, "bank-xlsx": format(t, "bank-xlsx")} {
		all := payments("测试甲", "王𬭎", `O"Neil, 测试`, "买买提·测试")
		file, err := Write(as, payout.Batch{Number: "P-2026-00001"}, all)
		if err != nil {
			t.Fatal(err)
		}
		if as.Kind == payout.CSV && utf8.Valid(file.Content) != (as.Encoding == payout.UTF8) {
			t.Errorf("%s is in another encoding", id)
		}
		again, err := Write(as, payout.Batch{Number: "P-2026-00001"}, all)
		if err != nil || !bytes.Equal(file.Content, again.Content) {
			t.Errorf("%s: another file the second time, %v", id, err)
		}
		rows, err := rowsOf(file.Content)
		if err != nil || len(rows) != len(all)+1 {
			t.Fatalf("%s: %v, %d rows", id, err, len(rows))
		}
		for i, p := range all {
			line := strings.Join(rows[i+1], "|")
			for _, want := range []string{p.Number, p.Payee.Holder, p.Payee.Account, "410.0" + string(rune('0'+i))} {
				if !strings.Contains(line, want) {
					t.Errorf("%s: no %q in %q", id, want, line)
				}
			}
		}
	}
}

// Programs that read a workbook by the size it says find all of it, and nobody else's name.
func TestAWorkbookSaysWhatItIs(t *testing.T) {
	file, err := Write(format(t, "bank-xlsx"), payout.Batch{}, payments("测试甲", "王𬭎"))
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(file.Content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	size, err := book.GetSheetDimension("Sheet1")
	about, aboutErr := book.GetDocProps()
	if err != nil || aboutErr != nil || size != "A1:F3" || about.Creator != "Lianxin" {
		t.Errorf("%s, %+v, %v, %v", size, about, err, aboutErr)
	}
}

// No text becomes a formula: neither is it altered nor does it leave.
func TestNoFormulaLeaves(t *testing.T) {
	for _, holder := range []string{"=HYPERLINK(\"http://example.invalid\")", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "甲\n乙"} {
		for _, id := range []string{"bank-csv", "bank-xlsx"} {
			if _, err := Write(format(t, id), payout.Batch{}, payments(holder)); fault.CodeOf(err) != "payout.payee_formula" {
				t.Errorf("%q leaves in %s: %v", holder, id, err)
			}
		}
		if payout.Unfit(claim.Payee{Kind: claim.BankAccount, Holder: holder, Account: "62", Bank: "b"}) == "" {
			t.Errorf("%q may be paid", holder)
		}
	}
}

// A workbook's own days and numbers are read as what people see.
func TestStatementsInWorkbooks(t *testing.T) {
	lines, err := Read(format(t, "bank-xlsx"), statementBook(t))
	want := []payout.Line{{Serial: "S-1", On: calendar.New(2026, 11, 29), AmountFen: 141005, Account: "62000001", Remark: "LX0123456789ABCDEF"},
		{Serial: "S-2", On: calendar.New(2026, 11, 30), AmountFen: 30, Incoming: true}}
	if err != nil || len(lines) != 2 || lines[0] != want[0] || lines[1] != want[1] {
		t.Errorf("%+v, %v", lines, err)
	}
}

// statementBook is a statement as a workbook, with days and amounts as such.
func statementBook(t testing.TB) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for cell, value := range map[string]any{"A1": "账户", "B1": "测试", "A3": "交易时间", "B3": "流水号", "C3": "交易金额", "D3": "对方账号", "E3": "商户流水号",
		"A4": 46355.5, "B4": "S-1", "C4": -1410.05, "D4": "6200 0001", "E4": "LX0123456789ABCDEF", "A5": 46356, "B5": "S-2", "C5": 0.1 + 0.2} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	var content bytes.Buffer
	if err := book.Write(&content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

func TestStatementsThatAreRefused(t *testing.T) {
	for content, want := range map[string]string{
		"": "payout.statement_headings", "交易日期\n2026-11-29\n": "payout.statement_headings", "PK\x03\x04 torn": "payout.statement_file", "\x00\x01": "payout.statement_file",
		"交易日期,支出\n昨天,1.00\n": "payout.statement_rows", "交易日期,支出\n2026-11-29,1.005\n": "payout.statement_rows",
		"交易日期,支出,收入\n2026-11-29,1.00,2.00\n": "payout.statement_rows", strings.Repeat(" ", MaxBytes+1): "payout.statement_size",
	} {
		if _, err := Read(format(t, "bank-csv"), []byte(content)); fault.CodeOf(err) != want {
			t.Errorf("%.20q: %v, want %s", content, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("交易日期\t支出\n2026-11-29\t1.00\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Add(statementBook(f))
	paid, err := Write(format(f, "bank-xlsx"), payout.Batch{}, payments("测试甲"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(paid.Content)
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, bank := range payout.BuiltIn() {
			lines, err := Read(bank, content)
			if err != nil && fault.CodeOf(err) == "internal" {
				t.Error(err)
			}
			for _, l := range lines {
				if l.AmountFen <= 0 || l.On.IsZero() {
					t.Errorf("%+v", l)
				}
			}
		}
	})
}
