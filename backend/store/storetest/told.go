package storetest

import (
	"testing"
	"time"

	"lianxin/backend/counsel"
	"lianxin/backend/donor"
	"lianxin/backend/lang"
	"lianxin/backend/paper"
	"lianxin/backend/result"
	"lianxin/backend/resultcode"
)

// sizes are how many sizes the envelopes of a table have.
func sizes(t *testing.T, s Subject, table string) (n int) {
	t.Helper()
	must(t, s.Raw.QueryRow("SELECT COUNT(DISTINCT length(sealed)) FROM "+table).Scan(&n))
	return n
}

// Who asked for a result looks the same whether anybody was found, and is taken once.
func asked(t *testing.T, s Subject) {
	ctx := t.Context()
	found := resultcode.Asked{ID: "asked-1", State: resultcode.Waiting, At: At, Ends: At.Add(resultcode.Valid), DeviceID: "device-1", SiteID: Site,
		DonorKey: Donor(1).Key, DIN: Donation(1).DIN, Language: lang.English}
	nobody := found
	nobody.ID, nobody.Ends = "asked-2", At.Add(2*resultcode.Valid)
	must(t, s.SaveAsked(ctx, found))
	must(t, s.SaveAsked(ctx, nobody))
	taken, ok, err := s.TakeAsked(ctx, At)
	must(t, err)
	found.State = resultcode.Taken
	equal(t, "the earliest is taken", ok && taken == found, true)
	found.State, found.Code, found.DonationID, found.DonorID = resultcode.Settled, "123456", Donation(1).ID, Donor(1).ID
	must(t, s.SaveAsked(ctx, found))
	equal(t, "as it was saved", got(s.LockAsked(ctx, "asked-1"))(t), found)
	second, ok, err := s.TakeAsked(ctx, At)
	must(t, err)
	equal(t, "then the next", ok && second.ID == "asked-2", true)
	_, ok, err = s.TakeAsked(ctx, At)
	must(t, err)
	equal(t, "then none", ok, false)
	left, ok, err := s.TakeAsked(ctx, second.Ends.Add(time.Second))
	must(t, err)
	equal(t, "what a stop left is taken again", ok && left == second, true)
	equal(t, "sizes", sizes(t, s, "asked_results"), 1)
	must(t, s.ForgetAsked(ctx, found.Ends.Add(time.Second)))
	_, err = s.LockAsked(ctx, "asked-1")
	refused(t, "forgotten", err, "result_code.not_found")
}

// A donor's login is found until it is ended or forgotten.
func donorSessions(t *testing.T, s Subject) {
	ctx := t.Context()
	one := donor.Session{ID: "donor-session:1", DonorID: Donor(1).ID, PublicKey: []byte("key"), StartedAt: At.UTC(), EndsAt: At.Add(donor.SessionLife).UTC()}
	other := one
	other.ID, other.EndsAt = "donor-session:2", one.EndsAt.Add(time.Minute)
	must(t, s.SaveDonorSession(ctx, one))
	must(t, s.SaveDonorSession(ctx, other))
	equal(t, "as it was saved", got(s.DonorSession(ctx, one.ID))(t), one)
	must(t, s.ForgetDonorSessions(ctx, other.EndsAt))
	_, err := s.DonorSession(ctx, one.ID)
	refused(t, "forgotten", err, "donor.session_not_found")
	equal(t, "not over yet", got(s.DonorSession(ctx, other.ID))(t), other)
	must(t, s.EndDonorSession(ctx, other.ID))
	must(t, s.EndDonorSession(ctx, other.ID))
	must(t, s.SaveDonorSession(ctx, one))
	must(t, s.EndDonorSessionsOf(ctx, []string{Donor(2).ID, one.DonorID}))
	_, err = s.DonorSession(ctx, one.ID)
	refused(t, "ended with all of the donor's", err, "donor.session_not_found")
	_, err = s.DonorSession(ctx, other.ID)
	refused(t, "ended", err, "donor.session_not_found")
}

// A purse that is empty says from when on it is not.
func purses(t *testing.T, s Subject) {
	ctx := t.Context()
	for range 3 {
		equal(t, "while there is some", got(s.TakeFrom(ctx, "purse", At, 3, time.Minute))(t), time.Time{})
	}
	from := got(s.TakeFrom(ctx, "purse", At.Add(10*time.Second), 3, time.Minute))(t)
	equal(t, "empty until", from, At.Add(time.Minute).UTC())
	equal(t, "then", got(s.TakeFrom(ctx, "purse", from, 3, time.Minute))(t), time.Time{})
	must(t, s.ForgetPurses(ctx, At.Add(time.Hour)))
	equal(t, "forgotten", got(s.TakeFrom(ctx, "purse", At.Add(time.Hour), 3, time.Minute))(t), time.Time{})
}

