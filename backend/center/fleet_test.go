package center

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/outbox"
	"lianxin/backend/staff"
)

// one finds a device in the fleet, as an administrator sees it.
func (b *bench) one(bearer, id string) api.FleetDevice {
	b.t.Helper()
	var fleet []api.FleetDevice
	b.want("the fleet", http.MethodGet, "/devices", bearer, nil, &fleet, "")
	i := slices.IndexFunc(fleet, func(d api.FleetDevice) bool { return d.ID == id })
	if i < 0 {
		b.t.Fatalf("no %s among %d", id, len(fleet))
	}
	return fleet[i]
}

func TestFleetSaysWhatNeedsSomebody(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		boss := b.enter(b.hire("boss.test", staff.Admin, staff.Scope{})).AccessToken.AccessToken
		k := b.newKiosk(testSite, b.serve())
		in := request()
		in.Dead, in.Pending = 1, 3
		in.Condition = &device.Condition{Reader: device.Part{State: "ready"}, Printer: device.Part{State: "jam", Code: "printer.jam"}, Disk: "ok",
			Packs: []device.Held{{ID: "donor-selection", Version: "2026.2"}}}
		if _, err := k.line.Push(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if d := b.one(boss, k.id); !slices.Equal(d.Needs, []device.Need{device.DeadLetters, device.PrinterDown}) || d.Printer.State != "jam" || d.SaidAt.IsZero() || d.Pending != 3 {
			t.Errorf("%+v", d)
		}
		// A push without a condition leaves what was said.
		bad := k.made(outbox.VisitCheckedIn, map[string]any{"nothing": true})
		k.push(bad)
		var detail api.FleetDetail
		b.want("detail", http.MethodGet, "/devices/"+k.id, boss, nil, &detail, "")
		if detail.Printer.State != "jam" || len(detail.Packs) != 1 || len(detail.Refusals) != 1 || detail.Refusals[0].OperationID != bad.ID || detail.Refusals[0].Code == "" {
			t.Errorf("%+v", detail)
		}
		b.pass(80 * time.Hour)
		boss = b.enter(b.hire("boss2.test", staff.Admin, staff.Scope{})).AccessToken.AccessToken
		if d := b.one(boss, k.id); len(d.Needs) == 0 || d.Needs[0] != device.Silent {
			t.Errorf("after days: %+v", d.Needs)
		}
		b.want("revoke", http.MethodPost, "/devices/"+k.id+"/revoke", boss, nil, nil, "")
		if d := b.one(boss, k.id); d.Status != device.Revoked || len(d.Needs) != 0 {
			t.Errorf("revoked: %+v", d)
		}
	})
}

// An administrator lets a device in from their own screen.
func TestInvitedFromADesk(t *testing.T) {
	b := newBench(t)
	b.config.URL = "https://center.example.invalid"
	who := b.hire("boss.test", staff.Admin, staff.Scope{})
	in := b.enter(who)
	boss := in.AccessToken.AccessToken
	b.newKiosk(testSite, "")
	for code, invite := range map[string]api.DeviceInvite{
		"site.not_found":      {Name: "一层大厅 2号机", SiteID: "nowhere", Surface: "kiosk"},
		"device.name_missing": {Name: "  ", SiteID: testSite, Surface: "kiosk"},
	} {
		b.want(code, http.MethodPost, "/devices/invitations", boss, invite, nil, code)
	}
	b.config.URL = testURL
	_, _, err := b.InviteDevice(t.Context(), api.DeviceInvite{Name: "x", SiteID: testSite, Surface: "kiosk"}, api.Caller{StaffID: who.ID})
	wantFault(t, "an address no device follows", err, "enrolment.address")
	b.config.URL = "https://center.example.invalid"
	var made api.DeviceInvitation
	b.want("invite", http.MethodPost, "/devices/invitations", boss, api.DeviceInvite{Name: " 一层大厅 2号机 ", SiteID: testSite, Surface: "kiosk"}, &made, "")
	key := newKey(t)
	var claimed api.EnrolmentView
	b.want("claim", http.MethodPost, "/enrolments", "", map[string]any{"code": made.Code, "public_key": key.Public().Bytes(), "proof": claimOf(codeIn(t, made.Payload), key).Proof, "version": "test"}, &claimed, "")
	var waiting []api.WaitingEnrolment
	b.want("waiting", http.MethodGet, "/enrolments", boss, nil, &waiting, "")
	if len(waiting) != 1 || waiting[0].ID != made.EnrolmentID || waiting[0].Fingerprint != claimed.Fingerprint || waiting[0].Name != "一层大厅 2号机" {
		t.Fatalf("%+v", waiting)
	}
	b.want("approve", http.MethodPost, "/enrolments/"+made.EnrolmentID+"/approve", boss, map[string]string{"fingerprint": claimed.Fingerprint}, nil, "")
	b.want("rename", http.MethodPut, "/devices/"+made.EnrolmentID+"/name", boss, map[string]string{"name": "一层大厅 3号机"}, nil, "")
	e := b.lastEntry("device.rename")
	if e.Who != who.ID || e.Where.Device != in.SessionID || e.Where.Site != testSite || e.Before != `{"name":"一层大厅 2号机","status":"active"}` || e.After != `{"name":"一层大厅 3号机","status":"active"}` {
		t.Errorf("%+v", e)
	}
}
