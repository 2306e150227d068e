package failpoint

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"lianxin/backend/calendar"
	product "lianxin/backend/center"
	"lianxin/backend/payout/wechatpay/emulator"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/proof/ramdisk"
	"lianxin/backend/staff"
	"lianxin/backend/store/storetest"
)

// sites of the sample are where kiosks stand.
var sites = []string{"aoti", "dongzhimen"}

// world is a center and its kiosks, all of them processes.
type world struct {
	t        *testing.T
	seed     uint64
	chance   *rand.Rand
	programs programs
	folder   string
	database string // of the center; "" is SQLite
	listen   string
	center   *process
	kiosks   []*kioskUnder // those that people go to
	retired  []*kioskUnder // those that only have to keep what they were given
	people   int
	bookings []string
	edits    int
	redeemed int64 // what the made-up people had redeemed before
	figures  figures

	crew     crew
	members  int                // who were ever hired
	wishes   *fleet.Device      // the kiosk at which gifts were asked for last
	walks    int                // things that were walked through at desks
	fuse     *fuse              // of the walk that goes on, until it has burnt
	emulator *emulator.Emulator // WeChat Pay
	told     told               // what was answered at desks
}

// figures are what a run has done.
type figures struct {
	fuses, kiosks, centers, saved, papers, walks int
}

func (f figures) String() string {
	return fmt.Sprintf("%d kills at failpoints, %d of kiosks and %d of the center at random; %d check-ins and deferrals said to be safe, %d papers, %d walks at desks",
		f.fuses, f.kiosks, f.centers, f.saved, f.papers, f.walks)
}

// newWorld seeds a center with made-up people and lets kiosks in.
func newWorld(t *testing.T, p programs, seed uint64, database string, kiosks int) *world {
	t.Helper()
	w := &world{t: t, seed: seed, chance: rand.New(rand.NewPCG(seed, 0)), programs: p, folder: ramdisk.Folder(t), database: database, listen: freePort(t)}
	w.told = newTold()
	t.Cleanup(w.end)
	w.setUpWeChat()
	if _, err := w.command(nil, "seed", "--donors", "30"); err != nil {
		t.Fatal(err)
	}
	w.inCenter(func(ctx context.Context, c *product.Center) (err error) {
		_, w.redeemed, err = c.Store().RedemptionSums(ctx)
		return err
	})
	for n := range kiosks {
		w.kiosks = append(w.kiosks, w.newcomer(sites[n%2], nil, ""))
	}
	return w
}

// handedOut are the addresses of all worlds, also of a line that is down just now.
var handedOut sync.Map

// freePort is an address nobody has, and nobody gets while its center is dead or its
// line is down: it is not one of those that the system gives to whoever asks somebody,
// and no other world gets it.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000))
		if _, has := handedOut.LoadOrStore(address, true); has {
			continue
		}
		if listener, err := net.Listen("tcp", address); err == nil {
			if err := listener.Close(); err != nil {
				t.Fatal(err)
			}
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

// end leaves no process behind, and shows what the programs said when it went wrong.
func (w *world) end() {
	w.center.kill()
	for _, k := range append(w.kiosks, w.retired...) {
		k.kill()
	}
	if !w.t.Failed() {
		return
	}
	for _, name := range []string{"center.log", "kiosk.log", "desk.log"} {
		text, _ := os.ReadFile(w.folder + "/" + name)
		lines := strings.Split(string(text), "\n")
		w.t.Logf("the end of %s:\n%s", name, strings.Join(lines[max(len(lines)-40, 0):], "\n"))
	}
}

func (w *world) data() string { return w.folder + "/center" }

// environment is the center's.
func (w *world) environment() []string {
	all := []string{"LIANXIN_DEMO=true", "LIANXIN_DATA=" + w.data(), "LIANXIN_DATABASE=" + w.database, "LIANXIN_URL=http://" + w.listen,
		"LIANXIN_LISTEN=" + w.listen, "LIANXIN_METRICS=off"}
	if w.emulator != nil {
		all = append(all, "LIANXIN_WECHAT="+w.wechat())
	}
	return all
}

// command runs a command of the center's program; with a fuse it is to end there.
func (w *world) command(with *fuse, args ...string) (string, error) {
	p := launch(w.t, w.folder, with, w.environment(), w.programs.center, args...)
	var said []string
	for {
		line, err := p.next()
		if errors.Is(err, errGone) {
			break
		}
		if err != nil {
			p.kill()
			return "", err
		}
		said = append(said, line)
	}
	if with != nil && p.endedAt(with.Name) {
		w.figures.fuses++
		return "", errFuse
	}
	if p.code != nil {
		return "", fmt.Errorf("%v: %w", args, p.code)
	}
	return strings.Join(said, "\n"), nil
}

// errFuse says that a command ended at its failpoint.
var errFuse = errors.New("ended at the failpoint")

// startCenter starts it; false when the fuse ended it before it served.
func (w *world) startCenter(with *fuse) bool {
	w.center = launch(w.t, w.folder, with, w.environment(), w.programs.center, "serve")
	line, err := w.center.next()
	if err == nil && strings.Contains(line, "serves at") {
		return true
	}
	if with == nil || !w.center.endedAt(with.Name) {
		w.t.Fatalf("the center does not serve: %q, %v, %v", line, err, w.center.code)
	}
	return false
}

// revive starts what is gone.
func (w *world) revive() {
	if !w.center.isAlive() {
		w.startCenter(nil)
	}
	var started []*kioskUnder
	for _, k := range w.kiosks {
		if !k.isAlive() {
			k.launch(nil)
			started = append(started, k)
		}
	}
	for _, k := range started {
		k.isOpen(nil)
	}
}

// persons are so many who were never here, and now and then one who was.
func (w *world) persons(n int) (numbers []string) {
	for range n {
		w.people++
		who := w.people
		if w.chance.IntN(10) == 0 {
			who = max(who-w.chance.IntN(20), 1)
		}
		numbers = append(numbers, personOf(who))
	}
	return numbers
}

// inCenter opens the center beside the running one, as its commands do.
func (w *world) inCenter(do func(ctx context.Context, c *product.Center) error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := product.Open(ctx, product.Config{Data: w.data(), Database: w.database, URL: "http://" + w.listen, Demo: true,
		Hash: staff.Params{Memory: 64, Passes: 1, Threads: 1}}) // no proof is about passwords
	if err == nil {
		err = errors.Join(do(ctx, c), c.Close())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// edit makes or moves a booking, or changes a site, at the center.
func (w *world) edit() {
	w.inCenter(func(ctx context.Context, c *product.Center) error {
		w.edits++
		if w.chance.IntN(4) == 0 {
			s, err := c.Store().Site(ctx, sites[w.chance.IntN(len(sites))])
			if err != nil {
				return err
			}
			s.Phone = fmt.Sprintf("010-5550-%04d", w.edits)
			return c.SaveSite(ctx, s)
		}
		n := len(w.bookings)
		if n > 0 && w.chance.IntN(3) == 0 {
			n = w.chance.IntN(n)
		} else {
			w.bookings = append(w.bookings, fmt.Sprintf("booking-%05d", n))
		}
		a := storetest.Appointment(n)
		a.ID, a.Code = w.bookings[n], fmt.Sprintf("TESTBOOKING%06d", n)
		a.SiteID, a.Day = sites[w.chance.IntN(len(sites))], calendar.Of(time.Now()).AddDays(w.chance.IntN(3))
		return c.SaveAppointment(ctx, a)
	})
}
