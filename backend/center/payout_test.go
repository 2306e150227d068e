package center

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/claim"
	"lianxin/backend/payout"
	"lianxin/backend/result"
	"lianxin/backend/settlement"
	"lianxin/backend/staff"
)

// releases takes a claim from filing to where finance has released it.
func (o office) releases(id, district, digit string) api.ClaimOpened {
	o.t.Helper()
	o.gave(donorOf(digit+"12"), result.Markers{})
	content := claimContent(digit)
	content.Lines[0].Invoice = "INVOICE-" + id
	o.do("file", http.MethodPost, "", o.clerk, api.ClaimNew{ID: id, District: district, Content: content})
	c := o.shows(id)
	c = o.do("submit", http.MethodPost, "/"+id+"/submit", o.clerk, api.ClaimAct{Version: c.Version})
	c = o.do("take", http.MethodPost, "/"+id+"/take", o.reviewer, api.ClaimAct{Version: c.Version})
	c = o.do("approve", http.MethodPost, "/"+id+"/approve", o.reviewer, api.ClaimAct{Version: c.Version, AmountFen: c.ClaimableFen})
	return o.do("release", http.MethodPost, "/"+id+"/release", o.finance, api.ClaimAct{Version: c.Version})
}

func (o office) batch(what, method, path string, in any) (out api.BatchOpened) {
	o.t.Helper()
	o.want(what, method, "/payouts/batches"+path, o.finance, in, &out, "")
	return out
}

func (o office) look(id string) api.ClaimOpened {
	o.t.Helper()
	return o.do("look", http.MethodGet, "/"+id, o.finance, nil)
}

// statement takes rows of a bank in.
func (o office) statement(id string, rows ...string) (out api.StatementOpened) {
	o.t.Helper()
	text := "账号 测试\n交易日期,流水号,支出,收入,对方账号,附言\n" + strings.Join(rows, "\n") + "\n"
	content, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		o.t.Fatal(err)
	}
	o.want("take a statement in", http.MethodPost, "/payouts/statements", o.finance, api.StatementNew{ID: id, Format: "bank-csv", Content: content}, &out, "")
	return out
}

func findings(s api.StatementOpened) string {
	var all []string
	for _, f := range s.Findings {
		all = append(all, fmt.Sprintf("%s %d", f.Finding, f.Count))
	}
	return strings.Join(all, ", ")
}

