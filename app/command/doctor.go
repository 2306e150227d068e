package command

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"lianxin/app"
	"lianxin/backend/reader"
)

// DoctorCmd examines this machine.
type DoctorCmd struct {
	Devices
	Data   string `help:"Folder the kiosk uses." default:"${data}" env:"LIANXIN_DATA" type:"path"`
	Center string `help:"Compare the clock with this center's." placeholder:"URL"`
}

// Run prints a line for each thing a kiosk needs.
func (d DoctorCmd) Run() error {
	checks := append(app.WindowChecks(d.Data),
		app.Check{Name: "database", Run: checkSQLite},
		app.Check{Name: "card reader", Run: d.checkReader},
		app.Check{Name: "printer", Run: d.checkPrinter},
		app.Check{Name: "print spool", Run: d.checkSpool},
		app.Check{Name: "clock", Run: d.checkClock})
	if !app.Examine(context.Background(), os.Stdout, checks) {
		return exit{errors.New(""), app.ExitFailed}
	}
	return nil
}

func sqliteVersion() string {
	version, _, _ := sqlite3.Version()
	return version
}

// leastSQLite is 3.51.3, the first without a fault that could damage a
// write-ahead log; the store refuses older ones too.
const leastSQLite = 3_051_003

func checkSQLite(context.Context) app.Finding {
	version, number, _ := sqlite3.Version()
	if number < leastSQLite {
		return app.Finding{Verdict: app.Failed, Detail: "SQLite " + version, Advice: "build with a newer go-sqlite3: this one can lose data"}
	}
	return app.Finding{Detail: "SQLite " + version}
}

func (d Devices) checkReader(context.Context) app.Finding {
	if d.Reader == "" {
		return app.Finding{Verdict: app.Doubt, Detail: "none: people type their numbers", Advice: "name its serial port with --reader or LIANXIN_READER"}
	}
	port, err := reader.Serial(d.Reader)()
	if err != nil {
		return app.Finding{Verdict: app.Failed, Detail: err.Error(),
			Advice: "plug it in, name the right port, and put this user into the group dialout"}
	}
	_ = port.Close() // nothing was written
	return app.Finding{Detail: d.Reader + " opens"}
}

func (d Devices) checkPrinter(ctx context.Context) app.Finding {
	if d.Printer == "" {
		return app.Finding{Verdict: app.Doubt, Detail: "none: receipts are shown as a QR code", Advice: "name it with --printer or LIANXIN_PRINTER"}
	}
	driver, err := d.openPrinter()
	if err != nil {
		return app.Finding{Verdict: app.Failed, Detail: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	status := driver.Status(ctx)
	if !status.CanPrint() {
		return app.Finding{Verdict: app.Failed, Detail: fmt.Sprintf("%s: %s", d.Printer, status.State), Advice: "look at the printer; `lpstat -l -p` tells more"}
	}
	return app.Finding{Detail: fmt.Sprintf("%s: %s", d.Printer, status.State)}
}

// clockBound is how far a kiosk's clock may be off before dates are in doubt.
const clockBound = 2 * time.Minute

func (d DoctorCmd) checkClock(ctx context.Context) app.Finding {
	now := time.Now()
	if made, err := time.Parse(time.RFC3339, built); err == nil && now.Before(made) {
		return app.Finding{Verdict: app.Failed, Detail: now.Format(time.RFC3339) + " is before this program was made", Advice: "set the clock"}
	}
	if d.Center == "" {
		return app.Finding{Detail: now.Format(time.RFC3339)}
	}
	theirs, err := centerTime(ctx, d.Center)
	if err != nil {
		return app.Finding{Verdict: app.Doubt, Detail: err.Error(), Advice: "a kiosk works without the network; check the address if it should be there"}
	}
	return gradeClock(now.Sub(theirs))
}

func gradeClock(off time.Duration) app.Finding {
	detail := "off by " + off.Round(time.Second).String() + " from the center"
	if off.Abs() > clockBound {
		return app.Finding{Verdict: app.Doubt, Detail: detail, Advice: "set the clock; donors are served all the same, with the center's time"}
	}
	return app.Finding{Detail: detail}
}

func centerTime(ctx context.Context, center string) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(center, "/")+"/healthz", nil)
	if err != nil {
		return time.Time{}, fmt.Errorf("center: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return time.Time{}, fmt.Errorf("center: %w", err)
	}
	defer response.Body.Close()
	return http.ParseTime(response.Header.Get("Date"))
}
