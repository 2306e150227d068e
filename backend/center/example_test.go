package center

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/device"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/payout"
	"lianxin/backend/point"
	"lianxin/backend/result"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/staff"
)

// example is a request whoever may gets done. A new operation that names or takes something
// has one more entry in the tables below, and with it is asked by everybody (matrix_test.go)
// and abused (abuse_test.go); without one both tests fail and name it.
type example struct {
	path   map[string]string // by the parameter's name
	query  string
	header map[string]string
	body   any
	sign   *kiosk // whose key signs the body, where it must
	donor  string // key of the donor who stands there, and may be shown what is theirs
}

// span says whose the things are that an operation is about.
type span int

const (
	ofPlace   span = iota // of a site, station or district
	intoPlace             // it is new there
	ofDonor               // of one donor: of nobody else, wherever
	ofAll                 // of everybody who may use the operation
	ofCenter              // of nobody with limits
	ofNone                // it names nothing, or a thing that need not exist
)

// asking is how one operation is asked.
type asking struct {
	span span
	// make prepares what the request is about, in a place; "elsewhere" is for what is
	// another donor's, "nowhere" for what was never there. What the path names need not heed that.
	make func(w *world, place string, by role) example
	// refusal is what who may not see it is told; "" is any code with 404.
	refusal string
}

// examples are those of every operation with a body, or a path that names something.
var examples = func() map[string]asking {
	all := map[string]asking{}
	for _, table := range []map[string]asking{claimExamples, payoutExamples, visitExamples, careExamples, mergeExamples, donorExamples, enrolmentExamples, staffExamples, memberExamples, packExamples, hospitalExamples, ownExamples} {
		maps.Copy(all, table)
	}
	return all
}()

// neverDone are operations nobody gets done in this world, and why.
var neverDone = map[string]string{
	"draft-first-admin": "only while there is no administrator: TestFirstRun",
	"invite-device":     "the center of these tests has no address a device would follow: fleet_test.go",
	"make-first-admin":  "only while there is no administrator: TestFirstRun",
}

// toldApart are operations that say of another place's thing that it is there, and why.
var toldApart = map[string]string{
	"find-voucher":   "whoever holds a voucher is told where its gift lies",
	"hand-over-gift": "the same",
}

const (
	here      = "here"
	there     = "there"
	elsewhere = "elsewhere"
	nowhere   = "nowhere"
)

var (
	districtOf = map[string]string{here: "110105", there: "110106"}
	stationOf  = map[string]site.StationID{here: site.Stations()[0].ID, there: site.Stations()[1].ID}
)

// world is a center with two places, and what examples need of them.
type world struct {
	*bench
	phones   *outboxOfPhones
	kiosks   map[string]*kiosk
	clients  map[string]*kiosk
	wards    map[string]*kiosk // of a hospital each
	gift     gift.Gift
	member   person // of a reception, without limits
	stranger *giver // a donor nobody here is
	made     int
	tickets  map[string]int
	visits   map[string]string // one of each place that is told apart, if somebody made one
	address  string            // where it answers
	secrets  []secret
}

