package powercut

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/attachment"
	"lianxin/backend/center"
	"lianxin/backend/claim"
	"lianxin/backend/outbox"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/staff"
	"lianxin/backend/sync"
)

const (
	centerSite = "test-site"
	district   = "110102"
	bearersFor = 4 * time.Minute // of the ten in which a token is good
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
	line    *sync.HTTPCenter   // the kiosk's, with its token
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

// ask wants the question to be answered; a refusal by a center that stands is none of the disk's.
func (x *counter) ask(method, base, path, bearer string, in, out any) error {
	err := fleet.Ask(x.t.Context(), x.client, method, base, path, bearer, in, out)
	if refusal, ok := errors.AsType[*fleet.Refusal](err); ok && refusal.Status < http.StatusInternalServerError {
		x.t.Errorf("%s: %v", path, err)
	}
	return err
}

// arrive has somebody come to the kiosk.
func (x *counter) arrive() {
	x.people++
	v := x.device.VisitOf(x.people, time.Now())
	op, err := x.device.Record(outbox.VisitCheckedIn, v.At, v)
	if err != nil {
		x.t.Fatal(err)
	}
	x.pending = append(x.pending, op)
}

// push has the kiosk say all of which it has heard nothing.
func (x *counter) push(base string) error {
	if x.line == nil || x.line.URL != base {
		x.line = x.device.Line(x.client, base, installed("").URL)
	}
	out, err := x.line.Push(x.t.Context(), x.device.Batch(x.pending...))
	if err != nil {
		return err
	}
	for _, a := range out.Answers {
		if a.Fate != outbox.Applied && a.Fate != outbox.AlreadyApplied {
			x.t.Errorf("an operation is %s %s", a.Fate, a.Code)
			continue
		}
		x.applied = append(x.applied, a.ID)
	}
	if len(out.Answers) < len(x.pending) {
		x.t.Errorf("%d operations of %d have an answer", len(out.Answers), len(x.pending))
	}
	x.pending = nil
	return nil
}

// call has reception call whoever is next.
func (x *counter) call(base, id string) error {
	var row api.ReceptionRow
	err := x.ask(http.MethodPost, base, "/sites/"+centerSite+"/calls", x.front, api.ReceptionCall{CallID: id}, &row)
	if err == nil {
		x.calls[id] = row.ID
	}
	return err
}

// file files a claim.
func (x *counter) file(base, id string) error {
	err := x.ask(http.MethodPost, base, "/claims", x.clerk, api.ClaimNew{ID: id, District: district, Content: claim.Content{Channel: claim.OnSite}}, nil)
	if err == nil {
		x.claims = append(x.claims, id)
	}
	return err
}

// handIn hands the page of a claim in.
func (x *counter) handIn(base, id string) error {
	err := x.ask(http.MethodPut, base, "/claims/"+id+"/attachments/page", x.clerk, api.ClaimHanded{Kind: claim.Invoice, Content: x.page}, nil)
	if err == nil {
		x.files = append(x.files, id)
	}
	return err
}
