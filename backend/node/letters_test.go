package node

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	document "lianxin/backend/identity"
	"lianxin/backend/letter"
	"lianxin/backend/outbox"
	"lianxin/backend/token"
	"lianxin/backend/visit"
)

// refusals makes operations the center has to refuse: what they hold does not
// hold together. They travel like any other.
func (b *bench) refusals(n int) []outbox.Operation {
	b.t.Helper()
	doc := document.WithCheck("11019919900304902")
	var ops []outbox.Operation
	for range n {
		v := visit.Visit{ID: b.node.config.NewID(), DeviceID: b.node.place().DeviceID, SiteID: b.node.place().SiteID, Outcome: visit.Waiting,
			Ticket: "A099", Source: visit.Card, DonorKey: "k", Day: calendar.Of(b.now()), Product: donation.Product("blood_of_dragons"),
			Person:    document.Person{Name: "欧阳测试", Document: doc},
			Screening: &visit.Screening{Exclusion: consent.Discard}}
		op, err := outbox.New(b.node.config.NewID(), outbox.VisitCheckedIn, b.now(), v)
		if err == nil {
			op, err = b.node.store.AppendOperation(b.t.Context(), op)
		}
		if err != nil {
			b.t.Fatal(err)
		}
		ops = append(ops, op)
	}
	b.node.made(nil)
	b.until("refused", func(s api.KioskState) bool { return s.Pending == 0 && s.DeadLetters == int64(n) })
	return ops
}

func TestStaffDealWithWhatTheCenterRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	ops := b.refusals(2)
	pin := map[string]string{"pin": "135790"}

	var panel api.OperatorPanel
	b.must("POST", "/kiosk/operator", pin, &panel)
	if len(panel.DeadLetters) != 2 || panel.DeadLetters[0].ID != ops[1].ID {
		t.Fatalf("the panel shows %+v", panel.DeadLetters)
	}
	l := panel.DeadLetters[0]
	if l.Code != "visit.malformed" || l.Ticket != "A099" || l.NameMasked != "欧阳*试" || strings.Contains(l.DocumentMasked, "19900304") {
		t.Errorf("a letter is shown as %+v", l)
	}

	var made api.LetterExport
	b.must("POST", "/kiosk/operator/letters/export", pin, &made)
	file, err := os.ReadFile(made.File)
	if err != nil || made.Count != 2 || filepath.Dir(made.File) != filepath.Join(b.node.config.Data, "letters") {
		t.Fatalf("exported %+v (%v)", made, err)
	}
	if info, err := os.Stat(made.File); err != nil || info.Mode().Perm() != 0o600 || bytes.Contains(file, []byte("测试")) {
		t.Errorf("the file is open to others: %v (%v)", info.Mode(), err)
	}
	grant := b.node.identity.Load().Grant
	for what, shared := range map[string][]byte{"gate key": grant.GateKey, "letter key": grant.LetterKey} {
		with, err := letter.NewKey(shared)
		if err != nil {
			t.Fatal(err)
		}
		mine, err := b.node.identity.Load().key()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := letter.Open(with, func(string) (token.PublicKey, error) { return mine.Public(), nil }, file); fault.CodeOf(err) != "letter.not_genuine" {
			t.Errorf("another kiosk opens it with the %s: %v", what, err)
		}
	}
	bundle, err := b.center.OpenLetters(t.Context(), file, "terminal")
	if err != nil || len(bundle.Letters) != 2 || bundle.DeviceID != b.node.place().DeviceID {
		t.Fatalf("the center reads %+v (%v)", bundle, err)
	}
	if body := string(bundle.Letters[0].Payload); !strings.Contains(body, "欧阳测试") || strings.Contains(body, string(consent.Discard)) {
		t.Errorf("the center shows %s", body)
	}
	if _, err := newBench(t).center.OpenLetters(t.Context(), file, "terminal"); fault.CodeOf(err) != "device.not_found" {
		t.Errorf("another center: %v", err)
	}

	settle := "/kiosk/operator/letters/" + ops[1].ID + "/settle"
	if status := b.ask("POST", settle, api.LetterSettled{PIN: "000000", By: "1024"}, nil); status != 403 {
		t.Errorf("a wrong PIN: %d", status)
	}
	b.must("POST", settle, api.LetterSettled{PIN: "135790", By: "1024"}, nil)
	if status := b.ask("POST", settle, api.LetterSettled{PIN: "135790", By: "1025"}, nil); status != 404 {
		t.Errorf("a second time: %d", status)
	}
	b.must("POST", "/kiosk/operator", pin, &panel)
	if len(panel.DeadLetters) != 1 || panel.State.DeadLetters != 1 || len(panel.Settled) != 1 || panel.Settled[0].SettledBy != "1024" {
		t.Errorf("afterwards %+v", panel)
	}
	b.until("the center hears the count", func(api.KioskState) bool {
		d, err := b.center.Store().Device(t.Context(), b.node.place().DeviceID)
		return err == nil && d.Dead == 1
	})
}

