package simulation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"lianxin/backend/calendar"
	product "lianxin/backend/center"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/node"
	"lianxin/backend/site"
	"lianxin/backend/staff"
	"lianxin/backend/store/storetest"
)

// address is the center's; it is never resolved.
const address = "https://center.example.invalid"

// center is the center with what it was asked to keep.
type center struct {
	*product.Center
	world    *World
	data     string
	off      time.Duration // its clock minus the true time
	booted   time.Time     // true time of its start
	followed bool          // its clock was followed since it started
	trusts   bool          // whoever starts it says that its clock is right
	ahead    int           // days the center was ahead of the time, at the most
	source   source
	handler  http.Handler
	edits    int
	backup   string // newest backup; "" for none
	backups  int
	backedUp time.Time // when that was made
	lives    int       // how often it was restored
	packs    int       // versions of the questionnaire so far
	learnt   bool      // the later kind
	fuse     *fuse     // ends it; nil most times
}

func (c *center) config() product.Config {
	return product.Config{Data: c.data, URL: address, Demo: true, Version: "simulation", Now: c.now,
		Elapsed: func() time.Duration { return c.world.now.Sub(c.booted) }, TrustClock: c.trusts,
		NewID: func() string { return c.source.id(c.now) }, Random: c.source, Appliers: c.appliers(),
		Hash: staff.Params{Memory: 64, Passes: 1, Threads: 1}}
}

// now is the center's clock. The center looks at it on every way, so it may end there.
func (c *center) now() time.Time {
	c.fuse.pass()
	return c.world.now.Add(c.off)
}

func (c *center) open() (err error) {
	c.booted, c.followed = c.world.now, false
	if c.Center, err = product.Open(context.Background(), c.config()); err != nil {
		return fmt.Errorf("the center does not open: %w", err)
	}
	c.handler = c.Handler()
	return nil
}

func (c *center) close() error { return c.Center.Close() }

// serve answers a request and watches that no answer is an accident; nil when the
// center ended on the way.
func (c *center) serve(r request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	c.handler.ServeHTTP(answer, r.http())
	if c.fuse != nil {
		if err := c.die(); err != nil {
			c.world.broken("a killed center does not come back: %v", err)
		}
		return nil
	}
	if answer.Code == http.StatusInternalServerError {
		c.world.broken("the center answers 500 to %s: %s", r.path, answer.Body)
	}
	return answer
}

func bookingID(n int) string { return fmt.Sprintf("booking-%04d", n) }

// book makes a booking at any site, or moves one.
func (c *center) book(ctx context.Context) error {
	n := c.world.booked
	if n > 0 && c.world.luck(30) {
		n = c.world.chance.IntN(n)
	} else {
		c.world.booked++
	}
	a := storetest.Appointment(c.world.chance.IntN(c.world.people))
	a.ID, a.Code = bookingID(n), fmt.Sprintf("TESTBOOKING%06d", n)
	a.SiteID, a.Day = siteID(c.world.chance.IntN(sites)), calendar.Of(c.world.now).AddDays(c.world.chance.IntN(4)-1)
	c.world.say("center: booking %d at %s on %s", n, a.SiteID, a.Day)
	return c.SaveAppointment(ctx, a)
}

func (c *center) editSite(ctx context.Context) error {
	c.edits++
	n := c.world.chance.IntN(sites)
	c.world.say("center: edit %d of site %d", c.edits, n)
	return c.SaveSite(ctx, siteOf(n, c.edits))
}

// holdBack records a donation, which puts its donor on the gate list.
func (c *center) holdBack(ctx context.Context) error {
	c.edits++
	n := c.world.chance.IntN(c.world.people)
	d := storetest.Donor(n)
	d.SiteID = siteID(c.world.chance.IntN(sites))
	given := donor.Donation{ID: c.source.id(func() time.Time { return c.world.now }), DonorID: d.ID, SiteID: d.SiteID,
		Product: donation.WholeBlood, VolumeML: 200, On: calendar.Of(c.world.now), DIN: donation.DIN(fmt.Sprintf("T%012d", c.edits))}
	c.world.say("center: donation of %s", d.Key)
	return c.SaveDonor(ctx, d, []donor.Donation{given}, nil)
}

func (c *center) restart(context.Context) error {
	c.world.say("center restarts")
	return errors.Join(c.close(), c.open())
}

// tidy is one turn of what a serving center does by itself.
func (c *center) tidy(ctx context.Context) error { return c.Upkeep(ctx) }

func (c *center) backUp(ctx context.Context) error {
	c.backups++
	c.backedUp = c.world.now
	c.backup = filepath.Join(c.world.folder, fmt.Sprintf("backup-%d.db", c.backups))
	c.world.say("center: backup %d", c.backups)
	return c.Store().Backup(ctx, c.backup)
}

// oldestBackup is how old a backup is that somebody restores: kiosks keep what the
// center has for longer, and for no other reason. It is as many days less as the center
// was ahead of the time, which kiosks go by.
const oldestBackup = (node.KeepDays - 5) * 24 * time.Hour

// restore brings the newest backup back, with the command's new epoch or, as
// somebody at the command line would, without.
func (c *center) restore(ctx context.Context) error {
	if c.backup == "" || c.world.now.Sub(c.backedUp) > oldestBackup-time.Duration(c.ahead)*24*time.Hour {
		return nil
	}
	if err := c.close(); err != nil {
		return err
	}
	database := filepath.Join(c.data, "center.db")
	text, err := os.ReadFile(c.backup)
	if err != nil {
		return err
	}
	err = errors.Join(os.WriteFile(database, text, 0o600), ignoreAbsent(os.Remove(database+"-wal")), ignoreAbsent(os.Remove(database+"-shm")))
	if err != nil {
		return err
	}
	if err := c.open(); err != nil {
		return err
	}
	c.lives++
	for _, k := range c.world.kiosks {
		k.ahead = true
	}
	c.world.say("center: restored backup %d", c.backups)
	if c.world.luck(50) {
		c.world.count(Restored)
		return c.NewEpoch(ctx, "simulation")
	}
	c.world.count(PutBack)
	return nil
}

func ignoreAbsent(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// sites is how many there are.
const sites = 3

func siteID(n int) string { return fmt.Sprintf("test-site-%d", n) }

// siteOf is site n as an edit left it.
func siteOf(n, edit int) site.Site {
	return site.Site{ID: siteID(n), District: "110102", Phone: fmt.Sprintf("010-5550-%04d", edit)}
}
