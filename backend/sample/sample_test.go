package sample

import (
	"context"
	"reflect"
	"testing"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/policy"
	"lianxin/backend/questionnaire"
	"lianxin/backend/questionnaire/packs"
	"lianxin/backend/redemption"
	"lianxin/backend/result"
	"lianxin/backend/site"
	"lianxin/backend/visit"
)

// memory is a sink that keeps what it is given.
type memory struct {
	Sites        []site.Site
	Donors       []donor.Donor
	Donations    []donor.Donation
	Results      []result.Result
	Deferrals    []donor.Deferral
	Appointments []appointment.Appointment
	Passes       []visit.Pass
	Catalogue    gift.Catalogue
	Stock        []gift.Stock
	Codes        map[string][]string
	Redeemed     []Redeemed
	Doubts       []donor.Merge
	Corrections  []correction.Request
	Refusals     []string // gifts that were asked for in vain
}

func (m *memory) InTx(ctx context.Context, do func(context.Context) error) error { return do(ctx) }
func (m *memory) SaveSite(_ context.Context, s site.Site) error {
	m.Sites = append(m.Sites, s)
	return nil
}
func (m *memory) SaveDonor(_ context.Context, d donor.Donor, given []donor.Donation, held []donor.Deferral) error {
	m.Donors, m.Donations, m.Deferrals = append(m.Donors, d), append(m.Donations, given...), append(m.Deferrals, held...)
	return nil
}
func (m *memory) SaveResults(_ context.Context, all ...result.Result) error {
	m.Results = append(m.Results, all...)
	return nil
}
func (m *memory) SaveAppointment(_ context.Context, a appointment.Appointment) error {
	m.Appointments = append(m.Appointments, a)
	return nil
}
func (m *memory) SaveCatalogue(_ context.Context, c gift.Catalogue) error {
	m.Catalogue = c
	return nil
}
func (m *memory) SaveStock(_ context.Context, all []gift.Stock) error {
	m.Stock = append(m.Stock, all...)
	return nil
}
func (m *memory) SaveCodes(_ context.Context, giftID string, codes []string) error {
	if m.Codes == nil {
		m.Codes = map[string][]string{}
	}
	m.Codes[giftID] = append(m.Codes[giftID], codes...)
	return nil
}
func (m *memory) SaveRedeemed(_ context.Context, r Redeemed) error {
	m.Redeemed = append(m.Redeemed, r)
	return nil
}
func (m *memory) SaveDoubt(_ context.Context, pair donor.Merge) error {
	m.Doubts = append(m.Doubts, pair)
	return nil
}
func (m *memory) SaveCorrection(_ context.Context, r correction.Request) error {
	m.Corrections = append(m.Corrections, r)
	return r.Check()
}
func (m *memory) SaveRefusal(_ context.Context, _, giftID, _ string, _ time.Time) error {
	m.Refusals = append(m.Refusals, giftID)
	return nil
}
func (m *memory) SavePass(_ context.Context, p visit.Pass) error {
	m.Passes = append(m.Passes, p)
	return nil
}

// Every donation was tested, and a few did not pass.
func TestDonationsHaveResults(t *testing.T) {
	m, _ := made(t, 1, 200)
	failed, why := 0, map[result.Markers]bool{}
	for i, r := range m.Results {
		if r.DonationID != m.Donations[i].ID || r.ReportedOn != m.Donations[i].On.AddDays(2) {
			t.Fatalf("result %d is not of its donation: %+v", i, r)
		}
		if !r.Qualified {
			failed++
			why[r.Markers] = true
		}
	}
	if len(why) < 4 {
		t.Errorf("they failed for %d reasons: a counsellor cannot try every way to tell", len(why))
	}
	if len(m.Results) != len(m.Donations) || failed == 0 || failed > len(m.Results)/20 {
		t.Errorf("%d results for %d donations, %d did not pass", len(m.Results), len(m.Donations), failed)
	}
}

var today = calendar.MustParse("2026-11-23")