// The terminal sees the same letters while the kiosk is closed, and keeps what was noted.
func TestLettersAtTheTerminal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	ops := b.refusals(1)
	data := b.node.config.Data
	if err := b.node.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	open := func() *Letters {
		l, err := OpenLetters(context.Background(), Config{Data: data, Demo: true, Now: b.now})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := open()
	if all, err := l.List(t.Context(), false); err != nil || len(all) != 1 || all[0].ID != ops[0].ID {
		t.Fatalf("listed %+v (%v)", all, err)
	}
	if err := l.Settle(t.Context(), ops[0].ID, ""); fault.CodeOf(err) != "letter.by_missing" {
		t.Errorf("by nobody: %v", err)
	}
	if path, n, err := l.Export(t.Context(), t.TempDir()); err != nil || n != 1 || path == "" {
		t.Errorf("exported %d to %s (%v)", n, path, err)
	}
	if err := l.Settle(t.Context(), ops[0].ID, "工号1024"); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = open()
	if all, err := l.List(t.Context(), true); err != nil || len(all) != 1 || all[0].SettledBy != "工号1024" || all[0].SettledAt.IsZero() {
		t.Errorf("kept %+v (%v)", all, err)
	}
	if _, _, err := l.Export(t.Context(), ""); fault.CodeOf(err) != "letter.none" {
		t.Errorf("nothing to export: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// Between a new code and its approval a revoked kiosk has no enrolment; what was
// refused before is exported under the one it had, and the center reads it.
func TestLettersAreExportedWhileAnEnrolmentAnewIsPending(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	fresh := b.node.letters()
	if _, _, err := fresh.Export(t.Context(), ""); fault.CodeOf(err) != "kiosk.unenrolled" {
		t.Errorf("never enrolled: %v", err)
	}
	b.enrol(testSite)
	ops, was := b.refusals(1), b.node.place().DeviceID
	if err := b.center.Revoke(t.Context(), was, api.Caller{StaffID: "terminal"}); err != nil {
		t.Fatal(err)
	}
	b.until("the kiosk to be revoked", func(s api.KioskState) bool { return s.Phase == phaseRevoked })
	_, invitation, err := b.center.Invite(t.Context(), "一层大厅 1号机", "kiosk", testSite, "test", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := invitation.Encode()
	if err != nil {
		t.Fatal(err)
	}
	b.must("POST", "/kiosk/enrolment", api.EnrolInput{Payload: payload}, nil)
	b.until("a pending enrolment", func(s api.KioskState) bool { return s.Phase == phasePending })

	var made api.LetterExport
	b.must("POST", "/kiosk/operator/letters/export", map[string]string{"pin": "135790"}, &made)
	file, err := os.ReadFile(made.File)
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := b.center.OpenLetters(t.Context(), file, "terminal")
	if err != nil || len(bundle.Letters) != 1 || bundle.DeviceID != was || bundle.Letters[0].ID != ops[0].ID {
		t.Errorf("the center reads %+v (%v)", bundle, err)
	}
}