// Claims leave in a file, a statement says what became of them, what came back is paid
// again to a corrected account, and the whole is in the audit log.
func TestClaimsArePaidByBankFile(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, everywhere)[0]
		for i, id := range []string{"claim-1", "claim-2", "claim-3"} {
			o.releases(id, "110105", fmt.Sprint(i+3))
		}
		made := o.batch("make", http.MethodPost, "", api.BatchNew{ID: "batch-1", Method: payout.BankFile, Format: "bank-csv"})
		if made.Count != 3 || made.TotalFen != 123000 || made.Number != "P-2026-00001" || made.Status != payout.BatchOpen {
			t.Fatalf("%+v", made)
		}
		again := o.batch("make again", http.MethodPost, "", api.BatchNew{ID: "batch-1", Method: payout.BankFile, Format: "bank-csv"})
		if again.Version != made.Version || len(again.Listed) != 3 {
			t.Errorf("told twice: %+v", again)
		}
		o.want("pay twice", http.MethodPost, "/payouts/batches", o.finance, api.BatchNew{ID: "batch-2", Method: payout.BankFile, Format: "bank-csv", Claims: []string{"claim-1"}}, nil, "payout.open")
		o.want("the file before", http.MethodGet, "/payouts/batches/batch-1/file", o.finance, nil, nil, "payout.step")
		o.want("confirm what waits", http.MethodPost, "/claims/claim-1/confirm", o.finance, api.ByHand{Version: o.look("claim-1").Version, Note: "电话"}, nil, "payout.queued")
		o.want("a clerk sends", http.MethodPost, "/payouts/batches/batch-1/send", o.clerk, map[string]int{"version": 1}, nil, "token.scope")
		sent := o.batch("send", http.MethodPost, "/batch-1/send", map[string]int{"version": made.Version})
		if sent.Status != payout.BatchSent || sent.Payments[0] != (api.PaymentCount{Status: payout.Sent, Count: 3}) || sent.SentBy == "" {
			t.Errorf("%+v", sent.BatchListed)
		}
		var file, twice api.PayoutFile
		o.want("the file", http.MethodGet, "/payouts/batches/batch-1/file", o.finance, nil, &file, "")
		o.want("the file again", http.MethodGet, "/payouts/batches/batch-1/file", o.finance, nil, &twice, "")
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(file.Content)
		if err != nil || !bytes.Equal(file.Content, twice.Content) || file.Name != "P-2026-00001.csv" {
			t.Errorf("%v, %s", err, file.Name)
		}
		for _, p := range sent.Listed {
			if !strings.Contains(string(text), ",410.00,用血费用报销,"+p.Number+"\r\n") || p.Account == "" || len(p.Account) > 4 {
				t.Errorf("%+v in %s", p, text)
			}
		}
		number := func(i int) string { return sent.Listed[i].Number }
		first := o.statement("statement-1", "2026-11-26,S-1,410.00,,,代发 "+number(0), "2026-11-26,S-2,400.00,,,代发 "+number(1), "2026-11-26,S-3,99.00,,123,水费", "合计,,909.00,,,")
		if got := findings(first); got != "matched 1, other_amount 1, missing 2, unknown 1" || first.Lines[0].Finding == payout.Unknown {
			t.Errorf("found %s", got)
		}
		second := o.statement("statement-2", "2026-11-26,S-1,410.00,,,代发 "+number(0), "2026-11-27,S-4,410.00,,62000000000000001"+"5,代发", "2026-11-27,S-5,410.00,,,"+number(0), "2026-11-28,S-6,,410.00,,退汇 "+number(2))
		if got := findings(second); got != "matched 2, returned 1, double 1, missing 1" {
			t.Errorf("then %s", got)
		}
		for id, want := range map[string]claim.Status{"claim-1": claim.Paid, "claim-2": claim.ToPay, "claim-3": claim.Failed} {
			if is := o.look(id).Status; is != want {
				t.Errorf("%s is %s", id, is)
			}
		}
		c := o.look("claim-3")
		right := claimContent("5").Payee
		right.Account = "6200000000000009999"
		stranger := right
		stranger.Holder = "别人"
		o.want("a stranger's account", http.MethodPut, "/claims/claim-3/payee", o.clerk, api.PayeeChange{Version: c.Version, Payee: stranger}, nil, "claim.incomplete")
		o.want("finance corrects", http.MethodPut, "/claims/claim-3/payee", o.finance, api.PayeeChange{Version: c.Version, Payee: right}, nil, "token.scope")
		c = o.do("correct", http.MethodPut, "/claim-3/payee", o.clerk, api.PayeeChange{Version: c.Version, Payee: right})
		c = o.do("release again", http.MethodPost, "/claim-3/release", o.finance, api.ClaimAct{Version: c.Version})
		next := o.batch("again", http.MethodPost, "", api.BatchNew{ID: "batch-3", Method: payout.BankFile, Format: "bank-xlsx", Claims: []string{"claim-3"}})
		if next.Listed[0].Account != "9999" || next.Listed[0].Number == number(2) {
			t.Errorf("%+v", next.Listed)
		}
		o.batch("send", http.MethodPost, "/batch-3/send", map[string]int{"version": next.Version})
		c = o.look("claim-3")
		c = o.do("confirm", http.MethodPost, "/claim-3/confirm", o.finance, api.ByHand{Version: c.Version, Reference: "R-1", Note: "银行电话确认"})
		c = o.do("fail", http.MethodPost, "/claim-3/fail", o.finance, api.ByHand{Version: c.Version, Note: "银行退回"})
		var attempts []api.PaymentListed
		o.want("attempts", http.MethodGet, "/claims/claim-3/payments", o.clerk, nil, &attempts, "")
		if c.Status != claim.Failed || len(attempts) != 2 || attempts[0].Status != payout.Returned || attempts[1].Status != payout.Returned || attempts[1].Reference != "R-1" {
			t.Errorf("%s, %+v", c.Status, attempts)
		}
		o.want("another amount is still open", http.MethodPost, "/payouts/batches", o.finance, api.BatchNew{ID: "batch-4", Method: payout.BankFile, Format: "bank-csv"}, nil, "payout.nothing")
		for _, action := range []string{"payout_batch.make", "payout_batch.send", "payout_batch.file", "bank_statement.take", "claim.confirm", "claim.fail", "claim.change_payee"} {
			if !slices.ContainsFunc(o.entries(), func(e audit.Entry) bool { return e.Action == action }) {
				t.Errorf("%s is not written down", action)
			}
		}
	})
}

