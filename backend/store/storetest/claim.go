package storetest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
	"lianxin/backend/store"
)

// claimOf is a made-up claim of Person(n), filed so many minutes after At.
func claimOf(n int, district string) claim.Claim {
	at := At.Add(time.Duration(n) * time.Minute)
	insurance := int64(100)
	return claim.Claim{ID: fmt.Sprintf("claim-%06d", n), Number: fmt.Sprintf("%s-2026-%05d", district, n), District: district, Status: claim.Draft, Version: 1,
		CreatedAt: at, CreatedBy: "clerk-1", EnteredAt: at, Hands: []claim.Hand{{Duty: claim.Capture, By: "clerk-1"}},
		Content: claim.Content{Channel: claim.Mail, Relation: relief.Self, Insurance: &insurance,
			Donor:    claim.Donor{Party: claim.Party{Name: Person(n).Name, Kind: identity.Passport, Number: fmt.Sprintf("UTO:TEST%06d", n)}, Certificate: fmt.Sprintf("测试证%06d", n)},
			Hospital: claim.Hospital{Name: "测试医院", Admitted: Today.AddDays(-9), Left: Today.AddDays(-1)},
			Lines:    []claim.Line{{Invoice: fmt.Sprintf("INV%06d", n), Component: relief.RedCells, Quantity: "2", AmountFen: 42000, On: Today.AddDays(-5)}},
			Payee:    claim.Payee{Kind: claim.BankAccount, Holder: Person(n).Name, Account: fmt.Sprintf("62000000%08d", n)},
		}}
}

func insertClaims(t *testing.T, s Subject, all ...claim.Claim) {
	t.Helper()
	for _, c := range all {
		must(t, s.InsertClaim(t.Context(), c, c.Marks()))
	}
}

func claims(t *testing.T, s Subject) {
	ctx := t.Context()
	c := claimOf(1, "110105")
	insertClaims(t, s, c)
	equal(t, "as written", got(s.Claim(ctx, c.ID))(t), c)
	refused(t, "a second one with its ID", s.InsertClaim(ctx, c, nil), "claim.exists")
	_, err := s.LockClaim(ctx, "nothing")
	refused(t, "none", err, "claim.not_found")

	next := c
	next.Version, next.Status, next.ReviewerID, next.EnteredAt, next.Donor.Certificate = 2, claim.InReview, "reviewer-1", At.Add(time.Hour), "另一个证"
	must(t, s.SaveClaim(ctx, next, next.Marks()))
	equal(t, "replaced", got(s.LockClaim(ctx, c.ID))(t), next)
	refused(t, "by who looked before", s.SaveClaim(ctx, next, nil), "claim.changed")
	for text, want := range map[string]int{"另一个证": 1, c.Donor.Certificate: 0, "INV000001": 1, "inv 000001": 1, "UTO:TEST000001": 1} {
		found, _, err := s.ListClaims(ctx, store.ClaimQuery{Marks: claim.SearchMarks(text), Limit: 10})
		if must(t, err); len(found) != want {
			t.Errorf("%q finds %d", text, len(found))
		}
	}
	must(t, s.SaveClaim(ctx, claim.Claim{ID: c.ID, Version: 3, Status: claim.Withdrawn}, nil))
	if found, _, err := s.ListClaims(ctx, store.ClaimQuery{Marks: claim.SearchMarks("INV000001"), Limit: 10}); err != nil || len(found) != 1 {
		t.Errorf("marks that were to stay: %d, %v", len(found), err)
	}
	wantNothingReadable(t, s, c)
}

// wantNothingReadable looks for what a claim says in the rows as they are.
func wantNothingReadable(t *testing.T, s Subject, c claim.Claim) {
	t.Helper()
	wantNothingReadableIn(t, s, c, "claims", "claim_marks", "claim_events", "claim_files")
}

func wantNothingReadableIn(t *testing.T, s Subject, c claim.Claim, tables ...string) {
	t.Helper()
	for _, table := range tables {
		rows, err := s.Raw.QueryContext(t.Context(), "SELECT * FROM "+table)
		must(t, err)
		columns, err := rows.Columns()
		must(t, err)
		for rows.Next() {
			cells := make([]any, len(columns))
			for i := range cells {
				cells[i] = new([]byte)
			}
			must(t, rows.Scan(cells...))
			for _, cell := range cells {
				for _, private := range []string{c.Donor.Name, "TEST000001", "INV000001", "62000000", "测试医院", "测试说明"} {
					if bytes.Contains(*cell.(*[]byte), []byte(private)) {
						t.Errorf("%s holds %q in the clear", table, private)
					}
				}
			}
		}
		must(t, rows.Close())
	}
}

