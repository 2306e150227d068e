package failpoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"lianxin/backend/api"
	product "lianxin/backend/center"
	"lianxin/backend/claim"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/staff"
)

// deskUnder is a desk with its clerk, running or not.
type deskUnder struct {
	*process
	world  *world
	name   string
	clerk  fleet.Member
	period int64 // of the clerk's last code
}

func (d *deskUnder) data() string    { return filepath.Join(d.world.folder, d.name) }
func (d *deskUnder) scanner() string { return d.data() + "-scanner" }

// open starts the desk and logs its clerk in, who has one code for each half minute, and
// the next: a desk is opened twice at most.
func (d *deskUnder) open(with *fuse) {
	d.world.t.Helper()
	d.process = launch(d.world.t, d.world.folder, with, nil, d.world.programs.desk, "-data", d.data(), "-center", d.world.address(), "-scanner", d.scanner())
	if said, err := d.next(); err != nil || said != "open" {
		d.world.t.Fatalf("%s does not open: %q, %v", d.name, said, err)
	}
	in, err := d.login()
	if err != nil {
		d.world.t.Fatal(err)
	}
	if err := d.page(http.MethodPost, "/desk/login", in, nil); err != nil {
		d.world.t.Fatalf("log in: %v", err)
	}
}

func (d *deskUnder) login() (api.DeskLogin, error) {
	d.period = max(d.period+1, time.Now().Unix()/int64(staff.CodePeriod/time.Second))
	return d.clerk.AtDesk(time.Unix(d.period*int64(staff.CodePeriod/time.Second), 0))
}

// page asks as the desk's page does; errGone when the desk is.
func (d *deskUnder) page(method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	said, err := d.ask(method + " " + path + " " + string(body))
	if err != nil {
		return err
	}
	status, answer, _ := strings.Cut(said, " ")
	if !strings.HasPrefix(status, "2") {
		return fmt.Errorf("%s %s: %s", method, path, said)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal([]byte(answer), out)
}

// captureWay captures a claim at a desk without a line and sends it when the line is back.
// The desk is killed on the way: where the fuse lies, or when all is captured.
func (w *world) captureWay(in Process) {
	w.t.Helper()
	w.onFile(0)
	d := &deskUnder{world: w, name: fmt.Sprintf("desk-%d", w.walks), clerk: w.hire(staff.DistrictClerk)}
	for _, folder := range []string{d.data(), d.scanner()} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			w.t.Fatal(err)
		}
	}
	defer d.kill()
	atDesk, atCenter := w.fuse, (*fuse)(nil)
	if in == Center {
		atDesk, atCenter = nil, w.fuse
	}
	d.open(atDesk)
	if err := d.page(http.MethodGet, "/desk/claims/words", nil, nil); err != nil {
		w.t.Fatal(err)
	}
	w.figures.centers += count(w.center.kill()) // the line is gone
	c := &capture{deskUnder: d, id: fmt.Sprintf("captured-%d", w.walks), content: w.contentOf(0)}
	c.takes()
	if !w.center.isAlive() {
		w.startCenter(atCenter)
	}
	if in == Center {
		c.revive()
	}
	c.arrives()
}

// capture is a claim at a desk.
type capture struct {
	*deskUnder
	id      string
	content claim.Content
	pages   [][]byte            // as the center is to keep them, in the order in which they were handed in
	kept    api.KeptClaimOpened // as it was answered last
	isSent  bool                // it was answered that it is to be sent
}

