package powercut

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/attachment"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/claim"
	"lianxin/backend/outbox"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/staff"
)

var centerCuts = flag.Int("center-cuts", 16, "how many times a center's disk loses its power again and again")

const (
	centerSite   = "test-site"
	district     = "110102"
	perCenterRun = 9               // people a center hears of in a run that is left alone
	bearersFor   = 4 * time.Minute // of the ten in which a token is good
)

// counter is who asks a center: a kiosk and two desks, who were there before the disk.
type counter struct {
	t       *testing.T
	client  *http.Client
	device  *fleet.Device
	front   string // token of reception
	clerk   string
	since   time.Time // of the tokens
	members int
	people  int
	pending []outbox.Operation // of which the kiosk has heard nothing
	page    []byte             // that is handed in with every claim
	kept    []byte             // as it is kept

	applied []string          // ids of operations that were said to be carried out
	calls   map[string]string // visits by the call that was answered
	claims  []string          // said to be filed
	files   []string          // claims whose page was said to be taken
}

// newCounter makes a center with a site, a kiosk and staff on a good disk.
func newCounter(t *testing.T) (x *counter, folder string) {
	t.Helper()
	x = &counter{t: t, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}, calls: map[string]string{}}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 240, 240)), nil); err != nil {
		t.Fatal(err)
	}
	took, err := attachment.Take(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	x.page, x.kept, folder = out.Bytes(), took.Content, t.TempDir()
	x.in(folder, func(c *center.Center) (err error) {
		if err := fleet.SaveSite(t.Context(), c, centerSite); err != nil {
			return err
		}
		if x.device, err = fleet.Enrol(t.Context(), c, "kiosk", centerSite); err != nil {
			return err
		}
		return x.logIn(c)
	})
	return x, folder
}

func installed(folder string) fleet.Installation {
	return fleet.Installation{Data: folder, URL: "http://localhost:1"}
}