func claimEvents(t *testing.T, s Subject) {
	ctx := t.Context()
	events := []claim.Event{
		{ClaimID: "claim-1", Seq: 1, At: At, By: "clerk-1", Duty: claim.Capture, Step: claim.Create, To: claim.Draft},
		{ClaimID: "claim-1", Seq: 2, At: At.Add(time.Hour), By: "reviewer-1", Duty: claim.Review, Step: claim.Return, From: claim.InReview, To: claim.Returned,
			Note: "测试说明", Wanted: []claim.Wanted{{Location: "donor.certificate", Note: "看不清"}}},
	}
	for _, e := range []int{1, 0} {
		must(t, s.AppendClaimEvent(ctx, events[e]))
	}
	equal(t, "oldest first", got(s.ClaimEvents(ctx, "claim-1"))(t), events)
	equal(t, "of none", got(s.ClaimEvents(ctx, "claim-2"))(t), []claim.Event{})
	refused(t, "written over", s.AppendClaimEvent(ctx, events[0]), "store.constraint")
}

func claimLists(t *testing.T, s Subject) {
	ctx := t.Context()
	var all []claim.Claim
	for n := range 7 {
		c := claimOf(n, []string{"110105", "110106"}[n%2])
		if n >= 4 {
			c.Status = claim.Submitted
		}
		c.CreatedAt = At.AddDate(0, 0, n-3)
		c.EnteredAt = At.Add(time.Duration(n/3) * time.Hour) // some at the same moment
		all = append(all, c)
	}
	insertClaims(t, s, all...)
	ids := func(q store.ClaimQuery) (list []int) {
		t.Helper()
		for {
			page, next, err := s.ListClaims(ctx, q)
			must(t, err)
			for _, c := range page {
				list = append(list, slices.IndexFunc(all, func(a claim.Claim) bool { return a.ID == c.ID }))
			}
			if q.After = next; next == "" {
				return list
			}
		}
	}
	for _, limit := range []int{1, 2, 3, 50} {
		equal(t, "the longest waiting first", ids(store.ClaimQuery{Limit: limit}), []int{0, 1, 2, 3, 4, 5, 6})
		equal(t, "the newest first", ids(store.ClaimQuery{Limit: limit, Newest: true}), []int{6, 5, 4, 3, 2, 1, 0})
	}
	equal(t, "of a district", ids(store.ClaimQuery{Limit: 2, Districts: []string{"110105"}}), []int{0, 2, 4, 6})
	equal(t, "of none", len(ids(store.ClaimQuery{Limit: 2, Districts: []string{}})), 0)
	equal(t, "by status", ids(store.ClaimQuery{Limit: 2, Statuses: []claim.Status{claim.Submitted, claim.Paid}}), []int{4, 5, 6})
	equal(t, "by days", ids(store.ClaimQuery{Limit: 9, From: Today.AddDays(-1), Until: Today.AddDays(1)}), []int{2, 3, 4})
	equal(t, "by number", ids(store.ClaimQuery{Limit: 9, Number: all[3].Number}), []int{3})
	equal(t, "by how numbers begin", ids(store.ClaimQuery{Limit: 9, Number: "110106"}), []int{1, 3, 5})
	equal(t, "by channel", len(ids(store.ClaimQuery{Limit: 9, Channel: claim.Online})), 0)
	equal(t, "with nothing to look for", len(ids(store.ClaimQuery{Limit: 9, Marks: []claim.Mark{}})), 0)
	_, _, err := s.ListClaims(ctx, store.ClaimQuery{Limit: 9, After: "yesterday"})
	refused(t, "a cursor that is none", err, "claim.cursor")

	equal(t, "counted", got(s.CountClaims(ctx, []string{"110105"}, map[claim.Status]time.Time{claim.Submitted: At.Add(90 * time.Minute), claim.Draft: At}))(t),
		[]store.ClaimCount{{Status: claim.Draft, Count: 2}, {Status: claim.Submitted, Count: 2, Late: 1}})
}

