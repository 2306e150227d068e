package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/relief"
)

// Office is the work on the desks of a made-up office: what applicants handed in during the
// last month and this one, how far it got, what was paid, and what a hospital waived. It
// says what happened and when; the center makes it happen by its own services.
type Office struct {
	Opened   time.Time // since when the staff are there
	Hospital hospital.Hospital
	Errands  []Errand
	Runs     []Run
	Stays    []Stay
	Month    string    // the last month, 2026-10: it is settled
	Locked   time.Time // when
}

// Errand is one claim.
type Errand struct {
	ID       string
	District string
	By       string // login of who takes it in
	Content  claim.Content
	IsBare   bool           // as far as it was typed; a draft
	To       claim.Status   // where it ends before it is paid
	Run      int            // the run that pays it, an index of Runs; -1: none
	CameBack bool           // the bank sent its money back
	Reason   string         // Rejected: ID of a reason
	Note     string         // what was said with the last step
	Wanted   []claim.Wanted // Returned
	Pictures bool           // every page is a photograph; else only the invoice
	began    calendar.Date
	ended    calendar.Date
	minute   int // past the hour, so that not everything happens at once
}

// At is when one of so many steps was taken: days between the first and the last are spread
// over them, and later steps come later in the day.
func (e Errand) At(step, steps int) time.Time {
	day := e.ended
	if step < steps {
		day = e.began.AddDays(e.began.DaysUntil(e.ended) * step / steps)
	}
	return hour(day, 9, e.minute).Add(time.Duration(step) * 50 * time.Minute)
}

// Run is one batch for the bank.
type Run struct {
	ID    string
	Made  time.Time
	Sent  time.Time // zero: it waits for its second person
	Paid  time.Time // when the bank's statement was taken in; zero: it is on its way
	Fails time.Time // when the statement was taken in that shows money coming back
}

// Stay is a case of direct relief at Office.Hospital.
type Stay struct {
	Order     hospital.Order
	Reserved  time.Time
	Confirmed time.Time // zero: still in hospital
}

// Giver is a donor of the sample.
type Giver struct {
	Person identity.Person
	Phone  string
	Given  []Volume
}

// Volume is one donation as relief counts it.
type Volume struct {
	On calendar.Date
	ML int64
}

// GiversNeeded is how many donors an office is made around.
func GiversNeeded() int {
	needed := staysMade
	for _, r := range plan {
		if r.like == 0 {
			needed++
		}
	}
	return needed
}

const staysMade = 3

// before which day, and since which, somebody must have given for blood used in this
// year's claims to be covered, in days back and years back.
const (
	givenBefore = 150
	givenWithin = 9
)

// unlimited is what somebody must have given in all to be covered for life (Beijing); for
// kin is what has to be left for the whole family, mL.
const (
	unlimited = 1000
	forKin    = 800
)

// Fits tells whether claims can be made around somebody: old enough to have family, with
// enough given, long enough ago.
func (g Giver) Fits(today calendar.Date) bool {
	var own, kin int64
	for _, d := range g.Given {
		if d.On.After(today.AddDays(-givenBefore)) {
			continue
		}
		own += d.ML
		if d.On.After(today.AddYears(-givenWithin)) {
			kin += d.ML
		}
	}
	return own > unlimited && kin >= forKin && g.Person.Born.AgeOn(today) >= 30
}

// MakeOffice makes an office around donors who Fit, the same for the same seed, day and
// donors; o.Now is after everything that happened. Fault "seed.few_donors".
func MakeOffice(o Options, givers []Giver) (Office, error) {
	if len(givers) < GiversNeeded() {
		return Office{}, fault.New(fault.Conflict, "seed.few_donors").With("found", len(givers)).With("needed", GiversNeeded())
	}
	m := &maker{Options: o, random: rand.New(rand.NewPCG(o.Seed, 0x6f6666696365))}
	first := calendar.New(o.Today.Year(), o.Today.Month(), 1)
	month := first.AddMonths(-1)
	w := &office{maker: m, givers: givers, first: first, month: month}
	office := Office{Opened: hour(month, 8, 0), Month: month.String()[:len("2026-10")], Locked: w.thisMonth(hour(first.AddDays(1), 10, 0)),
		Hospital: hospital.Hospital{ID: "yanshi-first", Name: lang.Text{ZH: "演示第一医院", EN: "Demo First Hospital"}, District: "110101"}}
	office.Runs = w.runs()
	for _, r := range plan {
		office.Errands = append(office.Errands, w.errand(r, office.Errands))
	}
	office.Stays = w.stays()
	return office, nil
}

