package command

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"lianxin/app"
)

// cupsConfig is where CUPS says what it keeps of printed jobs.
const cupsConfig = "/etc/cups/cupsd.conf"

// checkSpool tells whether a CUPS queue keeps what it printed: a receipt holds a
// masked name, and a kiosk's disk must not collect them.
func (d Devices) checkSpool(context.Context) app.Finding { return d.spool(cupsConfig) }

func (d Devices) spool(config string) app.Finding {
	address, err := url.Parse(d.Printer)
	if err != nil || !strings.HasPrefix(address.Path, "/printers/") {
		return app.Finding{Detail: "no CUPS queue: nothing is spooled on this machine"}
	}
	const advice = "run there: cupsctl PreserveJobFiles=No PreserveJobHistory=No"
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
	for _, name := range []string{"PreserveJobFiles", "PreserveJobHistory"} {
		switch said[strings.ToLower(name)] {
		case "no", "off", "false", "0":
		default: // CUPS keeps files for a day and the history for ever when nothing is said
			return app.Finding{Verdict: app.Doubt, Detail: fmt.Sprintf("CUPS keeps printed receipts: %s does not say `%s No`", config, name), Advice: advice}
		}
	}
	return app.Finding{Detail: "CUPS keeps nothing that was printed"}
}