func claimDoubles(t *testing.T, s Subject) {
	ctx := t.Context()
	mine, twin, cousin, stranger := claimOf(1, "110105"), claimOf(1, "110106"), claimOf(3, "110106"), claimOf(4, "110105")
	twin.ID, twin.Number = "claim-twin", "110106-2026-00001"
	cousin.Lines[0].Invoice = mine.Lines[0].Invoice
	insertClaims(t, s, mine, twin, cousin, stranger)
	found := got(s.ClaimsSharing(ctx, mine.DoubleMarks(), mine.ID, 10))(t)
	equal(t, "what shares most comes first", []string{found[0].ID, found[1].ID}, []string{twin.ID, cousin.ID})
	equal(t, "nobody else", len(found), 2)
	equal(t, "bounded", len(got(s.ClaimsSharing(ctx, mine.DoubleMarks(), mine.ID, 1))(t)), 1)
	equal(t, "no marks", len(got(s.ClaimsSharing(ctx, nil, mine.ID, 1))(t)), 0)

	// However many were given up before it, the one that is being paid is found.
	for n := range 60 {
		one := claimOf(2, "110105")
		one.ID, one.Number, one.Status = fmt.Sprintf("claim-given-up-%02d", n), fmt.Sprintf("110105-2026-9%04d", n), claim.Withdrawn
		if n == 59 {
			one.Status = claim.Paid
		}
		insertClaims(t, s, one)
	}
	holding := got(s.ClaimsHolding(ctx, claimOf(2, "110105").DoubleMarks()))(t)
	equal(t, "the one that is being paid", len(holding) == 1 && holding[0].ID == "claim-given-up-59", true)
	equal(t, "none without marks", len(got(s.ClaimsHolding(ctx, nil))(t)), 0)
}

func claimFiles(t *testing.T, s Subject) {
	ctx := t.Context()
	long := bytes.Repeat([]byte("测试页面0123456789"), 40_000) // in several parts, the last one not whole
	must(t, s.SaveClaimFile(ctx, "claim-1", "page-1", long, []byte("small")))
	must(t, s.SaveClaimFile(ctx, "claim-1", "page-1", long, []byte("small"))) // told again
	must(t, s.SaveClaimFile(ctx, "claim-2", "page-1", []byte("another's"), nil))
	if !bytes.Equal(got(s.ClaimFile(ctx, "claim-1", "page-1"))(t), long) {
		t.Error("it came back otherwise")
	}
	equal(t, "the small one", string(got(s.ClaimPreview(ctx, "claim-1", "page-1"))(t)), "small")
	_, err := s.ClaimPreview(ctx, "claim-2", "page-1")
	refused(t, "none", err, "claim.attachment_not_found")
	must(t, s.DeleteClaimFile(ctx, "claim-1", "page-1"))
	_, err = s.ClaimFile(ctx, "claim-1", "page-1")
	refused(t, "taken away", err, "claim.attachment_not_found")
	equal(t, "another's of the same name", string(got(s.ClaimFile(ctx, "claim-2", "page-1"))(t)), "another's")
}

// Offices that file and change at once get each a number of their own, and one of two
// changes of one claim.
func claimsAtOnce(t *testing.T, s Subject) {
	const offices = 8
	service := claim.Service{Store: s, Handling: claim.BuiltIn, Now: func() time.Time { return At }}
	numbers, won := make([]string, offices), make([]bool, offices)
	one, err := service.Create(t.Context(), claim.New{ID: "shared", District: "110105", By: "clerk-0"})
	must(t, err)
	var all sync.WaitGroup
	for n := range offices {
		all.Go(func() {
			c, err := service.Create(context.WithoutCancel(t.Context()), claim.New{ID: fmt.Sprintf("claim-%d", n), District: "110105", By: "clerk"})
			if err != nil {
				t.Error(err)
			}
			numbers[n] = c.Number
			_, err = service.Change(context.WithoutCancel(t.Context()), one.ID, one.Version, claim.Content{Remark: fmt.Sprint(n)}, "clerk")
			if won[n] = err == nil; err != nil {
				refused(t, "who came later", err, "claim.changed")
			}
		})
	}
	all.Wait()
	slices.Sort(numbers)
	equal(t, "numbers", len(slices.Compact(numbers)), offices)
	equal(t, "changes", slices.Index(won, true) >= 0 && slices.Index(won[slices.Index(won, true)+1:], true) < 0, true)
	equal(t, "its history", len(got(s.ClaimEvents(t.Context(), one.ID))(t)), 2)
}
