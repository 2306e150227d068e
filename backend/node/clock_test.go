package node

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/api"
)

// TestAWrongClockIsCorrectedByTheCenter starts kiosks that believe in another
// year: they are enrolled, get online, and decide by the right day.
func TestAWrongClockIsCorrectedByTheCenter(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]time.Duration{
		"ten years behind": -10 * 365 * 24 * time.Hour,
		"ten years ahead":  10 * 365 * 24 * time.Hour,
		"five minutes off": 5 * time.Minute,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBenchAt(t, func() time.Time { return time.Now().Add(off) })
			b.enrol(testSite)
			s := b.until("the right day", func(s api.KioskState) bool { return s.Today == b.center.Today().String() })
			if !s.ClockSuspect {
				t.Error("nobody is told that the clock is wrong")
			}
			b.checkIn(b.booked(0))
			b.until("an empty queue", func(s api.KioskState) bool { return s.Pending == 0 && s.DeadLetters == 0 })
			visits, err := b.center.Store().VisitsAt(t.Context(), testSite, b.center.Today())
			if err != nil || len(visits) != 1 {
				t.Fatalf("%d visits today at the center (%v), want 1", len(visits), err)
			}
			kept := visits[0].At.Add(visits[0].ClockOffset)
			if d := time.Since(kept).Abs(); d > time.Minute {
				t.Errorf("device time and offset give %v, %v off", kept, d)
			}
		})
	}
}

// authority makes a certificate for 127.0.0.1 that is its own authority.
func authority(t *testing.T, from, until time.Time) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: from, NotAfter: until}
	made, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(made)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{made}, PrivateKey: key}}}, roots
}

// A kiosk whose battery died is enrolled over TLS and serves people. Set to another
// year while it runs, and started again there, it goes on by the right day.
func TestEnrolmentOverTLSWithTheClockIn1970(t *testing.T) {
	t.Parallel()
	over, roots := authority(t, time.Now().Add(-time.Hour), time.Now().Add(60*24*time.Hour))
	var off atomic.Int64
	off.Store(int64(time.Until(time.Unix(3600, 0))))
	b := newCenterAt(t, func() time.Time { return time.Now().Round(0).Add(time.Duration(off.Load())) }, over)
	data := t.TempDir()
	b.openAs(Config{Data: data, Roots: roots, Built: time.Now().AddDate(-1, 0, 0)})
	b.enrol(testSite)
	right := func(s api.KioskState) bool { return s.Online && s.Today == b.center.Today().String() && s.ClockSuspect }
	b.until("the right day", right)
	b.checkIn(b.booked(0))
	b.until("an empty queue", func(s api.KioskState) bool { return s.Pending == 0 && s.DeadLetters == 0 })

	off.Store(int64(time.Until(time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC))))
	b.checkIn(b.booked(1))
	b.until("an empty queue after the clock was set", func(s api.KioskState) bool { return right(s) && s.Pending == 0 && s.DeadLetters == 0 })
	visits, err := b.center.Store().VisitsAt(t.Context(), testSite, b.center.Today())
	if err != nil || len(visits) != 2 {
		t.Fatalf("%d visits today at the center (%v), want 2", len(visits), err)
	}
	for _, v := range visits {
		if d := time.Since(v.At.Add(v.ClockOffset)).Abs(); d > time.Minute {
			t.Errorf("device time and offset are %v off", d)
		}
	}
	if err := b.node.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.openAs(Config{Data: data, Roots: roots, Built: time.Now().AddDate(-1, 0, 0)})
	b.until("the line after a start", right)
}

// An enrolment that a clock in 2040 makes impossible says what to do.
func TestEnrolmentOverTLSWithTheClockIn2040(t *testing.T) {
	t.Parallel()
	over, roots := authority(t, time.Now().Add(-time.Hour), time.Now().Add(60*24*time.Hour))
	b := newCenterAt(t, func() time.Time { return time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC) }, over)
	b.openAs(Config{Data: t.TempDir(), Roots: roots})
	_, invitation, err := b.center.Invite(t.Context(), "一层大厅 1号机", "kiosk", testSite, "test", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := invitation.Encode()
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.node.Enrol(t.Context(), api.EnrolInput{Payload: payload})
	if err == nil || !strings.HasPrefix(err.Error(), "sync.certificate_time") {
		t.Errorf("%v", err)
	}
}

// A center that suddenly believes in another year is reported, once, and the kiosk
// stays in its day.
func TestAnAbsurdCenterDoesNotMoveTheDay(t *testing.T) {
	t.Parallel()
	b := newCenterAt(t, time.Now, nil)
	var log bytes.Buffer
	absurd := &rewritten{RoundTripper: b.line, from: []byte(`"now":"` + time.Now().UTC().Format("2006-")), to: []byte(`"now":"2011-`)}
	b.openAs(Config{Data: t.TempDir(), HTTP: &http.Client{Transport: absurd}, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Built: time.Now().AddDate(-1, 0, 0)})
	b.enrol(testSite)
	absurd.on.Store(true)
	b.node.replica.Made()
	state := b.until("doubt", func(s api.KioskState) bool { return s.ClockSuspect })
	if state.Today != b.center.Today().String() || !state.Online {
		t.Errorf("the kiosk is at %s: %+v", state.Today, state)
	}
	absurd.on.Store(false)
	b.node.replica.Made()
	b.until("no doubt", func(s api.KioskState) bool { return !s.ClockSuspect })
	if err := b.node.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "sync.center_clock"); n != 1 {
		t.Errorf("logged %d times", n)
	}
}