// office draws what the plan leaves open.
type office struct {
	*maker
	givers []Giver // who is left
	first  calendar.Date
	month  calendar.Date // first day of the last month
}

func (w *office) next() Giver {
	g := w.givers[0]
	w.givers = w.givers[1:]
	return g
}

// hour is a time of a day in Beijing.
func hour(d calendar.Date, h, minute int) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), h, minute, 0, 0, calendar.Beijing)
}

// thisMonth keeps what has to do with the open month in it, and nothing is later than now:
// on the first of a month the days before are the last month's.
func (w *office) thisMonth(at time.Time) time.Time {
	if start := hour(w.first, 0, 1); at.Before(start) {
		at = start
	}
	if at.After(w.Now) {
		at = w.Now
	}
	return at
}

// Runs of the plan.
const (
	noRun     = -1
	settled   = iota - 1 // last month: paid and settled
	paid                 // this month: paid, but for one that came back
	onItsWay             // sent
	waitsHere            // for a second person
)

func (w *office) runs() []Run {
	ago := func(days, h int) time.Time { return hour(w.Today.AddDays(-days), h, 20) }
	last := func(day, h int) time.Time { return hour(w.month.AddDays(day-1), h, 20) }
	runs := []Run{
		settled:   {Made: last(13, 14), Sent: last(13, 15), Paid: last(16, 9)},
		paid:      {Made: ago(6, 14), Sent: ago(6, 15), Paid: w.thisMonth(ago(4, 9)), Fails: w.thisMonth(ago(1, 10))},
		onItsWay:  {Made: ago(1, 15), Sent: ago(1, 16)},
		waitsHere: {Made: ago(1, 16).Add(20 * time.Minute)},
	}
	for i := range runs {
		runs[i].ID = w.id()
	}
	return runs
}

// judged are where claims are whose pages somebody is about to look at.
var judged = []claim.Status{claim.Submitted, claim.InReview, claim.SecondReview, claim.Returned}

// errand fills a row of the plan with people.
func (w *office) errand(r row, before []Errand) Errand {
	e := Errand{ID: w.id(), District: r.district, By: takenInBy[r.district], To: r.to, Run: r.run, CameBack: r.cameBack, Reason: r.reason, Note: r.note,
		Wanted: r.wanted, IsBare: r.to == claim.Draft, minute: w.random.IntN(45), Pictures: slices.Contains(judged, r.to)}
	if r.run == settled {
		e.began, e.ended = w.month.AddDays(r.began-1), w.month.AddDays(r.ended-1)
	} else {
		e.began, e.ended = w.Today.AddDays(-r.began), w.Today.AddDays(-r.ended)
	}
	e.Content = w.content(r, e.began)
	if r.like > 0 { // the same stay, handed in at another office
		other := before[r.like-1].Content
		e.Content.Donor, e.Content.Hospital, e.Content.Lines, e.Content.Payee.Holder = other.Donor, other.Hospital, slices.Clone(other.Lines), other.Payee.Holder
	}
	if e.IsBare {
		e.Content.Lines, e.Content.Insurance, e.Content.Payee, e.Content.Commitment = nil, nil, claim.Payee{}, claim.Commitment{}
	}
	return e
}

