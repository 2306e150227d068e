package node

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/payout"
)

// chosen are the folders staff and the bank's program have: what lies there in plain is
// theirs, and each has to be there, or the search would prove nothing.
//
//	scanner      pages as they come from the scanner, until the claim has them
//	files        the file for the bank, which the bank reads: names, accounts, amounts
//	statements   the bank's statement, which the bank writes
type chosen struct{ scanner, files, statements string }

// saveAs stands for the system's dialog. The log of who did what goes where it is searched.
func (o *office) saveAs(_ context.Context, name string) (string, error) {
	if strings.HasPrefix(name, "P-") {
		return filepath.Join(o.files, name), nil
	}
	return filepath.Join(o.dir, "saved-"+name), nil
}

// pays has a claim of a canary approved, released, sent to the bank in a file, and found in
// the bank's statement.
func (o *office) pays(c, patient canary, n int) {
	o.t.Helper()
	view, said := o.captures(c, patient, n), c.said(n)
	path := "/claims/" + view.ID
	o.sits("demo.reviewer")
	o.must("POST", path+"/take", api.ClaimAct{Version: view.Version}, &view)
	o.must("POST", path+"/approve", api.ClaimAct{Version: view.Version, AmountFen: view.ClaimableFen}, &view)
	o.sits("demo.finance")
	o.must("POST", path+"/release", api.ClaimAct{Version: view.Version}, &view)
	var batch api.BatchOpened
	o.must("POST", "/payouts/batches", api.BatchNew{ID: "canary-batch", Method: payout.BankFile, Format: "bank-csv", Claims: []string{view.ID}}, &batch)
	o.must("POST", "/payouts/batches/canary-batch/send", map[string]int{"version": batch.Version}, &batch)
	o.tellsOf("saved", func() {
		o.must("POST", "/desk/files", api.DeskFile{Kind: "payout", ID: "canary-batch", Language: "zh-CN"}, nil)
	})
	o.bank(c, said["account"], view.ClaimableFen, batch.Listed[0].Number)
	o.must("POST", "/desk/statement", map[string]string{"from": "folder"}, nil)
	var found api.StatementOpened
	for _, step := range []string{"look", "take"} {
		o.must("POST", "/desk/statement/"+step, map[string]string{"format": "bank-csv"}, &found)
	}
	if o.must("GET", path, nil, &view); view.Status != claim.Paid || len(found.Lines) != 1 {
		o.t.Errorf("the claim of a canary is %s after %+v", view.Status, found)
	}
	o.asks("POST", path+"/confirm", api.ByHand{Version: view.Version + 9, Note: said["note"]}, nil) // refused
}

// bank reads the file and lays its statement down, called after whom it paid.
func (o *office) bank(c canary, account string, fen int64, number string) {
	o.t.Helper()
	if found, files, err := leaks(o.files, []string{account}); err != nil || files != 1 || len(found) != 1 {
		o.t.Fatalf("the bank cannot read whom to pay: %d files, %v, %v", files, found, err)
	}
	text, err := simplifiedchinese.GB18030.NewEncoder().String(fmt.Sprintf("交易日期,流水号,支出,收入,对方账号,对方户名,附言\n%s,S-1,%d.%02d,,%s,%s,代发 %s\n",
		o.center.Today(), fen/100, fen%100, account, c.person.Name, number))
	if err == nil {
		err = os.WriteFile(filepath.Join(o.statements, c.person.Name+".csv"), []byte(text), 0o600)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// administers writes the log of who did what to a file, and checks a pack that lies in a
// file called after somebody.
func (o *office) administers(c canary) {
	o.t.Helper()
	o.sits("demo.admin")
	var how api.DeskExport
	ended := func() bool {
		o.must("GET", "/desk/audit-export", nil, &how)
		return how.State != "choosing" && how.State != "writing"
	}
	heard := o.hearing("")
	o.must("POST", "/desk/audit-export", map[string]string{"format": "csv"}, nil)
	for !ended() {
		heard()
	}
	if how.State != "done" || how.Entries < 20 {
		o.t.Errorf("the log was not written: %+v", how)
	}
	path := filepath.Join(o.scanner, c.person.Name+".yaml")
	if err := os.WriteFile(path, []byte("name: "+c.person.Document.Number+"\n"), 0o600); err != nil {
		o.t.Fatal(err)
	}
	o.desk.Drop([]string{path})
	var files []api.PackFile
	o.must("POST", "/desk/packs/files", map[string]string{"from": "drop"}, &files)
	var report api.PackReport
	if o.asks("POST", "/packs/check", api.PackFiles{Files: files}, &report); len(files) != 1 {
		o.t.Errorf("%d files of a pack", len(files))
	}
}

// hearing returns what waits until the desk has told something of a topic, or of any.
func (o *office) hearing(topic string) (wait func()) {
	told := make(chan struct{}, 1)
	o.t.Cleanup(o.desk.Subscribe(func(t string, _ any) {
		if topic != "" && t != topic {
			return
		}
		select {
		case told <- struct{}{}:
		default:
		}
	}))
	return func() {
		o.t.Helper()
		select {
		case <-told:
		case <-o.t.Context().Done():
			o.t.Fatalf("nothing was told of %q", topic)
		}
	}
}

// tellsOf does what the desk tells the end of.
func (o *office) tellsOf(topic string, do func()) {
	o.t.Helper()
	wait := o.hearing(topic)
	do()
	wait()
}
