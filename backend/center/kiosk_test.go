package center

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/sync"
	"lianxin/backend/token"
	"lianxin/backend/visit"
)

// kiosk is an enrolled device that speaks to the center over HTTP as the real
// one does; its log is kept here.
type kiosk struct {
	*bench
	t      testing.TB
	id     string
	site   string
	letter string
	key    token.Key
	line   *sync.HTTPCenter
	log    []outbox.Operation
}

// serve puts the center behind a real socket.
func (b *bench) serve() string {
	b.t.Helper()
	server := httptest.NewServer(b.handler)
	b.t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// newKiosk enrols a kiosk at a site.
func (b *bench) newKiosk(siteID, address string) *kiosk {
	b.t.Helper()
	return b.newDevice("kiosk", siteID, address)
}

// newDevice enrols a device at a site, which need not be there yet.
func (b *bench) newDevice(surface, siteID, address string) *kiosk {
	b.t.Helper()
	if _, err := b.store.Site(b.t.Context(), siteID); err != nil {
		if err := b.SaveSite(b.t.Context(), site.Site{ID: siteID, Station: "station-test", District: "110105", Kind: site.Fixed, Hours: site.Week{}, Offers: []site.Offer{}}); err != nil {
			b.t.Fatal(err)
		}
	}
	_, invitation, err := b.Invite(b.t.Context(), "一层大厅 1号机", surface, siteID, "terminal", time.Minute)
	if err != nil {
		b.t.Fatal(err)
	}
	key := newKey(b.t)
	var waiting api.EnrolmentView
	b.want("claim", http.MethodPost, "/enrolments", "", claimOf(invitation.Code, key), &waiting, "")
	d, err := b.Approve(b.t.Context(), waiting.ID, waiting.Fingerprint, "terminal")
	if err != nil {
		b.t.Fatal(err)
	}
	k := &kiosk{bench: b, t: b.t, id: d.ID, site: siteID, letter: d.Letter, key: key}
	k.dial(address)
	return k
}

// dial points the kiosk at an address.
func (k *kiosk) dial(address string) {
	k.line = &sync.HTTPCenter{URL: address, Issuer: testURL, DeviceID: k.id, Key: k.key, Now: k.clock, NewID: rand.Text}
}

func claimOf(code token.Code, key token.Key) api.EnrolmentClaim {
	return api.EnrolmentClaim{Code: string(code), PublicKey: key.Public().Bytes(), Proof: token.ProvePossession(key, code), Version: "test"}
}

// made adds an operation to the kiosk's log.
func (k *kiosk) made(kind outbox.Kind, payload any) outbox.Operation {
	k.t.Helper()
	op, err := outbox.New(k.config.NewID(), kind, k.clock(), payload)
	if err != nil {
		k.t.Fatal(err)
	}
	var prev []byte
	if n := len(k.log); n > 0 {
		prev = k.log[n-1].Hash
	}
	op = op.Follow(int64(len(k.log)), prev)
	k.log = append(k.log, op)
	return op
}

func request(ops ...outbox.Operation) sync.PushRequest {
	return sync.PushRequest{Protocol: sync.Protocol, Version: "test", SentAt: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC), Operations: ops}
}

// push sends operations and returns what the center says.
func (k *kiosk) push(ops ...outbox.Operation) sync.PushResponse {
	k.t.Helper()
	out, err := k.line.Push(k.t.Context(), request(ops...))
	if err != nil {
		k.t.Fatal(err)
	}
	return out
}

// fates pushes and lists the fates, with their codes.
func (k *kiosk) fates(ops ...outbox.Operation) string {
	k.t.Helper()
	var all []string
	for _, a := range k.push(ops...).Answers {
		all = append(all, strings.TrimSpace(string(a.Fate)+" "+a.Code))
	}
	return strings.Join(all, ", ")
}

// pull reads everything after a cursor without waiting.
func (k *kiosk) pull(cursor string) (changes []sync.Change, next string) {
	k.t.Helper()
	for {
		out, err := k.line.Pull(k.t.Context(), cursor, 0)
		if err != nil {
			k.t.Fatal(err)
		}
		changes, cursor = append(changes, out.Changes...), out.Cursor
		if !out.More {
			return changes, cursor
		}
	}
}