// A batch of others' claims is not there; one that was not sent can be taken apart.
func TestBatchesOfDistricts(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		offices := newOffices(b, east, west)
		offices[0].releases("claim-1", "110105", "3")
		o := offices[0]
		made := o.batch("make", http.MethodPost, "", api.BatchNew{ID: "batch-1", Method: payout.BankFile, Format: "bank-csv"})
		there := offices[1]
		there.want("look", http.MethodGet, "/payouts/batches/batch-1", there.finance, nil, nil, "payout.not_found")
		there.want("send", http.MethodPost, "/payouts/batches/batch-1/send", there.finance, map[string]int{"version": 1}, nil, "payout.not_found")
		there.want("make", http.MethodPost, "/payouts/batches", there.finance, api.BatchNew{ID: "batch-2", Method: payout.BankFile, Format: "bank-csv"}, nil, "payout.nothing")
		there.want("name it", http.MethodPost, "/payouts/batches", there.finance, api.BatchNew{ID: "batch-2", Method: payout.BankFile, Format: "bank-csv", Claims: []string{"claim-1"}}, nil, "claim.not_found")
		there.want("statement", http.MethodPost, "/payouts/statements", there.finance, api.StatementNew{ID: "s", Format: "bank-csv", Content: []byte("x")}, nil, "payout.all_districts")
		o.want("wechat", http.MethodPost, "/payouts/batches", o.finance, api.BatchNew{ID: "batch-2", Method: payout.WeChat}, nil, "payout.no_driver")
		var dropped api.PaymentListed
		o.want("drop", http.MethodPost, "/payouts/payments/"+made.Listed[0].ID+"/drop", o.finance, nil, &dropped, "")
		if dropped.Status != payout.Dropped {
			t.Errorf("%+v", dropped)
		}
		o.batch("cancel", http.MethodPost, "/batch-1/cancel", map[string]int{"version": made.Version})
		var waiting api.ToPay
		o.want("waiting", http.MethodGet, "/payouts/waiting?method=bank_file", o.finance, nil, &waiting, "")
		if len(waiting.Claims) != 1 || waiting.Claims[0].Attempts != 1 || waiting.Claims[0].Unfit != "" || strings.Contains(waiting.Claims[0].Holder, claimContent("3").Payee.Holder) {
			t.Errorf("%+v", waiting)
		}
		next := o.batch("make another", http.MethodPost, "", api.BatchNew{ID: "batch-2", Method: payout.BankFile, Format: "bank-csv"})
		o.batch("send", http.MethodPost, "/batch-2/send", map[string]int{"version": next.Version})
		o.want("drop what is sent", http.MethodPost, "/payouts/payments/"+next.Listed[0].ID+"/drop", o.finance, nil, nil, "payout.step")
		o.want("ask about a file", http.MethodPost, "/payouts/payments/"+next.Listed[0].ID+"/ask", o.finance, nil, nil, "payout.no_driver")
	})
}

