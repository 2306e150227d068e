package device

import (
	"slices"
	"time"
)

// Condition is how a device says it is. It holds nothing of anybody it served.
type Condition struct {
	Reader  Part   `json:"reader"`
	Printer Part   `json:"printer"`
	Disk    string `json:"disk,omitempty" maxLength:"20" doc:"Room for data: ok, low, full"`
	// ClockSuspect: the device's clock differs much from the center's.
	ClockSuspect bool   `json:"clock_suspect,omitempty"`
	Packs        []Held `json:"packs,omitempty" maxItems:"200" doc:"Packs it has and can work by, beside those built in"`
}

// Part is a part of a device and how it is. A newer program may know states this one
// does not; they are shown as they are.
type Part struct {
	State string `json:"state,omitempty" maxLength:"40" doc:"As get-kiosk-state says it"`
	Code  string `json:"code,omitempty" maxLength:"80" doc:"Fault code when something is wrong"`
}

// Held names a pack a device has.
type Held struct {
	ID      string `json:"id" maxLength:"80"`
	Version string `json:"version" maxLength:"40"`
}

// Equal tells whether two say the same.
func (c Condition) Equal(other Condition) bool {
	return c.Reader == other.Reader && c.Printer == other.Printer && c.Disk == other.Disk && c.ClockSuspect == other.ClockSuspect &&
		slices.Equal(c.Packs, other.Packs)
}

// Need is a reason for somebody to look at a device. Codes are stored nowhere.
type Need string

// Reasons, the gravest first, as lists show them.
const (
	Silent      Need = "silent"       // not heard of although it should be
	DeadLetters Need = "dead_letters" // holds what the center refused
	Outdated    Need = "outdated"     // speaks a protocol the center no longer does
	DiskFull    Need = "disk"
	PrinterDown Need = "printer"
	ReaderDown  Need = "reader"
	ClockWrong  Need = "clock"
	Waiting     Need = "queue"     // much is waiting there although it is heard of
	SetAside    Need = "set_aside" // could not take over something the center said
)

// Bounds of what is nobody's business yet.
const (
	// quietFor is how long a device of an open site may be silent: it says something once a minute.
	quietFor = 10 * time.Minute
	// offFor is how long a device may be switched off, as over a weekend.
	offFor = 72 * time.Hour
	// mostWaiting is how many changes wait at most at a device whose line works.
	mostWaiting = 50
)

var (
	brokenPrinter = map[string]bool{"out_of_paper": true, "low_paper": true, "jam": true, "cover_open": true, "supply_empty": true,
		"offline": true, "stopped": true, "trouble": true}
	brokenReader = map[string]bool{"absent": true, "fault": true}
)

// Report is a device with how it last said it is.
type Report struct {
	Device
	Condition Condition
	SaidAt    time.Time // zero: it never said how it is
}

// Surroundings are what a device is judged by.
type Surroundings struct {
	Now         time.Time
	SiteOpen    bool // the site of the device is open at this moment
	MinProtocol int  // oldest protocol the center speaks
}

// Needs says why somebody should look at the device, the gravest reason first; none for
// one that was revoked, and for stations' and hospitals' own systems, which call when they have something.
func (r Report) Needs(by Surroundings) []Need {
	needs := []Need{}
	if r.Status != Active || r.IsProgram() {
		return needs
	}
	silence := by.Now.Sub(r.LastSeen)
	isSilent := silence > offFor || by.SiteOpen && silence > quietFor
	c := r.Condition
	for _, reason := range []struct {
		holds bool
		need  Need
	}{
		{isSilent, Silent},
		{r.Dead > 0, DeadLetters},
		{r.Protocol != 0 && r.Protocol < by.MinProtocol, Outdated},
		{c.Disk == "low" || c.Disk == "full", DiskFull},
		{brokenPrinter[c.Printer.State], PrinterDown},
		{brokenReader[c.Reader.State], ReaderDown},
		{c.ClockSuspect, ClockWrong},
		{!isSilent && r.Pending > mostWaiting, Waiting},
		{r.SetAside > 0, SetAside},
	} {
		if reason.holds {
			needs = append(needs, reason.need)
		}
	}
	return needs
}

// Judged is a report with why somebody should look at the device.
type Judged struct {
	Report
	Needs []Need
}

// Refusal is an operation of a device that the center refused. What was in it the device
// keeps, sealed, until somebody there has dealt with it.
type Refusal struct {
	OperationID string
	Seq         int64
	Code        string
	At          time.Time
}
