// Package account puts together what a donor is shown of their own: what they
// gave and how the tests came out, when they may give again, which honours they
// have earned, and their points. It is read at the center for somebody who has
// shown a card, and is never kept at a kiosk.
package account

import (
	"context"
	"slices"

	"lianxin/backend/award"
	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
	"lianxin/backend/point"
	"lianxin/backend/policy"
	"lianxin/backend/preference"
	"lianxin/backend/redemption"
	"lianxin/backend/result"
	"lianxin/backend/screening"
)

// LinesShown is how many entries of the points' statement are shown at once,
// CorrectionsShown how many of what the donor said is not right.
const (
	LinesShown       = 30
	CorrectionsShown = 20
)

// Request asks for the account of somebody whose document was just read from the
// card: a code or a typed number proves too little for what is in it.
type Request struct {
	DonorKey string `json:"donor_key" minLength:"22" maxLength:"22" doc:"Keyed hash of the document that was read"`
}

// Account is what a donor is shown of their own.
type Account struct {
	Donations      []Donation      `json:"donations" doc:"Newest first"`
	WholeBloodML   int             `json:"whole_blood_ml" doc:"All whole blood ever given, mL"`
	ApheresisUnits int             `json:"apheresis_units" doc:"All units by apheresis ever given"`
	Next           []policy.Option `json:"next" doc:"From when each product is possible again"`
	Honours        award.Progress  `json:"honours"`
	Points         Points          `json:"points"`
	Redemptions    []Redemption    `json:"redemptions" doc:"Newest first"`
	Corrections    []Correction    `json:"corrections" doc:"What the donor said is not right, newest first"`
	// Suggestions are put in by whoever knows the site the account is shown at.
	Suggestions preference.Shown `json:"suggestions"`
	AsOf        calendar.Date    `json:"as_of"`
}

// Donation is one donation as its donor sees it.
type Donation struct {
	ID       string           `json:"id" doc:"Name of the donation, to ask for its papers with; it is printed nowhere"`
	On       calendar.Date    `json:"on"`
	SiteID   string           `json:"site_id"`
	DINEnd   string           `json:"din_end" doc:"Last four characters of the donation number; the whole number is a key to results"`
	Product  donation.Product `json:"product" enum:"whole_blood,apheresis_platelets"`
	VolumeML int              `json:"volume_ml" doc:"mL"`
	Units    int              `json:"units"`
	Result   result.Shown     `json:"result"`
}

// Correction is what the donor said is not right, and what became of it.
type Correction struct {
	DonationID string             `json:"donation_id,omitempty" doc:"Absent when a donation is missing"`
	Subject    correction.Subject `json:"subject" enum:"missing,not_mine,day,amount,place,product"`
	About      calendar.Date      `json:"about,omitzero" doc:"missing: a day near it"`
	On         calendar.Date      `json:"on" doc:"When it was said"`
	State      correction.State   `json:"state" enum:"open,corrected,unchanged,bring_proof"`
}

// Points are what a donor may spend, and where they came from.
type Points struct {
	Balance int64        `json:"balance" doc:"May be spent today"`
	Lapsing []Lapsing    `json:"lapsing" doc:"What can no longer be spent from a day on, the earliest first"`
	Lines   []PointsLine `json:"lines" doc:"Newest first"`
}

// Lapsing is a part of the balance that expires.
type Lapsing struct {
	On     calendar.Date `json:"on" doc:"First day on which it can no longer be spent"`
	Points int64         `json:"points"`
}

// PointsLine is one entry of the statement.
type PointsLine struct {
	On      calendar.Date `json:"on"`
	Kind    point.Kind    `json:"kind" enum:"awarded,held,spent,returned,lapsed,reversed,settled"`
	Title   lang.Text     `json:"title,omitzero" doc:"awarded: what for; held, spent, returned: the gift"`
	Points  int64         `json:"points" doc:"Below zero when they went"`
	Balance int64         `json:"balance" doc:"After it"`
}

// Records are what an account is put together from.
type Records interface {
	DonationsOf(ctx context.Context, donorID string) ([]donor.Donation, error)
	Results(ctx context.Context, donationIDs []string) (map[string]result.Result, error)
	// Entry is the donor's entry of the gate list; ok is false for none.
	Entry(ctx context.Context, key string) (e screening.Entry, ok bool, err error)
	// Together adds to donors everybody who is the same person as one of them.
	Together(ctx context.Context, ids []string) ([]string, error)
	RedemptionsOf(ctx context.Context, donorIDs []string, limit int) ([]redemption.Redemption, error)
	GiftsByIDs(ctx context.Context, ids []string) (map[string]gift.Listed, error)
	CorrectionsOfDonor(ctx context.Context, donorID string, limit int) ([]correction.Request, error)
}

// Rules are the packs in force.
type Rules struct {
	Selection *policy.Pack
	Honours   *award.Pack
	Points    *point.Pack
}