// raw makes a call with a body as it stands and returns the status and the problem's code.
func (k *kiosk) raw(method, path, bearer, signature string, body []byte) (int, string) {
	k.t.Helper()
	call := httptest.NewRequest(method, path, bytes.NewReader(body))
	call.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		call.Header.Set("Authorization", "Bearer "+bearer)
	}
	if signature != "" {
		call.Header.Set(api.BatchSignatureHeader, signature)
	}
	answer := httptest.NewRecorder()
	k.handler.ServeHTTP(answer, call)
	var problem struct {
		Code string `json:"code"`
	}
	if answer.Code >= 300 {
		if got := answer.Header().Get("Content-Type"); got != "application/problem+json" {
			k.t.Errorf("%s %s: %d as %q", method, path, answer.Code, got)
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil {
			k.t.Fatalf("%s %s: %v in %s", method, path, err, answer.Body)
		}
	}
	return answer.Code, problem.Code
}

// bearer is an access token of this kiosk.
func (k *kiosk) bearer() string {
	k.t.Helper()
	out, code := k.exchange(k.id, k.key)
	if code != "" {
		k.t.Fatal(code)
	}
	return out.AccessToken
}

// donorOf makes a person up.
func donorOf(sequence string) identity.Person {
	doc := identity.WithCheck("11019919900304" + sequence)
	born, _ := doc.BirthDate()
	return identity.Person{Name: "测试甲乙" + sequence, Sex: doc.Sex(), Born: born, Nationality: "CHN", Document: doc}
}

// visitOf is a check-in at this kiosk as it would record it.
func (k *kiosk) visitOf(p identity.Person, number int, booking string) visit.Visit {
	return visit.Visit{ID: k.config.NewID(), SiteID: k.site, DeviceID: k.id, Day: calendar.Of(k.clock()), Outcome: visit.Waiting,
		Ticket: fmt.Sprintf("%s%03d", k.letter, number), TicketNumber: number, Source: visit.Card,
		DonorKey: screening.Key(k.gateKey(), p.Document), Person: p, Product: donation.WholeBlood, VolumeML: 400,
		AppointmentID: booking, Language: lang.Chinese, At: k.clock(),
		Screening: &visit.Screening{Questionnaire: "q|1", Answers: json.RawMessage(`{"secret":"well-today"}`), PackVersion: "2026.1",
			Consent: consent.Consent{Version: "2026.1", Strokes: []consent.Stroke{{{X: 1000, Y: 4000}, {X: 2000, Y: 4400, T: 16}}}}, Exclusion: consent.Discard}, Verdict: policy.Verdict{Options: []policy.Option{}}}
}

// books gives a person a booking today.
func (b *bench) books(p identity.Person, siteID string) appointment.Appointment {
	b.t.Helper()
	code, err := identity.NewCode(identity.BookingCode, rand.Reader)
	if err != nil {
		b.t.Fatal(err)
	}
	a := appointment.Appointment{ID: b.config.NewID(), Code: code.ID, SiteID: siteID, DonorKey: screening.Key(b.gateKey(), p.Document), Person: p,
		Day: b.Today(), Start: "09:30", Product: donation.WholeBlood, VolumeML: 400, Status: appointment.Booked}
	if err := b.SaveAppointment(b.t.Context(), a); err != nil {
		b.t.Fatal(err)
	}
	return a
}

// of lists the ids of a noun among changes; a deleted one has a minus before it.
func of(changes []sync.Change, noun sync.Noun) string {
	var ids []string
	for _, c := range changes {
		if c.Noun == noun && c.Deleted {
			ids = append(ids, "-"+c.ID)
		} else if c.Noun == noun {
			ids = append(ids, c.ID)
		}
	}
	return strings.Join(ids, " ")
}

// codeOf is the fault code of a call over the line.
func codeOf(_ any, err error) string { return fault.CodeOf(err) }

func background(t testing.TB) context.Context { return context.WithoutCancel(t.Context()) }