func definition(t *testing.T) *questionnaire.Questionnaire {
	q, err := questionnaire.Parse(packs.DonorHealth())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func made(t *testing.T, seed uint64, donors int) (*memory, Figures) {
	m := &memory{}
	figures, err := Make(context.Background(), m, Options{Seed: seed, Donors: donors, Today: today, GateKey: make([]byte, 32), Questionnaire: definition(t)})
	if err != nil {
		t.Fatal(err)
	}
	return m, figures
}

func TestTheSameSeedMakesTheSamePeople(t *testing.T) {
	first, _ := made(t, 7, 300)
	second, _ := made(t, 7, 300)
	if !reflect.DeepEqual(first, second) {
		t.Error("seed 7 made two different samples")
	}
	if other, _ := made(t, 8, 300); reflect.DeepEqual(first.Donors, other.Donors) {
		t.Error("seeds 7 and 8 made the same people")
	}
}

func TestAThousandDonors(t *testing.T) {
	m, f := made(t, 1, 1000)
	if f.Donors != 1000 || len(m.Donors) != 1000+f.Pairs || f.Sites < 24 || f.Today < 200 || f.Deferrals < 20 || f.Passes < 50 {
		t.Errorf("too little was made: %+v", f)
	}
	districts, keys, rareNames := map[string]bool{}, map[string]bool{}, 0
	for _, s := range m.Sites {
		districts[s.District] = true
	}
	for _, d := range m.Donors {
		keys[d.Key] = true
		if d.Person.Document.Country == "UTO" { // the second of a pair
			continue
		}
		if _, err := identity.Parse(identity.ResidentID, d.Person.Document.Number); err != nil {
			t.Errorf("a made-up number does not check: %v", err)
		}
		if d.Person.Document.Number[:6] != area {
			t.Error("a number carries a real area code")
		}
		for _, r := range d.Person.Name {
			if r > 0xffff {
				rareNames++
			}
		}
	}
	if len(districts) != 16 || len(keys) != 1000+f.Pairs || rareNames < 10 {
		t.Errorf("%d districts, %d different people, %d names beyond U+FFFF", len(districts), len(keys), rareNames)
	}
}

func TestDeferralsNameRulesOfThePack(t *testing.T) {
	for _, made := range deferralsMade {
		if _, ok := policy.BuiltIn().Rule(made.rule); !ok {
			t.Errorf("the pack has no rule %q", made.rule)
		}
	}
}

func TestHealthyAnswersAreCompleteAndRaiseNothing(t *testing.T) {
	for _, sex := range []identity.Sex{identity.Male, identity.Female} {
		for _, product := range donation.Products() {
			form, err := Healthy(definition(t), sex, product)
			if err != nil {
				t.Fatal(err)
			}
			if missing := form.Complete(); len(missing) > 0 {
				t.Errorf("%s, %s: without an answer: %v", sex, product, missing)
			}
			person := policy.Person{BirthDate: calendar.MustParse("1990-05-05"), Sex: policy.Sex(sex)}
			if found := policy.Screen(policy.BuiltIn(), person, product, form.Answers(), today); len(found) > 0 {
				t.Errorf("%s, %s: a healthy person is flagged by %s", sex, product, found[0].RuleID)
			}
		}
	}
}

func TestEveryDonationHasANumberOfItsOwn(t *testing.T) {
	m, _ := made(t, 1, 2000)
	seen := map[donation.DIN]bool{}
	for _, d := range m.Donations {
		if read, err := donation.ParseDIN(d.DIN.BarCode()); err != nil || read != d.DIN || seen[d.DIN] {
			t.Errorf("%s: read as %s, seen before %v, %v", d.DIN, read, seen[d.DIN], err)
		}
		seen[d.DIN] = true
	}
	if len(seen) < 2000 {
		t.Errorf("only %d donations", len(seen))
	}
}

// Platelets and plasma are limited to 10 L a year, so each such donation says how much it was.
func TestApheresisSaysItsVolume(t *testing.T) {
	m, _ := made(t, 1, 300)
	units := 0
	for _, d := range m.Donations {
		if d.Product == donation.Apheresis {
			units += d.Units
			if d.VolumeML != 250*d.Units || d.Units == 0 {
				t.Errorf("%d units of %d mL", d.Units, d.VolumeML)
			}
		}
	}
	if units == 0 {
		t.Error("nobody gave platelets")
	}
}

// A kiosk does not say at half past midnight that somebody answered at six today.
func TestNothingIsAnsweredLaterThanTheSampleIsMade(t *testing.T) {
	midnight := time.Date(2026, 11, 23, 0, 0, 0, 0, calendar.Beijing)
	for _, since := range []time.Duration{0, time.Second, 32 * time.Minute, 6*time.Hour + 30*time.Minute, 7 * time.Hour, 23 * time.Hour} {
		m, now := &memory{}, midnight.Add(since)
		_, err := Make(context.Background(), m, Options{Seed: 1, Donors: 300, Today: today, Now: now, GateKey: make([]byte, 32), Questionnaire: definition(t)})
		if err != nil || len(m.Passes) == 0 {
			t.Fatalf("%d passes: %v", len(m.Passes), err)
		}
		for _, p := range m.Passes {
			if p.AnsweredAt.After(now) || p.AnsweredAt.Before(midnight) {
				t.Errorf("made at %s, answered at %s", now, p.AnsweredAt)
			}
		}
	}
}

// What people redeemed is what their points allowed at each moment, and tastes can be
// told apart: most of what one person took is of few shelves.
func TestWhatWasRedeemedFollowsPointsAndTaste(t *testing.T) {
	m, figures := made(t, 1, 400)
	if len(m.Catalogue.Gifts) < 300 || len(m.Stock) < 500 || len(m.Redeemed) < 200 || figures.Redemptions+figures.Vouchers != len(m.Redeemed) {
		t.Fatalf("%d gifts, %d stocks, %d redeemed", len(m.Catalogue.Gifts), len(m.Stock), len(m.Redeemed))
	}
	given := map[string][]donor.Donation{}
	for _, d := range m.Donations {
		given[d.DonorID] = append(given[d.DonorID], d)
	}
	by := map[string][]Redeemed{}
	for _, r := range m.Redeemed {
		if calendar.Of(r.At).Before(today.AddYears(-2)) || !calendar.Of(r.At).Before(today) {
			t.Errorf("redeemed on %s", calendar.Of(r.At))
		}
		points := 0
		for _, d := range given[r.DonorID] {
			if d.On.AddDays(CreditedAfter).Before(calendar.Of(r.At)) {
				points += worth
			}
		}
		for _, before := range by[r.DonorID] {
			if before.Status != redemption.Cancelled {
				points -= int(before.Gift.Points)
			}
		}
		if int(r.Gift.Points) > points || (r.SiteID == "") != r.Gift.Codes {
			t.Errorf("%s for %d points of %d at %q", r.Gift.ID, r.Gift.Points, points, r.SiteID)
		}
		by[r.DonorID] = append(by[r.DonorID], r)
	}
	same, pairs := 0, 0
	for _, all := range by {
		for i := range all {
			for j := range i {
				pairs++
				if all[i].Gift.Category == all[j].Gift.Category {
					same++
				}
			}
		}
	}
	// Of fifteen shelves taken at random, one pair in fifteen would agree.
	if pairs < 50 || same*5 < pairs {
		t.Errorf("%d of %d pairs of one person are of one shelf", same, pairs)
	}
}
