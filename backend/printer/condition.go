package printer

import "strings"

// Values of printer-state (RFC 8011 §5.4.11).
const printerStopped = 5

// severity is the order in which conditions are told when there are several.
var severity = []State{Offline, Jam, CoverOpen, OutOfPaper, SupplyEmpty, Trouble, Stopped, LowPaper}

// conditions are keywords of printer-state-reasons (RFC 8011 §5.4.12 and the
// IANA registry) without their severity.
var conditions = map[string]State{
	"media-empty":                    OutOfPaper,
	"media-needed":                   OutOfPaper,
	"input-tray-missing":             OutOfPaper,
	"media-jam":                      Jam,
	"cover-open":                     CoverOpen,
	"door-open":                      CoverOpen,
	"interlock-open":                 CoverOpen,
	"offline":                        Offline,
	"shutdown":                       Offline,
	"toner-empty":                    SupplyEmpty,
	"marker-supply-empty":            SupplyEmpty,
	"marker-supply-missing":          SupplyEmpty,
	"marker-waste-full":              SupplyEmpty,
	"developer-empty":                SupplyEmpty,
	"paused":                         Stopped,
	"moving-to-paused":               Stopped,
	"spool-area-full":                Stopped,
	"media-low":                      LowPaper,
	"connecting-to-device":           Ready, // CUPS says so at the beginning of every job
	"none":                           Ready,
	"cups-waiting-for-job-completed": Ready,
}

// condition sums up a printer's state, whether it accepts jobs, and its reasons.
// A mere report or warning does not keep a printer from printing unless it has
// stopped: paper may be missing in another tray.
func condition(state int, accepting bool, reasons []string) State {
	found := map[State]bool{Stopped: !accepting || state == printerStopped}
	for _, reason := range reasons {
		found[conditionOf(reason, state != printerStopped)] = true
	}
	return gravest(found)
}

// suspicion is what reasons may mean for a job that does not come to its end:
// every report and warning taken as an error.
func suspicion(reasons []string) State {
	found := map[State]bool{}
	for _, reason := range reasons {
		found[conditionOf(reason, false)] = true
	}
	return gravest(found)
}

func gravest(found map[State]bool) State {
	for _, s := range severity {
		if found[s] {
			return s
		}
	}
	return Ready
}

// conditionOf reads one keyword. A reason without severity counts as an error
// (RFC 8011: it may be any); lenient lets reports and warnings pass.
func conditionOf(reason string, lenient bool) State {
	name, mild := reason, false
	for _, suffix := range []string{"-report", "-warning", "-error"} {
		if cut, ok := strings.CutSuffix(reason, suffix); ok {
			name, mild = cut, suffix != "-error"
		}
	}
	state, known := conditions[name]
	switch {
	case !known && strings.HasSuffix(reason, "-error"):
		return Trouble
	case !known:
		return Ready
	case state == Offline || state == Stopped || state == LowPaper || !mild || !lenient:
		return state // CUPS reports a switched-off USB printer as offline-report
	case state == OutOfPaper:
		return LowPaper
	}
	return Ready
}
