package receipt

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"lianxin/backend/lang"
)

// tool runs a program of poppler-utils or qpdf. A missing program fails the
// test: without them nothing here would be shown.
func tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, errors.Bytes())
	}
	return string(out)
}

// written renders s and puts the file where tools can read it.
func written(t testing.TB, s Snapshot, layout Layout) string {
	t.Helper()
	pdf, err := Render(s, layout)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "page.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// text returns the words of a page in the order they are read.
func text(t testing.TB, s Snapshot, layout Layout) string {
	t.Helper()
	return tool(t, "pdftotext", "-raw", written(t, s, layout), "-")
}

// samples are all pages in both languages; the English ones are reprints with
// a typed document.
func samples() map[string]Snapshot {
	all := map[string]Snapshot{}
	for _, l := range []lang.Tag{lang.Chinese, lang.English} {
		for name, s := range map[string]Snapshot{
			"check-in": checkInSnapshot(l), "deferral": deferralSnapshot(l), "test": testPageSnapshot(l),
			"voucher": voucherSnapshot(l), "voucher-code": codeSnapshot(l),
			"result": resultSnapshot(l), "certificate": certificateSnapshot(l),
			"claim-decision": claimSnapshot(l), "year-card": yearCardSnapshot(l),
		} {
			if l == lang.English {
				s.Reprint = 1
				if s.CheckIn != nil {
					s.CheckIn.Donor.Typed, s.CheckIn.Slot = true, ""
				}
			}
			all[name+"-"+string(l)] = s
		}
	}
	return all
}
