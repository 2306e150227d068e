package center

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"lianxin/backend/correction"
	"lianxin/backend/donor"
	"lianxin/backend/outbox"
	"lianxin/backend/screening"
	"lianxin/backend/staff"
	"lianxin/backend/staffcall"
)

// matrix is a world with people in both places, and somebody of every role.
type matrix struct {
	*world
	roles  []role
	tokens map[string]held
	logins map[string]login   // of staff, by the role's name
	kept   map[string]example // that nobody has used up
	done   map[string]int     // how often an operation got done
	read   map[string]bool    // the secrets somebody entitled has read
}

// held is a token, and since when.
type held struct {
	text string
	at   time.Time
}

func newMatrix(t *testing.T) *matrix {
	b := newBench(t)
	m := &matrix{world: newWorld(t, b), tokens: map[string]held{}, logins: map[string]login{}, kept: map[string]example{}, done: map[string]int{}, read: map[string]bool{}}
	for place, digit := range map[string]string{here: "0", there: "1"} {
		k := m.kiosks[place]
		m.people(k, place, digit)
		m.calls(k, place)
		m.asks(k, place, digit)
		m.keep("claim", "ID", place, "", "claim-"+place+"-")
		m.keep("payout", "ID", place, "", "batch-"+place+"-")
	}
	m.keep("result", "value", "", "", fmt.Sprint(hiddenALT))
	m.addRoles()
	return m
}

// people puts a donor, a booking and a visit at a kiosk's site and notes what is
// nobody else's business.
func (m *matrix) people(k *kiosk, place, digit string) {
	came, booked, known := donorOf(digit+"02"), donorOf(digit+"04"), donorOf(digit+"06")
	m.tickets[place]++
	v := k.visitOf(came, 1, "")
	v.Screening.Answers = json.RawMessage(`{"told":"answer-` + place + `"}`)
	if got := k.fates(k.made(outbox.VisitCheckedIn, v)); got != "applied" {
		m.t.Fatal(got)
	}
	booking := m.books(booked, place)
	d := donor.Donor{ID: m.config.NewID(), StationID: string(stationOf[place]), SiteID: place, Key: screening.Key(m.gateKey(), known.Document),
		Card: "card-" + place, Person: known, Phone: "1990000000" + digit}
	if err := m.SaveDonor(m.t.Context(), d, nil, nil); err != nil {
		m.t.Fatal(err)
	}
	for field, text := range map[string]string{"name": came.Name, "number": came.Document.Number, "booked name": booked.Name, "booked number": booked.Document.Number,
		"booking code": booking.Code, "known name": known.Name, "known number": known.Document.Number, "card": d.Card, "answer": "answer-" + place, "visit": v.ID} {
		m.keep("", field, place, "", text)
	}
	m.keep("", "phone", "", "", d.Phone)
	m.visits[place] = v.ID
}

// calls raises a call for help at a kiosk.
func (m *matrix) calls(k *kiosk, place string) {
	call := staffcall.Call{ID: "call-" + place, SiteID: place, DeviceID: k.id, RaisedAt: m.clock()}
	if got := k.fates(k.made(outbox.StaffCallRaised, call)); got != "applied" {
		m.t.Fatal(got)
	}
	m.keep("", "call", place, "", call.ID)
}

// asks lets the known donor of a place say at its kiosk that donations are missing.
func (m *matrix) asks(k *kiosk, place, digit string) {
	r := correction.Request{ID: "waiting-" + place, DonorKey: screening.Key(m.gateKey(), donorOf(digit+"06").Document), Subject: correction.Missing,
		SiteID: place, DeviceID: k.id, At: m.clock(), About: m.Today().AddDays(-30)}
	k.tells(outbox.CorrectionAsked, r)
	m.keep("", "correction", place, "", r.ID)
}

// revoked is a token of a device that was just thrown out.
func (m *matrix) revoked() string {
	m.t.Helper()
	k := m.newKiosk(here, m.address)
	out := k.bearer()
	if err := m.Revoke(m.t.Context(), k.id, caller("terminal")); err != nil {
		m.t.Fatal(err)
	}
	return out
}

// addRoles brings everybody in.
func (m *matrix) addRoles() {
	m.roles = []role{
		{name: "nobody", refuse: "token.missing"},
		{name: "a forged token", fixed: altered(m.kiosks[here].bearer()), refuse: "token.signature"},
		{name: "a revoked device", device: true, refuse: "token.revoked"},
	}
	for _, place := range []string{here, there} {
		m.roles = append(m.roles,
			role{name: "a device " + place, device: true, kiosk: m.kiosks[place], here: place == here, there: place == there},
			role{name: "the client of the hospital " + place, ward: true, kiosk: m.wards[place], here: place == here, there: place == there},
			role{name: "the client of the station " + place, client: true, kiosk: m.clients[place], here: place == here, there: place == there})
	}
	for _, name := range []string{"one", "another"} {
		m.roles = append(m.roles, role{name: "the donor " + name, giver: m.newGiver(name)})
	}
	for _, as := range staff.Roles {
		for _, limit := range []struct {
			name        string
			scope       staff.Scope
			here, there bool
		}{
			{"here", staff.Scope{Districts: []string{districtOf[here]}}, true, false},
			{"there", staff.Scope{Stations: []string{string(stationOf[there])}}, false, true},
			{"nowhere", staff.Scope{Districts: []string{"119999"}}, false, false},
			{"everywhere", staff.Scope{}, true, true},
		} {
			if as == staff.Admin && limit.name != "everywhere" {
				continue // there is no such administrator
			}
			who := m.hire(fmt.Sprintf("%.4s.%s", as, limit.name), as, limit.scope)
			m.roles = append(m.roles, role{name: string(as) + " of " + limit.name, staff: as, member: who, login: m.enter(who), here: limit.here, there: limit.there})
		}
	}
}
