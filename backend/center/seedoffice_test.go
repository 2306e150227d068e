package center

import (
	"slices"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/payout"
	"lianxin/backend/settlement"
)

// newSampleOffice is a bench with sample data and work on the desks, made at a time.
func newSampleOffice(t *testing.T, at time.Time) *bench {
	t.Helper()
	b := newBench(t)
	b.now = at
	if _, err := b.Seed(t.Context(), 1, 120, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SeedOffice(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return b
}

// Whoever opens the desk on sample data finds a claim in every state and of every way in, a
// batch for a second person, one on its way, one that was paid, a settled month and a
// hospital; all books tie, and the log holds. On the first of a month, too.
func TestSampleOffice(t *testing.T) {
	for name, at := range map[string]time.Time{
		"in a month":    time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC),
		"as one begins": time.Date(2026, 12, 31, 16, 0, 30, 0, time.UTC), // 1 January in Beijing
	} {
		t.Run(name, func(t *testing.T) {
			b := newSampleOffice(t, at)
			all := b.sampleClaims()
			b.wantStates(all)
			b.wantDoubles(all)
			b.wantPayments()
			b.wantSettled()
			b.wantBooks()
			if _, err := b.SeedOffice(t.Context(), 1); fault.CodeOf(err) != "seed.already" {
				t.Errorf("a second one: %v", err)
			}
		})
	}
}

func (b *bench) sampleClaims() []api.ClaimListed {
	b.t.Helper()
	list, err := b.SearchClaims(b.t.Context(), api.ClaimSearch{Limit: 100}, atMachineCaller)
	if err != nil {
		b.t.Fatal(err)
	}
	return list.Claims
}

var atMachineCaller = api.Caller{StaffID: "terminal"}

// wantFiler tells whether an online claim was filed by its donor, and others by a clerk.
func (b *bench) wantFiler(c api.ClaimListed) {
	b.t.Helper()
	opened, err := b.OpenClaim(b.t.Context(), c.ID, atMachineCaller)
	if err != nil {
		b.t.Fatal(err)
	}
	if first := opened.History[0]; first.Donor != (c.Channel == claim.Online) || first.Donor != (first.By == "") {
		b.t.Errorf("a claim by %s was filed by %q, the donor %t", c.Channel, first.By, first.Donor)
	}
}

func (b *bench) wantStates(all []api.ClaimListed) {
	b.t.Helper()
	states, channels, late, districts := map[claim.Status]int{}, map[claim.Channel]int{}, 0, map[string]int{}
	for _, c := range all {
		states[c.Status]++
		channels[c.Channel]++
		b.wantFiler(c)
		districts[c.District]++
		if c.Late {
			late++
		}
	}
	for _, s := range claim.Statuses() {
		if states[s] == 0 {
			b.t.Errorf("no claim is %s", s)
		}
	}
	if len(channels) != 3 || late != 2 || len(districts) != 3 {
		b.t.Errorf("ways in %v, %d late, districts %v", channels, late, districts)
	}
}

// wantDoubles: two claims are alike in their invoice, and no other two in anything.
func (b *bench) wantDoubles(all []api.ClaimListed) {
	b.t.Helper()
	pairs := 0
	for _, c := range all {
		found, err := b.ClaimDoubles(b.t.Context(), c.ID, atMachineCaller)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, d := range found {
			pairs++
			for _, f := range d.Findings {
				if slices.Contains([]claim.FindingKind{claim.SameFile, claim.NearPicture}, f.Kind) {
					b.t.Errorf("%s and %s: %s", c.Number, d.Number, f.Kind)
				}
			}
		}
	}
	if pairs != 2 {
		b.t.Errorf("%d claims look like another, want 2", pairs)
	}
}

func (b *bench) wantPayments() {
	b.t.Helper()
	list, err := b.ListBatches(b.t.Context(), "", 50, atMachineCaller)
	if err != nil {
		b.t.Fatal(err)
	}
	second, onItsWay, paid := 0, 0, 0
	for _, one := range list.Batches {
		of := map[payout.Status]int{}
		for _, n := range one.Payments {
			of[n.Status] = n.Count
		}
		switch {
		case one.Second:
			second++
		case of[payout.Sent] > 0:
			onItsWay++
		case of[payout.Paid] > 0:
			paid++
		}
	}
	if second != 1 || onItsWay != 1 || paid != 2 {
		b.t.Errorf("%d batches wait for a second person, %d are on their way, %d paid", second, onItsWay, paid)
	}
}

func (b *bench) wantSettled() {
	b.t.Helper()
	month := b.Today().AddDays(1 - b.Today().Day()).AddMonths(-1).String()[:7]
	for m, want := range map[string]settlement.State{month: settlement.Locked, b.Today().String()[:7]: settlement.Open} {
		heads, err := b.Settlements(b.t.Context(), m, atMachineCaller)
		cases := 0
		for _, h := range heads {
			cases += h.Cases.Lines
			if h.State != want {
				b.t.Errorf("%s is %s", h.ID, h.State)
			}
			if _, err := b.SettlementPaper(b.t.Context(), h.ID, lang.Chinese, atMachineCaller); err != nil {
				b.t.Error(err)
			}
		}
		if err != nil || len(heads) < 2 || cases != 1 {
			b.t.Errorf("%s: %d districts, %d cases of hospitals, %v", m, len(heads), cases, err)
		}
	}
}

func (b *bench) wantBooks() {
	b.t.Helper()
	if sums, err := b.store.MoneySums(b.t.Context()); err != nil || sums.Check() != nil {
		b.t.Errorf("money: %+v, %v", sums, err)
	}
	if r, err := b.ReliefReport(b.t.Context()); err != nil || r.Check != nil || r.Used == 0 || r.Reserved == 0 {
		b.t.Errorf("millilitres: %+v, %v", r, err)
	}
	if _, err := b.VerifyAudit(b.t.Context()); err != nil {
		b.t.Errorf("audit log: %v", err)
	}
}

// Without sample data, and with too few people, nothing is made of an office.
func TestSampleOfficeIsRefused(t *testing.T) {
	empty := newBench(t)
	if _, err := empty.SeedOffice(t.Context(), 1); fault.CodeOf(err) != "seed.not_demo" {
		t.Errorf("without sample data: %v", err)
	}
	if _, err := empty.Seed(t.Context(), 1, 5, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := empty.SeedOffice(t.Context(), 1); fault.CodeOf(err) != "seed.few_donors" {
		t.Errorf("with five donors: %v", err)
	}
	if n, err := empty.store.CountMembers(t.Context()); err != nil || n != 0 {
		t.Errorf("%d staff are left of it, %v", n, err)
	}
}
