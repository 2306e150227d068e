package center

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/hospital"
	"lianxin/backend/result"
	"lianxin/backend/settlement"
	"lianxin/backend/staff"
)

// moves takes a step of a claim that no operation takes yet.
func (b *bench) moves(id string, step claim.Step) claim.Claim {
	b.t.Helper()
	one, err := b.store.Claim(b.t.Context(), id)
	if err == nil {
		one, err = b.claims.Do(b.t.Context(), id, claim.Act{Step: step, By: claim.BySystem, Duty: claim.Pay, Version: one.Version, Note: "退票"})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return one
}

// pays files a claim of somebody who gave and brings it to be paid.
func (o office) pays(id, digit string) claim.Claim {
	o.t.Helper()
	o.gave(donorOf(digit+"12"), result.Markers{})
	o.files(id, "110105", digit)
	c := o.shows(id)
	c = o.do("submit", http.MethodPost, "/"+id+"/submit", o.clerk, api.ClaimAct{Version: c.Version})
	c = o.do("take", http.MethodPost, "/"+id+"/take", o.reviewer, api.ClaimAct{Version: c.Version})
	o.do("approve", http.MethodPost, "/"+id+"/approve", o.reviewer, api.ClaimAct{Version: c.Version, AmountFen: 20_000})
	o.moves(id, claim.Release)
	return o.moves(id, claim.Confirm)
}

// bears asks for a token of somebody anew.
func (b *bench) bears(l login) string {
	access, code := b.exchange(l.SessionID, l.key)
	if code != "" {
		b.t.Fatal(code)
	}
	return access.AccessToken
}

// A month is closed to the fen: what was paid and what hospitals waived, with what came
// back; what comes back later stands in the next month.
func TestAMonthIsSettled(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, east)[0]
		client := b.newHospital("hospital-1", "110105", testURL)
		o.pays("claim-1", "5")
		o.pays("claim-2", "6")
		o.moves("claim-2", claim.Fail)
		s := stays{b, t, client.bearer()}
		patient := b.gave(donorOf("902"), result.Markers{}).Person
		first := s.do("reserve", "", hospital.Order{Number: "ZY-1", Inquiry: b.inquiryOf(patient, "400", 44_000)}, "")
		first = s.do("confirm", "/"+first.ID+"/confirm", nil, "")
		cashier := b.hire("money.test", staff.Finance, east)
		finance := b.enter(cashier)
		outside := b.enter(b.hire("money.west", staff.Finance, west))
		id := "110105-2026-11"
		read := func(what string) (out settlement.Statement) {
			t.Helper()
			b.want(what, http.MethodGet, "/settlements/"+id, b.bears(finance), nil, &out, "")
			return out
		}
		if is := read("before it is over"); is.State != settlement.Open || is.TotalFen != 64_000 || is.Claims != (settlement.Part{Lines: 3, Fen: 20_000}) || is.Cases != (settlement.Part{Lines: 1, Fen: 44_000}) {
			t.Errorf("%+v", is)
		}
		b.want("another district's", http.MethodGet, "/settlements/"+id, b.bears(outside), nil, nil, "settlement.not_found")
		b.want("this month", http.MethodPost, "/settlements/lock", b.bears(finance), api.SettlementLock{Month: "2026-11"}, nil, "settlement.month_open")
		b.pass(9 * 24 * time.Hour) // December
		finance = b.enter(cashier)
		var locked []settlement.Head
		b.want("lock", http.MethodPost, "/settlements/lock", b.bears(finance), api.SettlementLock{Month: "2026-11"}, &locked, "")
		if len(locked) != 1 || locked[0].TotalFen != 64_000 || locked[0].State != settlement.Locked || len(locked[0].Hash) != 64 {
			t.Fatalf("%+v", locked)
		}
		var again []settlement.Head
		b.want("lock again", http.MethodPost, "/settlements/lock", b.bears(finance), api.SettlementLock{Month: "2026-11", Districts: []string{"110105"}}, &again, "")
		if len(again) != 1 || again[0].Hash != locked[0].Hash || !again[0].LockedAt.Equal(locked[0].LockedAt) {
			t.Errorf("%+v", again)
		}
		for claimID, want := range map[string]claim.Status{"claim-1": claim.Settled, "claim-2": claim.Failed} {
			if one, err := b.store.Claim(t.Context(), claimID); err != nil || one.Status != want {
				t.Errorf("%s is %s, %v", claimID, one.Status, err)
			}
		}
		// Corrected in December: the statement of November stays as it is.
		s.bearer = client.bearer()
		less := b.inquiryOf(patient, "300", 33_000)
		s.do("correct", "/"+first.ID+"/correct", hospital.Correction{Version: first.Version, Reason: hospital.WrongBill, Instead: &less}, "")
		if is := read("afterwards"); is.Hash != locked[0].Hash || is.TotalFen != 64_000 || len(is.Lines) != 4 {
			t.Errorf("%+v", is.Head)
		}
		id = "110105-2026-12"
		if is := read("the next month"); is.TotalFen != -11_000 || is.Cases.Lines != 1 {
			t.Errorf("%+v", is.Head)
		}
		if r, err := b.SettlementReport(t.Context()); err != nil || r.Check != nil || r.Due != 64_000 || r.Open != -11_000 || r.ToClaimants != 20_000 || r.ToHospitals != 33_000 || r.Locked != 1 {
			t.Errorf("%+v, %v", r, err)
		}
		b.wantFiles(b.bears(finance), "110105-2026-11")
	})
}

