package center

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/identity"
	"lianxin/backend/intake"
	"lianxin/backend/pack"
	"lianxin/backend/point"
)

// firstGives is a rule that gives 50 points for a person's first donation, good for a year.
const firstGives = `
  - id: first-donation
    title: {zh: 首次献血, en: First donation}
    event: donation
    clause: made up
    certainty: sample
    when: nth == 1
    points: 50
    expires: 1 year
    examples:
      - {name: the first, on: 2026-11-23, product: whole_blood, volume: 400, nth: 1, expect: 50}
      - {name: the second, on: 2026-11-23, product: whole_blood, volume: 400, nth: 2, expect: 0}
`

// givesForTheFirst puts a pack in force that gives more for a first donation.
func (b *bench) givesForTheFirst() {
	b.t.Helper()
	builtIn, from := point.BuiltIn(), calendar.New(2020, 1, 1)
	text := strings.NewReplacer(`version: "`+builtIn.Version+`"`, `version: "2026.9"`, "from: "+builtIn.From.String(), "from: "+from.String()).Replace(string(builtIn.Text))
	p := pack.Pack{ID: "points", Version: "2026.9", Kind: pack.Points, From: from, Content: []byte(text + firstGives)}
	if _, err := b.PublishPack(b.t.Context(), p, "terminal"); err != nil {
		b.t.Fatal(err)
	}
}

// spends takes points of somebody for good.
func (b *bench) spends(id string, points int64, who identity.Person) {
	b.t.Helper()
	if err := b.ledger().Hold(b.t.Context(), id, points, b.clock(), b.found(who).ID); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) wantPoints(what string, who identity.Person, want int64) {
	b.t.Helper()
	if has := b.points(b.found(who).ID); has != want {
		b.t.Errorf("%s: %d points, want %d", what, has, want)
	}
}

// daysAgo moves a reported donation to so many days ago.
func daysAgo(b *bench, days int) func(*intake.Record) {
	return func(r *intake.Record) {
		r.Donation.On, r.Result.ReportedOn = b.Today().AddDays(-days), b.Today().AddDays(3-days)
	}
}

// A first donation is one: when an earlier one is heard of later, it takes the place of the
// later one, and gives it back when it was another person's.
func TestAPersonHasOneFirstDonation(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.givesForTheFirst()
		who, other := donorOf("001"), donorOf("002")
		b.takes(b.reported(1, who))
		b.wantPoints("the first", who, 70)
		b.spends("gift", 60, who)
		for range 2 {
			b.takes(b.reported(2, who, daysAgo(b, 300)))
			b.wantPoints("an earlier one, heard of later", who, 20+70-60)
		}
		b.takes(b.reported(3, who, daysAgo(b, 500)), b.reported(4, who, daysAgo(b, 700)))
		b.wantPoints("two earlier ones at once", who, 3*20+70-60)
		b.takes(b.reported(4, other, daysAgo(b, 700)))
		b.wantPoints("the first was somebody else's", who, 2*20+70-60)
		b.wantPoints("whose it was", other, 70)
		b.takes(b.reported(3, who, daysAgo(b, 100)))
		b.wantPoints("another day: the second", who, 2*20+70-60)
		about, err := b.store.EntriesAbout(t.Context(), b.history(b.found(who).ID)[2].ID)
		again := func(e point.Entry) bool { return e.Rule == "first-donation" && strings.HasSuffix(e.ID, "/2") }
		if err != nil || !slices.ContainsFunc(about, again) {
			t.Errorf("the oldest one does not give the points of the first again: %+v, %v", about, err)
		}
		b.fits()
	})
}

// A first donation's points were spent, and their year is over, when an older donation is
// heard of: a bulk of old records is taken over, for instance.
func TestAFirstDonationIsGivenOnceInAllTime(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.givesForTheFirst()
		spent, kept := donorOf("001"), donorOf("002")
		b.takes(b.reported(1, spent), b.reported(2, kept))
		b.spends("gift", 50, spent)
		b.wantPoints("what is left of the first", spent, 20)
		b.pass(200 * 24 * time.Hour)
		b.takes(b.reported(3, kept, daysAgo(b, 900)))
		b.wantPoints("an older one within the year", kept, 2*20+50)
		b.pass(200 * 24 * time.Hour)
		b.takes(b.reported(4, spent, daysAgo(b, 900)), b.reported(5, kept, daysAgo(b, 1500)))
		b.wantPoints("an older one, when the year is over", spent, 2*20)
		b.wantPoints("a year that began with the first that was told", kept, 3*20)
		b.fits()
	})
}

// Two files of one person had a first donation each: as one person they have one, and when
// that turns out to be wrong, each has what it had; nobody gets twice what was spent.
func TestAMergedPersonHasOneFirstDonation(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.givesForTheFirst()
		card := donorOf("001")
		permit := with(card, identity.TaiwanTravelPermit, "12345678")
		b.takes(b.reported(1, card), b.reported(2, permit, daysAgo(b, 300), func(r *intake.Record) { r.Earlier = &card.Document }))
		pairs, err := b.openPairs()
		if err != nil || len(pairs) != 1 {
			t.Fatal(pairs, err)
		}
		b.spends("gift", 60, card)
		for range 2 { // decided, taken back, decided again
			if err := b.merge(pairs[0].ID); err != nil {
				t.Fatal(err)
			}
			b.wantPoints("as one person", card, 70) // of what they had spent, 40 are written off
			b.takes(b.reported(3, card, daysAgo(b, 500)))
			b.wantPoints("an earlier one", card, 2*20+50)
			b.takes(b.reported(3, donorOf("003"), daysAgo(b, 500)))
			b.wantPoints("which was not theirs", card, 70)
			if err := b.unmerge(pairs[0].ID); err != nil {
				t.Fatal(err)
			}
			b.wantPoints("who had spent", card, 10)
			b.wantPoints("the other one", permit, 70)
		}
		b.fits()
	})
}

// A record that comes twice in one batch is whose it is in the end: whose it was has their next one
// for a first, and who has two files has it once.
func TestARecordComesTwiceInABatch(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.givesForTheFirst()
		who, between, last := donorOf("001"), donorOf("002"), donorOf("003")
		b.takes(b.reported(1, who, daysAgo(b, 300)), b.reported(2, who), b.reported(3, between, daysAgo(b, 500)))
		b.takes(b.reported(1, between, daysAgo(b, 300)), b.reported(1, last, daysAgo(b, 300)))
		b.wantPoints("whose it was", who, 20+50)
		b.wantPoints("whose it was in between", between, 20+50)
		b.wantPoints("whose it is", last, 20+50)

		const pair = "00000000-0000-4000-8000-000000000001"
		b.suspects(pair, b.found(between), b.found(last))
		if err := b.merge(pair); err != nil {
			t.Fatal(err)
		}
		b.wantPoints("as one person", last, 2*20+50)
		b.takes(b.reported(1, last, daysAgo(b, 290)), b.reported(1, between, daysAgo(b, 700)))
		b.wantPoints("from one file to the other", last, 2*20+50)
		b.fits()
	})
}
