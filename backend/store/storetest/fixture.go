package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/device"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	"lianxin/backend/policy"
	"lianxin/backend/seal"
	"lianxin/backend/visit"
)

// Today is the day of the fixtures.
var Today = calendar.MustParse("2026-11-23")

// At is an instant of Today with as many digits as a database keeps.
var At = time.Date(2026, 11, 23, 1, 30, 15, 123_456_000, time.UTC)

// Site is where the fixtures happen.
const Site = "test-site"

// Keyring returns fresh keys.
func Keyring(t testing.TB) *seal.Keyring {
	t.Helper()
	ring, err := seal.Generate(At).Keyring()
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// Person returns a made-up person; the name has characters outside the first
// plane of Unicode, which real names have too.
func Person(n int) identity.Person {
	return identity.Person{
		Name: fmt.Sprintf("测试王𬭎䶮𠮷%d", n), LatinName: fmt.Sprintf("TESTPERSON N%06d", n), Sex: identity.Female,
		Born: calendar.MustParse("1990-02-28"), Nationality: "CHN",
		Document: identity.Document{Kind: identity.ResidentID, Number: fmt.Sprintf("110000199002%06d", n)},
		LongTerm: true, PassNumber: fmt.Sprintf("H%08d", n),
	}
}

// DonorKey returns the key of Person(n) as it looks; it is no real hash.
func DonorKey(n int) string { return fmt.Sprintf("donor-key-%012d", n) }

// DeviceID is the device of the visits.
const DeviceID = "device-1"

// Visit returns a check-in of Person(n) with everything in it.
func Visit(n int) visit.Visit {
	return visit.Visit{
		ID: fmt.Sprintf("visit-%06d", n), SiteID: Site, DeviceID: DeviceID, Day: Today, Outcome: visit.Waiting,
		Ticket: fmt.Sprintf("A%03d", n), TicketNumber: n, Source: visit.Card, DonorKey: DonorKey(n), Person: Person(n),
		Product: donation.WholeBlood, VolumeML: 400, AppointmentID: fmt.Sprintf("appointment-%06d", n),
		Language: lang.Chinese, Verdict: verdict(), Screening: Screening(n), At: At.Add(time.Duration(n) * time.Second),
		ClockOffset: -1500 * time.Millisecond,
	}
}

func verdict() policy.Verdict {
	return policy.Verdict{Today: Today, PackVersion: "2026.1", Options: []policy.Option{
		{Product: donation.WholeBlood, Allowed: true, EarliestOn: Today},
		{Product: donation.Apheresis, EarliestOn: Today.AddDays(14), Reasons: []policy.Reason{{
			RuleID: "test-rule", Clause: "§0", Certainty: "verified", Until: Today.AddDays(14),
			Text: lang.Text{ZH: "测试理由", EN: "made-up reason"}, Advice: lang.Text{ZH: "改日再来", EN: "come again"}}}},
	}}
}

// Screening returns answers, a signature of ordinary size and the choice to use the blood.
func Screening(n int) *visit.Screening {
	stroke := make(consent.Stroke, 60)
	for i := range stroke {
		stroke[i] = consent.Point{X: 1000 + i*90, Y: 4000 + i%7*300, T: i * 16}
	}
	return &visit.Screening{
		Questionnaire: "urn:test:questionnaire|1", PackVersion: "2026.1", PassID: fmt.Sprintf("pass-%06d", n),
		Answers: json.RawMessage(fmt.Sprintf(`{"resourceType":"QuestionnaireResponse","item":[{"linkId":"q1","answer":[{"valueString":"测试回答%06d"}]}]}`, n)),
		Consent: consent.Consent{Version: "2026.1", Language: lang.Chinese, TextSHA256: "00", Strokes: []consent.Stroke{stroke},
			SignedAt: At.Truncate(time.Millisecond), Digest: "11"},
		Exclusion: consent.Use,
	}
}

// Appointment returns a booking of Person(n).
func Appointment(n int) appointment.Appointment {
	return appointment.Appointment{ID: fmt.Sprintf("appointment-%06d", n), Code: fmt.Sprintf("TESTBOOKING%06d", n), SiteID: Site,
		DonorKey: DonorKey(n), Person: Person(n), Day: Today, Start: "09:30", Product: donation.WholeBlood, VolumeML: 300,
		Status: appointment.Booked}
}

// Pass returns answers Person(n) gave at home at a time.
func Pass(n int, at time.Time) visit.Pass {
	return visit.Pass{ID: fmt.Sprintf("pass-%06d-%d", n, at.UnixMicro()), DonorKey: DonorKey(n), SiteID: Site,
		Questionnaire: "urn:test:questionnaire|1", Answers: json.RawMessage(fmt.Sprintf(`{"answer":"测试答卷%06d"}`, n)), AnsweredAt: at}
}

// Donor returns Person(n) as the center knows them.
func Donor(n int) donor.Donor {
	return donor.Donor{ID: fmt.Sprintf("donor-%06d", n), StationID: "test-station", SiteID: Site, Key: DonorKey(n),
		Card: fmt.Sprintf("TESTCARD%06d", n), Person: Person(n), Phone: fmt.Sprintf("010-5550-%06d", n), ABO: "AB", RhD: "-"}
}

// Device returns an enrolled kiosk.
func Device(n int) device.Device {
	return device.Device{ID: fmt.Sprintf("device-%d", n), Name: fmt.Sprintf("测试大厅 %d号机", n), Surface: "kiosk", SiteID: Site,
		Letter: string(rune('A' + n%26)), PublicKey: fmt.Appendf(nil, "%032d", n), Status: device.Active, EnrolledAt: At}
}

// Operation returns a check-in of Visit(n) as a device would write it, still without its place.
func Operation(t testing.TB, n int) outbox.Operation {
	t.Helper()
	v := Visit(n)
	op, err := outbox.New(fmt.Sprintf("operation-%06d", n), outbox.VisitCheckedIn, v.At, v)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// Chain places operations one after another.
func Chain(ops ...outbox.Operation) []outbox.Operation {
	var seq int64
	var prev []byte
	for i := range ops {
		ops[i] = ops[i].Follow(seq, prev)
		seq, prev = ops[i].Seq, ops[i].Hash
	}
	return ops
}