// Reader puts accounts together.
type Reader struct {
	Records   Records
	Ledger    point.Ledger
	Redeeming redemption.Service // for its rules
}

// Read puts the account of a donor together for a day. It does the same work
// whatever the results are.
func (r Reader) Read(ctx context.Context, d donor.Donor, rules Rules, today calendar.Date) (Account, error) {
	a := Account{AsOf: today, Donations: []Donation{}, Corrections: []Correction{}, Suggestions: preference.Shown{Gifts: []preference.Suggestion{}}}
	given, err := r.Records.DonationsOf(ctx, d.ID)
	if err != nil {
		return a, err
	}
	if err := r.addDonations(ctx, &a, given, today); err != nil {
		return a, err
	}
	entry, _, err := r.Records.Entry(ctx, d.Key)
	if err != nil {
		return a, err
	}
	a.Next = screening.Gate(rules.Selection, screening.Ask{Person: d.Person, Entry: entry, Today: today}).Options
	counted := make([]award.Given, 0, len(given))
	for _, g := range given {
		counted = append(counted, award.Given{Product: g.Product, VolumeML: g.VolumeML, Units: g.Units})
	}
	a.Honours = rules.Honours.ProgressOf(counted)
	people, err := r.Records.Together(ctx, []string{d.ID})
	if err != nil {
		return a, err
	}
	if a.Redemptions, err = r.redemptions(ctx, people, today); err != nil {
		return a, err
	}
	if a.Points, err = r.points(ctx, people, a.Redemptions, rules.Points, today); err != nil {
		return a, err
	}
	asked, err := r.Records.CorrectionsOfDonor(ctx, d.ID, CorrectionsShown)
	for _, c := range asked {
		a.Corrections = append(a.Corrections, Correction{c.DonationID, c.Subject, c.About, calendar.Of(c.At), c.State})
	}
	return a, err
}

func (r Reader) addDonations(ctx context.Context, a *Account, given []donor.Donation, today calendar.Date) error {
	ids := make([]string, 0, len(given))
	for _, g := range given {
		ids = append(ids, g.ID)
	}
	results, err := r.Records.Results(ctx, ids)
	if err != nil {
		return err
	}
	for _, g := range given {
		var reported *result.Result
		if found, ok := results[g.ID]; ok {
			reported = &found
		}
		a.Donations = append(a.Donations, ShownDonation(g, reported, today))
		switch g.Product {
		case donation.WholeBlood:
			a.WholeBloodML += g.VolumeML
		case donation.Apheresis:
			a.ApheresisUnits += g.Units
		}
	}
	return nil
}

// ShownDonation is a donation as its donor sees it on a day; reported is nil while
// nothing is known of its tests.
func ShownDonation(g donor.Donation, reported *result.Result, today calendar.Date) Donation {
	return Donation{ID: g.ID, On: g.On, SiteID: g.SiteID, DINEnd: end(string(g.DIN)), Product: g.Product,
		VolumeML: g.VolumeML, Units: g.Units, Result: result.Show(g.On, today, reported)}
}

// end is the last four characters.
func end(din string) string { return din[max(len(din)-4, 0):] }

func (r Reader) points(ctx context.Context, people []string, made []Redemption, pack *point.Pack, today calendar.Date) (Points, error) {
	p := Points{Lapsing: []Lapsing{}, Lines: []PointsLine{}}
	var lots []point.Lot
	var err error
	if p.Balance, lots, err = r.Ledger.Balance(ctx, today, people...); err != nil {
		return p, err
	}
	for _, lot := range lots {
		if !lot.Expires.IsZero() {
			p.Lapsing = append(p.Lapsing, Lapsing{lot.Expires, lot.Amount})
		}
	}
	accounts := make([]point.Account, len(people))
	for i, id := range people {
		accounts[i] = point.OfDonor(id)
	}
	lines, err := r.Ledger.Lines(ctx, "", LinesShown, accounts...)
	for _, l := range lines {
		p.Lines = append(p.Lines, lineOf(l, made, pack))
	}
	return p, err
}

// lineOf is an entry as its owner reads it. Points leave them when they are set aside, and
// what is spent later moves nothing of theirs: that line says what became of it.
func lineOf(l point.Line, made []Redemption, pack *point.Pack) PointsLine {
	line := PointsLine{On: calendar.Of(l.At), Kind: l.Kind, Points: l.Amount, Balance: l.Balance}
	if rule, ok := pack.Rule(l.Rule); ok {
		line.Title = rule.Title
	}
	if l.Kind != point.Held && l.Kind != point.Returned {
		return line
	}
	i := slices.IndexFunc(made, func(r Redemption) bool { return r.ID == l.Cause })
	if i >= 0 {
		line.Title = made[i].Name
	}
	if l.Kind == point.Held && (i < 0 || made[i].Status != redemption.Held) {
		line.Kind = point.Spent
	}
	return line
}
