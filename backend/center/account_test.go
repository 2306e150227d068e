package center

import (
	"encoding/json"
	"strings"
	"testing"

	"lianxin/backend/account"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/result"
	"lianxin/backend/screening"
	"lianxin/backend/sync"
)

// gave is a donor with two donations, of which one did not pass.
func (b *bench) gave(p identity.Person, markers result.Markers) donor.Donor {
	b.t.Helper()
	return b.gaveWith(p, markers, nil)
}

// gaveWith is gave with a change to the donor.
func (b *bench) gaveWith(p identity.Person, markers result.Markers, change func(*donor.Donor)) donor.Donor {
	b.t.Helper()
	d := donor.Donor{ID: b.config.NewID(), StationID: "station-1", SiteID: "site-1", Key: screening.Key(b.gateKey(), p.Document),
		Card: "card-" + p.Document.Number, Person: p, Phone: "19900000000"}
	if change != nil {
		change(&d)
	}
	given := []donor.Donation{
		{ID: b.config.NewID(), DonorID: d.ID, SiteID: "site-1", DIN: "G123425654321", Product: donation.WholeBlood, VolumeML: 400, On: b.Today().AddMonths(-14)},
		{ID: b.config.NewID(), DonorID: d.ID, SiteID: "site-2", DIN: "G123426654321", Product: donation.WholeBlood, VolumeML: 200, On: b.Today().AddMonths(-1)},
	}
	for _, err := range []error{
		b.SaveDonor(b.t.Context(), d, given, nil),
		b.store.SaveResults(b.t.Context(), result.Result{DonationID: given[0].ID, Qualified: true, Group: donation.Group{ABO: "O", RhD: "+"}, ReportedOn: given[0].On},
			result.Result{DonationID: given[1].ID, Group: donation.Group{ABO: "O", RhD: "+"}, ReportedOn: given[1].On, Markers: markers}),
	} {
		if err != nil {
			b.t.Fatal(err)
		}
	}
	return d
}

// Whoever shows a document or a card is shown what is theirs, and that it was
// shown is written down without what is in it.
func TestAnAccountIsShownToItsDonor(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-3", b.serve())
		d := b.gave(donorOf("902"), result.Markers{HIV: result.Reactive, ALT: 9177.25})
		var a account.Account
		if err := k.line.Post(t.Context(), "/sync/account", account.Request{DonorKey: d.Key}, &a); err != nil {
			t.Fatal(err)
		}
		if len(a.Donations) != 2 || a.Donations[0].Result.State != result.Contact || a.Donations[1].Result.State != result.Qualified ||
			a.Points.Balance != 40 || len(a.Points.Lines) != 2 || a.Honours.Count != 3 || a.AsOf != b.Today() {
			t.Errorf("%+v", a)
		}
		if from := a.Next[0].EarliestOn; from != b.Today().AddMonths(5) {
			t.Errorf("whole blood again from %s", from)
		}
		text, err := json.Marshal(a)
		for _, secret := range []string{"reactive", "9177.25", d.Phone, d.Person.Name, d.Person.Document.Number, "G123426654321", d.ID} {
			if err != nil || strings.Contains(string(text), secret) {
				t.Errorf("%q is told in %s, %v", secret, text, err)
			}
		}
		all := b.entries()
		if e := all[len(all)-1]; e.Action != "account.shown" || e.Object.ID != d.ID || e.Who != k.id || e.Where.Site != "site-3" {
			t.Errorf("written down %+v", e)
		}
	})
}

func TestAccountsAreRefused(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", b.serve())
	d := b.gave(donorOf("902"), result.Markers{})
	ask := func(in account.Request) string {
		var a account.Account
		return codeOf(a, k.line.Post(t.Context(), "/sync/account", in, &a))
	}
	for name, c := range map[string]struct {
		in   account.Request
		want string
	}{
		"nobody":         {account.Request{DonorKey: strings.Repeat("A", 22)}, "account.not_found"},
		"nothing":        {account.Request{}, "request.invalid"},
		"part of a hash": {account.Request{DonorKey: d.Key[:10]}, "request.invalid"},
	} {
		if got := ask(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	all := b.entries()
	if e := all[len(all)-1]; e.Action != "lookup.nothing" {
		t.Errorf("asked in vain, written down %+v", e)
	}
	asked := 2 // above: nobody, and nothing at all is not counted
	for code := ""; code != "lookup.too_many"; asked++ {
		if code = ask(account.Request{DonorKey: d.Key}); code != "" && code != "lookup.too_many" {
			t.Fatal(code)
		}
	}
	if asked != accounts.atOnce+2 {
		t.Errorf("%d accounts at once", asked-2)
	}
	if _, err := k.line.Lookup(t.Context(), sync.LookupRequest{DonorKey: d.Key}); err != nil {
		t.Errorf("who asked for accounts may no longer look up: %v", err)
	}
}

// A donation gives points once, however often it is saved, by the rules of its day.
func TestDonationsGivePoints(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		d := b.gave(donorOf("902"), result.Markers{})
		given, err := b.store.DonationsOf(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		old := donor.Donation{ID: "old", DonorID: d.ID, On: calendar.MustParse("2009-12-31"), Product: donation.WholeBlood, VolumeML: 400}
		if err := b.creditDonations(t.Context(), d, append(given, old)); err != nil {
			t.Fatal(err)
		}
		if balance, _, err := b.ledger().Balance(t.Context(), b.Today(), d.ID); err != nil || balance != 40 {
			t.Errorf("%d points, %v", balance, err)
		}
		sums, err := b.store.LedgerSums(t.Context())
		if err != nil || sums.Check() != nil {
			t.Errorf("%v, %v", err, sums.Check())
		}
	})
}

func TestWhichDonationItWas(t *testing.T) {
	on := func(id, day string) donor.Donation { return donor.Donation{ID: id, On: calendar.MustParse(day)} }
	history := []donor.Donation{on("c", "2026-03-01"), on("b", "2026-02-01"), on("a", "2026-02-01")}
	for id, want := range map[string]int{"a": 1, "b": 2, "c": 3} {
		for _, given := range history {
			if given.ID == id && nth(history, given) != want {
				t.Errorf("%s is the %d., want %d", id, nth(history, given), want)
			}
		}
	}
}