func (w *office) content(r row, began calendar.Date) claim.Content {
	var g Giver
	if g = w.givers[0]; r.like == 0 {
		g = w.next()
	}
	left := began.AddDays(-6 - w.random.IntN(10))
	in := claim.Hospital{Name: r.hospital.name, Region: r.hospital.region, Admitted: left.AddDays(-7 - w.random.IntN(6)), Left: left}
	insured := r.insuredFen
	c := claim.Content{Channel: r.channel, Relation: r.relation, Donor: claim.Donor{Party: partyOf(g.Person, g.Phone), Certificate: fmt.Sprintf("YS%06d", 100_000+w.random.IntN(900_000))},
		Hospital: in, Insurance: &insured, Payee: claim.Payee{Kind: claim.BankAccount, Holder: g.Person.Name, Account: fmt.Sprintf("6200000000000%06d", w.random.IntN(1_000_000)), Bank: "演示银行" + pick(w.maker, []string{"东单支行", "朝阳门支行", "中关村支行"})}}
	if r.relation != relief.Self {
		c.Patient = partyOf(w.kin(g.Person, r.relation), g.Phone)
	}
	invoice := fmt.Sprintf("YS-%08d", w.random.IntN(100_000_000))
	for i, b := range r.bill {
		c.Lines = append(c.Lines, claim.Line{Invoice: invoice, Component: b.component, Quantity: b.quantity, AmountFen: b.fen + int64(w.random.IntN(40))*50, On: in.Admitted.AddDays(1 + 2*i)})
	}
	c.Commitment = claim.Commitment{Way: claim.SignedHere, On: began, Strokes: w.signature()}
	if r.channel == claim.Mail {
		c.Commitment = claim.Commitment{Way: claim.Scanned, On: left.AddDays(2)}
		c.Letters = []claim.Letter{{Carrier: "演示快递", Tracking: fmt.Sprintf("YS%010d", w.random.IntN(1_000_000_000)), On: began}}
		c.Donor.Address = "演示省演示市演示路 1 号"
	}
	return c
}

func partyOf(p identity.Person, phone string) claim.Party {
	return claim.Party{Name: p.Name, Kind: p.Document.Kind, Number: p.Document.Text(), Phone: phone}
}

// signature is a made-up hand: a few strokes that lean to the right.
func (w *office) signature() []consent.Stroke {
	var strokes []consent.Stroke
	at := 0
	for n := range 4 {
		x, y := 1200+n*1900, 2600+w.random.IntN(900)
		var s consent.Stroke
		dx, dy := 40+w.random.IntN(90), w.random.IntN(160)-60
		for i := range 14 {
			s = append(s, consent.Point{X: x + i*dx, Y: min(max(y+i*dy+(i%5-2)*w.random.IntN(220), 300), 4800), T: at})
			at += 18
		}
		strokes, at = append(strokes, s), at+140
	}
	return strokes
}

// stays are three patients of the hospital: one of the last month, one of this, one who is
// still there.
func (w *office) stays() []Stay {
	lay := func(n int, ml int64, reserved, confirmed time.Time) Stay {
		g, on := w.next(), calendar.Of(reserved)
		charge := hospital.Charge{ID: "1", Component: relief.RedCells, Fee: relief.BloodFee, Quantity: fmt.Sprint(ml / 200), On: on, AmountFen: ml / 200 * 21_000}
		return Stay{Reserved: reserved, Confirmed: confirmed, Order: hospital.Order{Number: fmt.Sprintf("YS-ZY-%06d", n), Inquiry: hospital.Inquiry{Purpose: hospital.Discharge,
			Consent: hospital.Consent{Form: hospital.Written, On: on}, Patient: hospital.Person{Kind: g.Person.Document.Kind, Number: g.Person.Document.Text()}, Charges: []hospital.Charge{charge}}}}
	}
	confirmed := w.thisMonth(hour(w.Today.AddDays(-2), 11, 0))
	return []Stay{
		lay(1, 800, hour(w.month.AddDays(8), 10, 10), hour(w.month.AddDays(14), 11, 5)),
		lay(2, 400, hour(w.Today.AddDays(-5), 15, 30), confirmed),
		lay(3, 600, w.thisMonth(hour(w.Today, 9, 30)), time.Time{}),
	}
}