// newWorld brings two places in: each a site of its own station and district, with a kiosk.
func newWorld(t testing.TB, b *bench) *world {
	w := &world{bench: b, phones: b.phones(), kiosks: map[string]*kiosk{}, clients: map[string]*kiosk{}, wards: map[string]*kiosk{}, tickets: map[string]int{}, visits: map[string]string{}, address: b.serve()}
	b.config.WeChat = wechat{}
	b.payouts = b.newPayouts()
	sample, err := site.Samples()
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{here, there} {
		at := sample[0]
		at.ID, at.Station, at.District, at.Name, at.Phone = place, stationOf[place], districtOf[place], lang.Text{ZH: "测试献血点", EN: "Test site"}, "010-00000000"
		if err := b.SaveSite(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		w.kiosks[place], w.clients[place] = b.newKiosk(place, w.address), b.newDevice(device.Station, place, w.address)
		w.wards[place] = b.newHospital("hospital-"+place, districtOf[place], w.address)
	}
	if _, err := b.LoadCatalogue(t.Context(), gift.Sample(), "terminal"); err != nil {
		t.Fatal(err)
	}
	w.gift, w.member = gift.Sample().Gifts[0], w.hire("comes.in", staff.Reception, staff.Scope{})
	w.stranger = w.newGiver("stranger")
	for _, place := range []string{here, there} {
		if _, err := b.AddStock(t.Context(), w.gift.ID, place, 100_000, "terminal"); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// keep notes a secret. A few of each are enough: every answer is searched for all of them.
func (w *world) keep(kind, field, place, donorKey, text string) {
	s := secret{kind: kind, field: field, place: place, donor: donorKey, text: text}
	alike := 0
	for _, other := range w.secrets {
		if other.what() == s.what() {
			alike++
		}
	}
	if alike < 3 {
		w.secrets = append(w.secrets, s)
	}
}

// next is another ID of something in a place; those of a place look alike, so that one of
// them is found wherever it is told.
func (w *world) next(what, place string) string {
	w.made++
	return fmt.Sprintf("%s-%s-%06d", what, place, w.made)
}

// real is the place something is made in for an example about a place.
func real(place string) string {
	if place == there {
		return there
	}
	return here
}

// somebody makes a person up whom nobody has met.
func (w *world) somebody() identity.Person {
	w.made++
	born := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, w.made/900)
	doc := identity.WithCheck(fmt.Sprintf("110199%s%03d", born.Format("20060102"), 100+w.made%900))
	return identity.Person{Name: fmt.Sprintf("测试子%06d", w.made), Sex: doc.Sex(), Born: calendar.Of(born), Nationality: "CHN", Document: doc}
}

// giver is somebody with a donation that came through its tests, points to spend, and a phone.
func (w *world) giver(p identity.Person, place string) (donor.Donor, donor.Donation) {
	w.t.Helper()
	return w.tested(p, place, result.Result{Qualified: true, Markers: result.Markers{ALT: hiddenALT}})
}

// tested is giver with another result.
func (w *world) tested(p identity.Person, place string, r result.Result) (donor.Donor, donor.Donation) {
	w.t.Helper()
	w.made++
	d := donor.Donor{ID: w.config.NewID(), StationID: string(stationOf[real(place)]), Key: screening.Key(w.gateKey(), p.Document), Person: p, Phone: fmt.Sprintf("1990%07d", w.made)}
	given := donor.Donation{ID: w.config.NewID(), DonorID: d.ID, SiteID: real(place), DIN: donation.DIN(fmt.Sprintf("Z900026%06d", w.made)),
		Product: donation.WholeBlood, VolumeML: 400, On: w.Today().AddMonths(-9)}
	r.DonationID, r.Group, r.ReportedOn = given.ID, donation.Group{ABO: "O", RhD: "+"}, given.On
	for _, err := range []error{
		w.SaveDonor(w.t.Context(), d, []donor.Donation{given}, nil),
		w.SaveResults(w.t.Context(), r),
		w.ledger().Give(w.t.Context(), w.clock(), point.Credit{DonorID: d.ID, Cause: d.ID, Awards: []point.Award{{Rule: "per-donation", Pack: "2026.1", Points: 1000}}}),
	} {
		if err != nil {
			w.t.Fatal(err)
		}
	}
	w.keep("donor", "donation number", real(place), d.Key, string(given.DIN))
	w.keep("donor", "phone", "", "", d.Phone)
	return d, given
}

// hiddenALT is a value behind every result, which nobody is told.
const hiddenALT = 7193.25

// wechat is a driver that has everything and has decided nothing.
type wechat struct{}

// Send implements payout.Driver.
func (wechat) Send(context.Context, payout.Payment) (payout.Answer, error) {
	return payout.Answer{State: payout.Pending}, nil
}

// Ask implements payout.Driver.
func (wechat) Ask(context.Context, string) (payout.Answer, error) {
	return payout.Answer{State: payout.Pending}, nil
}

func caller(id string) api.Caller { return api.Caller{StaffID: id} }
