package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/app"
)

func TestSpool(t *testing.T) {
	const queue = "ipp://localhost:631/printers/receipts"
	for name, c := range map[string]struct {
		printer, config string
		want            app.Verdict
	}{
		"no printer":       {"", "", app.Sound},
		"a folder":         {"folder:prints", "", app.Sound},
		"driverless":       {"ipp://10.0.0.9/ipp/print", "", app.Sound},
		"nothing said":     {queue, "Listen localhost:631\n", app.Doubt},
		"no config at all": {queue, "", app.Doubt},
		"only files":       {queue, "PreserveJobFiles No\n", app.Sound},
		"both":             {queue, "preservejobfiles  Off\nPreserveJobHistory Yes\n", app.Sound},
		"an hour's jobs":   {queue, "PreserveJobFiles No\nPreserveJobHistory 1h\n", app.Sound},
		"forgets all":      {queue, "PreserveJobFiles No\nPreserveJobHistory No\n", app.Doubt},
		"for a day":        {queue, "PreserveJobFiles 1d\n", app.Doubt},
		"a comment":        {queue, "#PreserveJobFiles No\n", app.Doubt},
		"the last counts":  {queue, "PreserveJobFiles No\nPreserveJobFiles Yes\n", app.Doubt},
		"another machine":  {"ipp://10.0.0.9:631/printers/receipts", "PreserveJobFiles No\n", app.Doubt},
	} {
		path := filepath.Join(t.TempDir(), "cupsd.conf")
		if c.config != "" {
			if err := os.WriteFile(path, []byte(c.config), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := (Devices{Printer: c.printer}).spool(path)
		if got.Verdict != c.want || (got.Verdict == app.Doubt) != strings.Contains(got.Advice, "cupsctl PreserveJobFiles=No PreserveJobHistory=Yes") {
			t.Errorf("%s: %+v, want verdict %d", name, got, c.want)
		}
	}
}