// wantFiles tells whether both files say the statement, and are the same when made anew.
func (b *bench) wantFiles(bearer, id string) {
	b.t.Helper()
	file := func(kind string) []byte {
		request := httptest.NewRequest(http.MethodGet, "/settlements/"+id+"/"+kind, nil)
		request.Header.Set("Authorization", "Bearer "+bearer)
		answer := httptest.NewRecorder()
		b.handler.ServeHTTP(answer, request)
		if answer.Code != http.StatusOK {
			b.t.Fatalf("%s: %d %s", kind, answer.Code, answer.Body)
		}
		return answer.Body.Bytes()
	}
	for _, kind := range []string{"paper", "workbook"} {
		if first, again := file(kind), file(kind); !bytes.Equal(first, again) {
			b.t.Errorf("the %s made anew differs", kind)
		}
	}
	on := filepath.Join(b.t.TempDir(), "statement.pdf")
	if err := os.WriteFile(on, file("paper"), 0o600); err != nil {
		b.t.Fatal(err)
	}
	said, err := exec.Command("pdftotext", "-layout", on, "-").Output()
	if err != nil {
		b.t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(file("workbook")))
	if err != nil {
		b.t.Fatal(err)
	}
	var cells []string
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, row := range rows {
			cells = append(cells, strings.Join(row, " "))
		}
	}
	for _, want := range []string{"640.00", "440.00", "-200.00", "110105-2026-00001", "H110105-2026-00001", "测试医院"} {
		if !strings.Contains(string(said), want) {
			b.t.Errorf("the paper does not say %q: %s", want, said)
		}
		if !strings.Contains(strings.Join(cells, "\n"), want) {
			b.t.Errorf("the workbook does not say %q: %s", want, cells)
		}
	}
}

// While many post, months are closed: what is in a statement stays what it was, and every
// fen is in one of them or in the month that is open.
func TestNothingGetsIntoALockedMonth(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		const writers, each = 8, 30
		districts := []string{"110101", "110105"}
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for n := range each {
					advance := settlement.Advance{ID: fmt.Sprintf("paid/%d-%d/1", w, n), Cause: fmt.Sprintf("claim-%d-%d", w, n), District: districts[(w+n)%2],
						From: settlement.Claims, Kind: settlement.KindPaid, Fen: int64(100 + n)}
					if err := b.settling().Post(t.Context(), advance); err != nil {
						t.Error(err)
					}
					if n == each/2 {
						b.pass(3 * 24 * time.Hour) // together they go from November into December
					}
				}
			})
		}
		locked := map[string]settlement.Head{}
		lock := func() {
			for _, d := range districts {
				switch head, err := b.settling().Lock(t.Context(), d, "2026-11", "system"); {
				case err == nil && locked[d].ID == "":
					locked[d] = head
				case err == nil && head.Hash != locked[d].Hash:
					t.Errorf("%s was locked twice", d)
				}
			}
		}
		done := make(chan struct{})
		go func() { all.Wait(); close(done) }()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
				lock()
			}
		}
		lock()
		want, got := int64(0), int64(0)
		for n := range each {
			want += writers * int64(100+n)
		}
		for _, d := range districts {
			for m := settlement.Month("2026-11"); m <= "2027-01"; m = m.Next() {
				is, err := b.settling().Statement(t.Context(), d, m)
				if err != nil {
					t.Fatal(err) // a locked one that differs from its hash or the book
				}
				if m == "2026-11" && is.TotalFen != locked[d].TotalFen {
					t.Errorf("%s had %d fen when it was locked and has %d", d, locked[d].TotalFen, is.TotalFen)
				}
				got += is.TotalFen
			}
		}
		if got != want || !slices.Contains([]int{1, 2}, len(locked)) {
			t.Errorf("%d fen, want %d; locked %v", got, want, locked)
		}
		if sums, err := b.store.MoneySums(t.Context()); err != nil || sums.Check() != nil {
			t.Errorf("%+v, %v", sums, err)
		}
	})
}
