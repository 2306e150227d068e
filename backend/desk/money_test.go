package desk_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/staff"
)

// Files are saved by the program where somebody chooses, whole or not at all.
func TestFilesAreSavedByTheProgram(t *testing.T) {
	o := newOffice(t, staff.Finance)
	statement := api.DeskFile{Kind: "settlement_paper", ID: "110105-2026-11", Language: "zh-CN"}
	save := func(in api.DeskFile, code string) (out api.DeskSaved) {
		t.Helper()
		o.want(http.MethodPost, "/desk/files", in, &out, code)
		return out
	}
	save(statement, "desk.signed_out")
	o.enter()
	save(statement, "desk.no_dialog")
	save(api.DeskFile{Kind: "settlement_paper", ID: "999999-2026-11", Language: "en"}, "settlement.not_found")

	chosen := filepath.Join(t.TempDir(), "chosen.pdf")
	asked, answers, told := make(chan string, 1), make(chan string), make(chan api.DeskSaved, 1)
	o.config.SaveAs = func(_ context.Context, name string) (string, error) {
		asked <- name
		return <-answers, nil
	}
	o.reopen()
	defer o.desk.Subscribe(func(topic string, data any) {
		if topic == "saved" {
			told <- data.(api.DeskSaved)
		}
	})()
	for _, c := range []struct{ path, state, name string }{{"", "left", "settlement-110105-2026-11.pdf"}, {chosen, "saved", "chosen.pdf"},
		{filepath.Join(chosen, "x.pdf"), "failed", "settlement-110105-2026-11.pdf"}} {
		if out := save(statement, ""); out.State != "asking" || <-asked != "settlement-110105-2026-11.pdf" {
			t.Fatalf("%+v", out)
		}
		if out := save(statement, ""); out.State != "asking" {
			t.Errorf("while it stands open: %+v", out)
		}
		answers <- c.path
		if is := <-told; is != (api.DeskSaved{State: c.state, Name: c.name}) {
			t.Errorf("%+v, want %+v", is, c)
		}
	}
	if content, err := os.ReadFile(chosen); err != nil || string(content[:5]) != "%PDF-" {
		t.Errorf("%.20s, %v", content, err)
	}

	if out := save(api.DeskFile{Kind: "settlement_workbook", ID: "110105-2026-11", Language: "en"}, ""); out.State != "asking" || <-asked != "settlement-110105-2026-11.xlsx" {
		t.Errorf("%+v", out)
	}
	answers <- ""
	<-told
	if entries, err := os.ReadDir(filepath.Dir(chosen)); err != nil || len(entries) != 1 {
		t.Errorf("beside the file lies %v, %v", entries, err)
	}
	var printed api.DeskPrinted
	o.want(http.MethodPost, "/desk/settlements/110105-2026-11/paper", api.DeskSettlement{Language: "en"}, &printed, "")
	if printed.State != "printed" {
		t.Errorf("%+v", printed)
	}
}

// A statement is looked at before it is taken in; a look keeps nothing, and the same file
// again is the same statement.
func TestAStatementIsLookedAtFirst(t *testing.T) {
	o := newOffice(t, staff.Finance)
	o.config.Statements = t.TempDir()
	o.reopen()
	format := map[string]string{"format": "bank-csv"}
	choose := func(from, code string) (out api.DeskStatement) {
		t.Helper()
		o.want(http.MethodPost, "/desk/statement", map[string]string{"from": from}, &out, code)
		return out
	}
	choose("folder", "desk.no_statement")
	choose("drop", "desk.no_statement")
	o.want(http.MethodPost, "/desk/statement/look", format, nil, "desk.no_statement")
	for name, text := range map[string]string{"a.csv": "交易日期,流水号,支出,收入,对方账号,附言\n2026-11-26,S-1,99.00,,123,水费\n2026-11-26,S-2,,1.00,123,利息\n", "notes.txt": "x"} {
		if err := os.WriteFile(filepath.Join(o.config.Statements, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out := choose("folder", ""); out.Name != "a.csv" || out.Format != "csv" || out.Bytes == 0 {
		t.Errorf("%+v", out)
	}
	var is api.StatementOpened
	for range 2 {
		o.want(http.MethodPost, "/desk/statement/look", format, &is, "")
		if is.Already || is.DebitFen != 9_900 || is.CreditFen != 100 || len(is.Findings) != 1 || is.Findings[0].SumFen != 10_000 {
			t.Errorf("%+v", is)
		}
	}
	var kept []api.StatementListed
	o.want(http.MethodGet, "/payouts/statements", nil, &kept, "")
	if len(kept) != 0 {
		t.Errorf("a look kept %+v", kept)
	}
	for i := range 2 {
		o.want(http.MethodPost, "/desk/statement/take", format, &is, "")
		if is.Already != (i == 1) {
			t.Errorf("%d: %+v", i, is)
		}
	}
	o.desk.Drop([]string{filepath.Join(o.config.Statements, "notes.txt")})
	if out := choose("drop", ""); out.Name != "notes.txt" {
		t.Errorf("%+v", out)
	}
	o.want(http.MethodPost, "/desk/statement/look", format, nil, "payout.statement_headings")
	o.want(http.MethodPost, "/desk/logout", nil, nil, "")
	o.enter()
	o.want(http.MethodPost, "/desk/statement/look", format, nil, "desk.no_statement")
}

// reopen starts the desk with what it was told anew, and logs in.
func (o *office) reopen() {
	o.t.Helper()
	if err := o.desk.Close(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	o.open()
	o.enter()
}