// in opens the center of a folder in this process.
func (x *counter) in(folder string, do func(c *center.Center) error) {
	x.t.Helper()
	c, err := center.Open(x.t.Context(), installed(folder).Config())
	if err == nil {
		err = errors.Join(do(c), c.Close())
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

// logIn brings new staff in, whose tokens are fresh.
func (x *counter) logIn(c *center.Center) error {
	server := httptest.NewServer(c.Handler())
	defer server.Close()
	for role, bearer := range map[staff.Role]*string{staff.Reception: &x.front, staff.DistrictClerk: &x.clerk} {
		x.members++
		m, err := fleet.Hire(x.t.Context(), c, fmt.Sprintf("member.%d", x.members), role)
		if err != nil {
			return err
		}
		if *bearer, err = m.LogIn(x.t.Context(), x.client, server.URL); err != nil {
			return err
		}
	}
	x.since = time.Now()
	return nil
}

// run lets a center work on a disk until the power goes, or all have come.
func (x *counter) run(d *Disk) {
	x.t.Helper()
	mounted := x.t.TempDir()
	var mu sync.Mutex
	var at *fleet.Instance
	isCut := false
	kill := func() { // once, and it is gone when this returns
		mu.Lock()
		defer mu.Unlock()
		if isCut = true; at != nil {
			_ = at.Kill()
			at = nil
		}
	}
	unmount, err := Mount(mounted, d, kill)
	if err != nil {
		x.t.Fatal(err)
	}
	if started, err := fleet.Start(installed(mounted)); err == nil { // else the power went before it served
		mu.Lock()
		at = started
		gone := isCut
		mu.Unlock()
		if !gone {
			x.day("http://" + started.Address)
		}
	}
	d.Cut()
	kill()
	if err := unmount(); err != nil {
		x.t.Fatal(err)
	}
}

// day is what is asked of a center at an address, until it answers no more.
func (x *counter) day(base string) {
	for range perCenterRun {
		if x.checkIn(base) != nil {
			return
		}
		call := fleet.NewID()
		var row api.ReceptionRow
		if x.ask(http.MethodPost, base, "/sites/"+centerSite+"/calls", x.front, api.ReceptionCall{CallID: call}, &row) != nil {
			return
		}
		x.calls[call] = row.ID
		if x.people%3 == 0 && x.file(base) != nil {
			return
		}
	}
}

// ask wants the question to be answered; a refusal by a center that stands is none of the disk's.
func (x *counter) ask(method, base, path, bearer string, in, out any) error {
	err := fleet.Ask(x.t.Context(), x.client, method, base, path, bearer, in, out)
	if refusal, ok := errors.AsType[*fleet.Refusal](err); ok && refusal.Status < http.StatusInternalServerError {
		x.t.Fatalf("%s: %v", path, err)
	}
	return err
}

// checkIn has the kiosk say that somebody came, and all of which it has heard nothing.
func (x *counter) checkIn(base string) error {
	x.people++
	v := x.device.VisitOf(x.people, time.Now())
	op, err := x.device.Record(outbox.VisitCheckedIn, v.At, v)
	if err != nil {
		x.t.Fatal(err)
	}
	x.pending = append(x.pending, op)
	out, err := x.device.Line(x.client, base, installed("").URL).Push(x.t.Context(), x.device.Batch(x.pending...))
	if err != nil {
		return err
	}
	for _, a := range out.Answers {
		if a.Fate != outbox.Applied && a.Fate != outbox.AlreadyApplied {
			x.t.Fatalf("an operation is %s %s", a.Fate, a.Code)
		}
		x.applied = append(x.applied, a.ID)
	}
	x.pending = nil
	return nil
}

// file files a claim and hands its page in.
func (x *counter) file(base string) error {
	id := fleet.NewID()
	if err := x.ask(http.MethodPost, base, "/claims", x.clerk, api.ClaimNew{ID: id, District: district, Content: claim.Content{Channel: claim.OnSite}}, nil); err != nil {
		return err
	}
	x.claims = append(x.claims, id)
	if err := x.ask(http.MethodPut, base, "/claims/"+id+"/attachments/page", x.clerk, api.ClaimHanded{Kind: claim.Invoice, Content: x.page}, nil); err != nil {
		return err
	}
	x.files = append(x.files, id)
	return nil
}

// losses opens what the platter holds and says what of what was answered is not there.
func (x *counter) losses(folder string) (wrong []string) {
	x.t.Helper()
	c, err := center.Open(x.t.Context(), installed(folder).Config())
	if err != nil {
		return []string{"does not open: " + err.Error()}
	}
	defer func() {
		if err := c.Close(); err != nil {
			x.t.Error(err)
		}
	}()
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	ctx := x.t.Context()
	known, err := c.Store().AppliedOperations(ctx, x.applied)
	if err != nil {
		say("operations: %v", err)
	}
	for _, id := range x.applied {
		if known[id].Fate != outbox.Applied {
			say("operation %s is gone", id)
		}
	}
	if visits, err := c.Store().VisitsAt(ctx, centerSite, calendar.Of(time.Now())); err != nil || len(visits) < len(x.applied) {
		say("%d visits of %d are there: %v", len(visits), len(x.applied), err)
	}
	x.lostAtDesks(ctx, c, say)
	if _, err := c.VerifyAudit(ctx); err != nil {
		say("the audit log: %v", err)
	}
	if time.Since(x.since) > bearersFor {
		if err := x.logIn(c); err != nil {
			say("nobody logs in: %v", err)
		}
	}
	return wrong
}

func (x *counter) lostAtDesks(ctx context.Context, c *center.Center, say func(format string, args ...any)) {
	for call, visitID := range x.calls {
		if r, ok, err := c.Store().ReceptionByCall(ctx, call); err != nil || !ok || r.VisitID != visitID {
			say("call %s of visit %s is gone: %v", call, visitID, err)
		}
	}
	for _, id := range x.claims {
		if _, err := c.Store().Claim(ctx, id); err != nil {
			say("claim %s is gone: %v", id, err)
		}
	}
	for _, id := range x.files {
		if content, err := c.Store().ClaimFile(ctx, id, "page"); err != nil || !bytes.Equal(content, x.kept) {
			say("the page of claim %s has %d bytes of %d: %v", id, len(content), len(x.kept), err)
		}
	}
}

// onDisk puts a folder onto a disk.
func (x *counter) onDisk(folder string, d *Disk) *Disk {
	x.t.Helper()
	if err := d.Load(folder); err != nil {
		x.t.Fatal(err)
	}
	return d
}

// A center's disk loses its power again and again, at any moment from its start on, and
// each time the center goes on with what is left: whatever it answered is there.
func TestNothingACenterAnsweredIsLostOverManyCuts(t *testing.T) {
	x, left := newCounter(t)
	whole := x.onDisk(left, &Disk{Chance: chance(0)})
	x.run(whole)
	if len(x.applied) != perCenterRun || len(x.calls) != perCenterRun || len(x.files) != perCenterRun/3 {
		t.Fatalf("a center on a good disk answered %d operations, %d calls, %d pages", len(x.applied), len(x.calls), len(x.files))
	}
	luck := chance(-2)
	for cut := range *centerCuts {
		at := 1 + luck.Int64N(whole.Changes())
		d := x.onDisk(left, &Disk{Chance: chance(cut), CutAt: at})
		if cut == 0 { // the answers of the good disk
			d = whole
		} else {
			x.run(d)
		}
		left = t.TempDir()
		if err := d.Survivors(left); err != nil {
			t.Fatal(err)
		}
		if wrong := x.losses(left); len(wrong) > 0 {
			t.Fatalf("after cut %d, at change %d: %v", cut, at, wrong)
		}
	}
	t.Logf("%d cuts, %d changes of the disk in a run; %d operations, %d calls, %d claims and %d of their pages were answered and are there", *centerCuts, whole.Changes(),
		len(x.applied), len(x.calls), len(x.claims), len(x.files))
}

// A disk that says it has synced and has not loses what a center answered, and that is seen.
func TestADiskThatLiesToACenterIsCaught(t *testing.T) {
	for n := range 10 {
		x, left := newCounter(t)
		d := x.onDisk(left, &Disk{Chance: chance(n), LoseSyncs: true})
		x.run(d)
		left = t.TempDir()
		if err := d.Survivors(left); err != nil {
			t.Fatal(err)
		}
		if len(x.losses(left)) > 0 {
			return
		}
	}
	t.Error("ten cuts of a disk that never syncs lost nothing: the proof is blind")
}