// Money that comes back after its month was locked fails the claim and stands in the next
// month, whoever says so; what was taken for failed may arrive after all; what came back is
// not said to be paid without being released again. The books agree after each.
func TestPaymentsOfALockedMonth(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, everywhere)[0]
		ids := []string{"claim-1", "claim-2", "claim-3"}
		for i, id := range ids {
			o.releases(id, "110105", fmt.Sprint(i+3))
		}
		made := o.batch("make", http.MethodPost, "", api.BatchNew{ID: "batch-1", Method: payout.BankFile, Format: "bank-csv", Claims: ids})
		sent := o.batch("send", http.MethodPost, "/batch-1/send", map[string]int{"version": made.Version})
		number := func(i int) string { return sent.Listed[i].Number }
		o.statement("statement-1", "2026-11-26,S-1,410.00,,,"+number(0), "2026-11-26,S-2,410.00,,,"+number(1))
		hand := func(what, id string) api.ClaimOpened {
			return o.do(what, http.MethodPost, "/"+id+"/"+what, o.finance, api.ByHand{Version: o.look(id).Version, Note: "银行电话"})
		}
		o.want("settle by hand", http.MethodPost, "/claims/claim-1/settle", o.finance, api.ClaimAct{Version: o.look("claim-1").Version}, nil, "request.not_found")
		hand("fail", "claim-3")
		o.want("fail what failed", http.MethodPost, "/claims/claim-3/fail", o.finance, api.ByHand{Version: o.look("claim-3").Version, Note: "再次"}, nil, "claim.step")
		if c := hand("confirm", "claim-3"); c.Status != claim.Paid {
			t.Errorf("after all: %s", c.Status)
		}
		hand("fail", "claim-3")
		o.want("paid without a release", http.MethodPost, "/claims/claim-3/confirm", o.finance, api.ByHand{Version: o.look("claim-3").Version, Note: "银行"}, nil, "payout.came_back")

		cashier := b.hire("next.month", staff.Finance, everywhere)
		b.pass(9 * 24 * time.Hour)
		o.finance = b.bears(b.enter(cashier))
		o.want("lock", http.MethodPost, "/settlements/lock", o.finance, api.SettlementLock{Month: "2026-11"}, nil, "")
		total := func(month string) (fen int64) {
			t.Helper()
			var heads []settlement.Head
			o.want("sums", http.MethodGet, "/settlements?month="+month, o.finance, nil, &heads, "")
			for _, h := range heads {
				fen += h.TotalFen
			}
			if r, err := b.SettlementReport(t.Context()); err != nil || r.Check != nil {
				t.Fatalf("%+v, %v", r, err)
			}
			return fen
		}
		if is := o.look("claim-1").Status; is != claim.Settled || total("2026-11") != 82_000 {
			t.Fatalf("%s, %d", is, total("2026-11"))
		}
		hand("fail", "claim-1")
		o.statement("statement-2", "2026-12-02,S-3,,410.00,,退汇 "+number(1))
		for _, id := range ids[:2] {
			var attempts []api.PaymentListed
			o.want("attempts", http.MethodGet, "/claims/"+id+"/payments", o.finance, nil, &attempts, "")
			if is := o.look(id).Status; is != claim.Failed || attempts[0].Status != payout.Returned {
				t.Errorf("%s is %s, its payment %s", id, is, attempts[0].Status)
			}
		}
		if is := total("2026-12"); is != -82_000 || total("2026-11") != 82_000 {
			t.Errorf("December is %d", is)
		}
		c := o.look("claim-1")
		o.do("release", http.MethodPost, "/claim-1/release", o.finance, api.ClaimAct{Version: c.Version})
		if c = hand("confirm", "claim-1"); c.Status != claim.Paid || total("2026-12") != -41_000 {
			t.Errorf("paid again: %s, %d", c.Status, total("2026-12"))
		}
	})
}

// A batch above what one person may send is let go by somebody else of finance.
func TestALargeBatchTakesTwo(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		second := b.enter(b.hire("second.finance", staff.Finance, everywhere))
		o := newOffices(b, everywhere)[0]
		for i, id := range []string{"claim-1", "claim-2"} {
			o.releases(id, "110105", fmt.Sprint(i+3))
		}
		limit := int64(41_000)
		b.payouts.SecondFen = func() int64 { return limit }
		made := o.batch("make", http.MethodPost, "", api.BatchNew{ID: "batch-1", Method: payout.BankFile, Format: "bank-csv"})
		if !made.Second || !made.Mine || made.TotalFen != 82_000 {
			t.Errorf("%+v", made.BatchListed)
		}
		version := map[string]int{"version": made.Version}
		o.want("who made it sends", http.MethodPost, "/payouts/batches/batch-1/send", o.finance, version, nil, "payout.second_person")
		var seen api.BatchOpened
		o.want("another looks", http.MethodGet, "/payouts/batches/batch-1", b.bears(second), nil, &seen, "")
		if !seen.Second || seen.Mine {
			t.Errorf("%+v", seen.BatchListed)
		}
		var sent api.BatchOpened
		o.want("another sends", http.MethodPost, "/payouts/batches/batch-1/send", b.bears(second), version, &sent, "")
		if sent.Second || sent.Status != payout.BatchSent || sent.Payments[0] != (api.PaymentCount{Status: payout.Sent, Count: 2}) {
			t.Errorf("%+v", sent.BatchListed)
		}
		limit = 82_000
		o.releases("claim-3", "110105", "5")
		alone := o.batch("make another", http.MethodPost, "", api.BatchNew{ID: "batch-2", Method: payout.BankFile, Format: "bank-csv"})
		o.batch("send it", http.MethodPost, "/batch-2/send", map[string]int{"version": alone.Version})
	})
}
