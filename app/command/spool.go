package command

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"lianxin/app"
)

// cupsConfig is where CUPS says what it keeps of printed jobs.
const cupsConfig = "/etc/cups/cupsd.conf"

// checkSpool tells whether a CUPS queue keeps what it printed: a receipt holds a
// masked name, and a kiosk's disk must not collect them. How a job ended has to be kept
// for a while; it names nobody.
func (d Devices) checkSpool(context.Context) app.Finding { return d.spool(cupsConfig) }

func (d Devices) spool(config string) app.Finding {
	address, err := url.Parse(d.Printer)
	if err != nil || !strings.HasPrefix(address.Path, "/printers/") {
		return app.Finding{Detail: "no CUPS queue: nothing is spooled on this machine"}
	}
	const advice = "run there: cupsctl PreserveJobFiles=No PreserveJobHistory=Yes"
	if host := address.Hostname(); host != "localhost" && host != "127.0.0.1" && host != "::1" {
		return app.Finding{Verdict: app.Doubt, Detail: "what CUPS keeps on " + host + " cannot be seen from here", Advice: advice}
	}
	file, err := os.Open(config)
	if err != nil {
		return app.Finding{Verdict: app.Doubt, Detail: "what CUPS keeps cannot be seen: " + err.Error(), Advice: advice}
	}
	defer file.Close()
	said := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) == 2 {
			said[strings.ToLower(words[0])] = strings.ToLower(words[1])
		}
	}
	if !isOff(said["preservejobfiles"]) { // CUPS keeps files for a day when nothing is said
		return app.Finding{Verdict: app.Doubt, Detail: fmt.Sprintf("CUPS keeps printed receipts: %s does not say `PreserveJobFiles No`", config), Advice: advice}
	}
	// What CUPS forgets at once, nobody can ask how it ended: every receipt would count as lost.
	if isOff(said["preservejobhistory"]) {
		return app.Finding{Verdict: app.Doubt, Detail: fmt.Sprintf("CUPS forgets how a job ended: %s says `PreserveJobHistory No`", config), Advice: advice}
	}
	return app.Finding{Detail: "CUPS keeps nothing that was printed"}
}

// isOff tells whether CUPS reads a word as no.
func isOff(word string) bool { return slices.Contains([]string{"no", "off", "false", "0"}, word) }
