package node

import (
	"bytes"
	"log/slog"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	document "lianxin/backend/identity"
)

// A sign that no typeface has (a private-use one, as old cards carry them) is
// named on the paper and in the visit at the center; the log only counts.
func TestACharacterThatCannotBePrintedIsNamedForStaff(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	doc := document.WithCheck("11019920100304902") // a child: the way ends at the gate, with a slip
	born, _ := doc.BirthDate()
	person := document.Person{Name: "测试\U000F1234", Document: doc, Born: born, Sex: doc.Sex()}
	b.must("POST", "/kiosk/session", map[string]string{"language": "en"}, &checkin.Session{})
	if _, err := b.node.checkin.IdentifyCard(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	var s checkin.Session
	b.must("POST", "/kiosk/session/purpose", checkin.Purpose{Choice: &checkin.Choice{Product: donation.WholeBlood, VolumeML: 200}}, &s)
	if s.Step != checkin.StepDeferred {
		t.Fatalf("at %s", s.Step)
	}
	b.must("POST", "/kiosk/session/print", nil, &s)
	b.node.checkin.Wait()
	papers, err := filepath.Glob(filepath.Join(b.prints, "*.pdf"))
	if err != nil || len(papers) != 1 {
		t.Fatalf("%d papers (%v)", len(papers), err)
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", papers[0], "-").Output()
	if err != nil || !strings.Contains(string(text), "U+F1234") || !strings.Contains(string(text), "〓") {
		t.Errorf("the paper says (%v): %s", err, text)
	}
	b.until("an empty queue", func(s api.KioskState) bool { return s.Pending == 0 && s.DeadLetters == 0 })
	kept, err := b.node.store.VisitsAt(t.Context(), testSite, b.center.Today())
	if err != nil || len(kept) != 1 {
		t.Fatalf("%d visits kept (%v)", len(kept), err)
	}
	there, err := b.center.Store().Visit(t.Context(), kept[0].ID)
	if err != nil || !slices.Equal(there.Unprintable, []string{"U+F1234"}) {
		t.Errorf("the center's visit says %q (%v)", there.Unprintable, err)
	}
	var log bytes.Buffer
	counted := paper{node: &Node{config: Config{Log: slog.New(slog.NewTextHandler(&log, nil))}}}
	if codes := counted.Unprintable(person.Name); !slices.Equal(codes, []string{"U+F1234"}) {
		t.Errorf("named %q", codes)
	}
	if got := log.String(); !strings.Contains(got, "count=1") || strings.Contains(got, "测") || strings.Contains(got, "F1234") {
		t.Errorf("the log says %s", got)
	}
}