// takes types the claim and takes its pages from the scanner. What was answered stays, and
// what was not answered is done again, once.
func (c *capture) takes() {
	w := c.world
	w.t.Helper()
	fuse := w.fuse
	err := c.take()
	if errors.Is(err, errGone) && fuse != nil {
		w.startCenter(nil) // nobody logs in without a line
		c.revive()
		if fuse.Stage == Send {
			return // all was captured, and is on its way
		}
		w.figures.centers += count(w.center.kill())
		err = c.take()
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (c *capture) take() error {
	path := "/desk/claims/" + c.id
	if err := c.page(http.MethodPut, path, api.KeptContent{District: district, Content: c.content}, &c.kept); err != nil {
		return err
	}
	if c.pages == nil {
		for n := range c.kept.Documents {
			handed, kept := c.world.pageOf(n)
			c.pages = append(c.pages, kept)
			if err := os.WriteFile(filepath.Join(c.scanner(), fmt.Sprintf("scan%02d.jpg", n)), handed, 0o600); err != nil {
				return err
			}
		}
	}
	if err := c.page(http.MethodPost, path+"/pages", api.PagesAdded{From: "scanner"}, &c.kept); err != nil {
		return err
	}
	if len(c.kept.Files) != len(c.pages) || len(c.kept.Missing) > 0 || len(c.kept.Failed) > 0 {
		return fmt.Errorf("%d pages of %d were taken, missing %v, failed %v", len(c.kept.Files), len(c.pages), c.kept.Missing, c.kept.Failed)
	}
	err := c.page(http.MethodPost, path+"/send", map[string]bool{"submit": true}, &c.kept)
	c.isSent = err == nil
	return err
}

// revive starts the desk again: what was answered before lies there, whole.
func (c *capture) revive() {
	w := c.world
	w.t.Helper()
	w.burnt(c.process)
	c.kill()
	c.open(nil)
	if c.kept.ID == "" {
		return
	}
	var now api.KeptClaimOpened
	err := c.page(http.MethodGet, "/desk/claims/"+c.id, nil, &now)
	if err != nil && strings.Contains(err.Error(), "desk.not_kept") && len(c.kept.Files) > 0 {
		return // it may have been sent already; the end tells
	}
	if err != nil || !reflect.DeepEqual(now.Content, c.kept.Content) || len(now.Files) < len(c.kept.Files) {
		w.t.Errorf("what was captured was answered %+v, and after the desk was killed it is %+v: %v", c.kept, now, err)
	}
	for _, f := range c.kept.Files {
		if err := c.page(http.MethodGet, "/desk/claims/"+c.id+"/pages/"+f.ID+"/picture", nil, nil); err != nil {
			w.t.Errorf("a page that was answered is gone after the desk was killed: %v", err)
		}
	}
}

// arrives presses until the center has all, and notes what that is.
func (c *capture) arrives() {
	w := c.world
	w.t.Helper()
	for began := time.Now(); ; {
		if !w.center.isAlive() {
			w.burnt(w.center)
			w.startCenter(nil)
		}
		var now api.KeptClaimOpened
		err := c.page(http.MethodPost, "/desk/claims/"+c.id+"/send", map[string]bool{"submit": true}, &now)
		switch {
		case errors.Is(err, errGone) && w.fuse != nil:
			c.revive()
			continue
		case err != nil && !strings.Contains(err.Error(), "desk.not_kept"), now.Code != "":
			w.t.Fatalf("sent, it is %+v: %v", now, err)
		case err != nil || !now.Unsent:
			c.noted()
			return
		case time.Since(began) > patience:
			w.t.Fatalf("it does not get to the center: %+v", now.KeptClaim)
		}
	}
}

// noted is what the center has to have.
func (c *capture) noted() {
	said := filed{steps: []claim.Step{claim.Create}, files: map[string][]byte{}, status: claim.Submitted}
	c.world.inCenter(func(ctx context.Context, at *product.Center) error {
		is, err := at.Store().Claim(ctx, c.id)
		for n, a := range is.Attachments {
			if n < len(c.pages) {
				said.files[a.ID] = c.pages[n]
			}
		}
		return err
	})
	for n := range c.pages {
		said.steps = append(said.steps, claim.Attach)
		if len(said.files) < len(c.pages) {
			said.files[fmt.Sprintf("missing-%d", n)] = c.pages[n]
		}
	}
	said.steps = append(said.steps, claim.Submit)
	c.world.told.claims[c.id] = said
}
