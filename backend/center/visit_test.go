package center

import (
	"context"
	"net/http"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/site"
	"lianxin/backend/staff"
	"lianxin/backend/visit"
)

func (b *bench) visitAt(id, siteID, district string) {
	b.t.Helper()
	if err := b.SaveSite(b.t.Context(), site.Site{ID: siteID, Station: "station-test", District: district}); err != nil {
		b.t.Fatal(err)
	}
	v := visit.Visit{ID: id, SiteID: siteID, DeviceID: "device-test", Day: calendar.Of(b.clock()), Outcome: visit.Waiting,
		Ticket: "A001", TicketNumber: 1, Source: visit.Typed, DonorKey: "key-" + id, Product: donation.WholeBlood, VolumeML: 200,
		Person: identity.Person{Name: "测试甲", Born: calendar.Of(b.clock()).AddYears(-30)}, Language: lang.Chinese, At: b.clock()}
	if err := b.store.InsertVisit(b.t.Context(), v); err != nil {
		b.t.Fatal(err)
	}
}

// Every reading of a visit is in the log with who, as what, and where; one of
// another site is refused and in the log too.
func TestReadingAVisitIsWrittenDown(t *testing.T) {
	b := newBench(t)
	b.visitAt("visit-here", "site-here", "110105")
	b.visitAt("visit-there", "site-there", "110106")
	clerk := b.hire("clerk.test", staff.Reception, staff.Scope{Districts: []string{"110105"}})
	bearer := b.enter(clerk).AccessToken.AccessToken

	var one visit.Visit
	b.want("own site", http.MethodGet, "/visits/visit-here", bearer, nil, &one, "")
	if one.Person.Name != "测试甲" {
		t.Errorf("%+v", one)
	}
	b.want("another site", http.MethodGet, "/visits/visit-there", bearer, nil, nil, "visit.not_found")
	b.want("no such visit", http.MethodGet, "/visits/visit-nowhere", bearer, nil, nil, "visit.not_found")
	var rows []api.VisitRow
	b.want("own list", http.MethodGet, "/sites/site-here/visits?day=2026-11-23", bearer, nil, &rows, "")
	if len(rows) != 1 || rows[0].Name == "测试甲" {
		t.Errorf("%+v", rows)
	}
	b.want("another list", http.MethodGet, "/sites/site-there/visits?day=2026-11-23", bearer, nil, nil, "site.not_found")

	b.wantEntry(clerk.ID, "reception", "visit.read", "visit-here", "site-here")
	b.wantEntry(clerk.ID, "reception", "visit.read_refused", "visit-there", "site-there")
	b.wantEntry(clerk.ID, "reception", "visit.list", "2026-11-23", "site-here")
	read := 0
	for _, e := range b.entries() {
		if e.Object.Noun == "visit" || e.Object.Noun == "visit_day" {
			read++
		}
	}
	if read != 3 {
		t.Errorf("%d entries of visits, want 3", read)
	}
	b.readings.InTx = func(context.Context, func(context.Context) error) error {
		return fault.New(fault.Unavailable, "store.full")
	}
	b.want("what cannot be written down", http.MethodGet, "/visits/visit-here", bearer, nil, nil, "store.full")
	b.want("a list that cannot be written down", http.MethodGet, "/sites/site-here/visits?day=2026-11-23", bearer, nil, nil, "store.full")
	b.readings.InTx = b.store.InTx
	everywhere := b.enter(b.hire("any.test", staff.Reception, staff.Scope{})).AccessToken.AccessToken
	b.want("without a limit", http.MethodGet, "/visits/visit-there", everywhere, nil, nil, "")
	b.want("no such site", http.MethodGet, "/sites/a%20b/visits?day=2026-11-23", everywhere, nil, nil, "site.not_found")
}