// Cases are found by donation, by site and by whether they are closed; their rows do
// not name the donation.
func cases(t *testing.T, s Subject) {
	ctx := t.Context()
	one := counsel.Case{ID: "case-1", DonationID: Donation(1).ID, DonorID: Donor(1).ID, SiteID: "site-1", Reason: counsel.NotQualified, Status: counsel.Open, OpenedAt: At.UTC()}
	other := counsel.Case{ID: "case-2", DonationID: Donation(2).ID, DonorID: Donor(2).ID, SiteID: "site-2", Reason: counsel.NotQualified, Status: counsel.Closed, OpenedAt: At.UTC(),
		Tries: []counsel.Attempt{{At: At.UTC(), By: "member-1", Way: counsel.Phone, Outcome: counsel.Told}}}
	must(t, s.SaveCase(ctx, one))
	must(t, s.SaveCase(ctx, other))
	equal(t, "by ID", got(s.Case(ctx, "case-2"))(t), other)
	equal(t, "by donation", got(s.CasesOf(ctx, []string{Donation(1).ID, Donation(3).ID}))(t), map[string][]counsel.Case{one.DonationID: {one}})
	another := counsel.Case{ID: "case-3", DonationID: one.DonationID, DonorID: Donor(2).ID, SiteID: "site-1", Status: counsel.Closed, OpenedAt: At.UTC()}
	must(t, s.SaveCase(ctx, another))
	equal(t, "of the donation's two donors", got(s.CasesOf(ctx, []string{one.DonationID}))(t), map[string][]counsel.Case{one.DonationID: {one, another}})
	twice := another
	twice.ID = "case-4"
	if s.SaveCase(ctx, twice) == nil {
		t.Error("a donor has two cases of one donation")
	}
	equal(t, "open", got(s.Cases(ctx, nil, false, "", 10))(t), []counsel.Case{one})
	equal(t, "closed at a site", got(s.Cases(ctx, []string{"site-2"}, true, "", 10))(t), []counsel.Case{other})
	equal(t, "at another site", len(got(s.Cases(ctx, []string{"site-2"}, false, "", 10))(t)), 0)
	equal(t, "after the last", len(got(s.Cases(ctx, nil, false, "case-1", 10))(t)), 0)
	one.Status = counsel.Closed
	must(t, s.SaveCase(ctx, one))
	equal(t, "changed", got(s.LockCase(ctx, "case-1"))(t), one)
	_, err := s.Case(ctx, "case-9")
	refused(t, "no such case", err, "counsel.not_found")
	equal(t, "sizes", sizes(t, s, "counsel_cases"), 1)
	var named int
	must(t, s.Raw.QueryRow("SELECT COUNT(*) FROM counsel_cases WHERE donation_index LIKE 'donation-%'").Scan(&named))
	equal(t, "donations named", named, 0)
}

// Papers are found by their code until they are revoked.
func papers(t *testing.T, s Subject) {
	ctx := t.Context()
	slip := paper.Paper{ID: "paper-1", Kind: paper.ResultSlip, Code: "CODE1", Language: lang.Chinese, IssuedAt: At.UTC(), Result: result.Contact}
	proof := paper.Paper{ID: "paper-2", Kind: paper.Certificate, Code: "CODE2", Language: lang.Chinese, IssuedAt: At.UTC(), Donor: paper.Donor{Name: Donor(1).Person.Name}}
	must(t, s.SavePaper(ctx, Donation(1).ID, slip))
	must(t, s.SavePaper(ctx, Donation(1).ID, proof))
	find := func(code string) bool {
		p, ok, err := s.PaperByCode(ctx, code)
		must(t, err)
		return ok && p.Code == code
	}
	equal(t, "by code", find("CODE1") && find("CODE2") && !find("CODE3"), true)
	last, ok, err := s.PaperOf(ctx, Donation(1).ID, paper.Certificate, lang.Chinese)
	must(t, err)
	equal(t, "of a donation", ok && last == proof, true)
	_, ok, err = s.PaperOf(ctx, Donation(1).ID, paper.Certificate, lang.English)
	must(t, err)
	equal(t, "in another language", ok, false)
	equal(t, "revoked", got(s.RevokePaper(ctx, At, "paper-1"))(t), true)
	equal(t, "revoked twice", got(s.RevokePaper(ctx, At, "paper-1"))(t), false)
	equal(t, "of the donation", got(s.RevokePapers(ctx, At, Donation(2).ID, Donation(1).ID))(t), 1)
	equal(t, "none is good", find("CODE1") || find("CODE2"), false)
	equal(t, "sizes", sizes(t, s, "issued_papers"), 1)
}
