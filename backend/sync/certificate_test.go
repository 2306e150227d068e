package sync_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// signed returns a certificate for 127.0.0.1 that holds between two times, and
// the authority that signed it.
func signed(t *testing.T, from, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: from.Add(-10 * year), NotAfter: until.Add(30 * year)}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: from, NotAfter: until, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	var made [2][]byte
	for i, template := range []*x509.Certificate{authority, leaf} {
		if made[i], err = x509.CreateCertificate(rand.Reader, template, authority, &key.PublicKey, key); err != nil {
			t.Fatal(err)
		}
	}
	root, err := x509.ParseCertificate(made[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(root)
	return tls.Certificate{Certificate: [][]byte{made[1]}, PrivateKey: key}, roots
}

// serveTLS answers over TLS with a certificate, and echoes what was sent.
func serveTLS(t *testing.T, certificate tls.Certificate) string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are what is tested
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// asked sends something over TLS and returns the code of the failure.
func asked(t *testing.T, address string, client *http.Client) string {
	t.Helper()
	var out map[string]string
	err := sync.Ask(t.Context(), client, http.MethodPost, address, nil, map[string]string{"said": "test"}, &out)
	if err == nil && out["said"] != "test" {
		t.Errorf("the body did not arrive: %v", out)
	}
	return fault.CodeOf(err)
}

// A certificate that holds today, and devices that believe in another year.
func TestCertificateIsJudgedByWhatIsKnownOfTheTime(t *testing.T) {
	today := time.Now()
	const broken = -56 * year // 1970
	const ahead = 14 * year   // 2040
	fresh, old := [2]time.Duration{-day, 60 * day}, [2]time.Duration{-90 * day, -day}
	for name, c := range map[string]struct {
		holds [2]time.Duration // from and until
		own   time.Duration    // the device's clock
		built time.Duration    // how long ago the program was made; 0: not known
		heard time.Duration    // when the center was heard last, before a restart; 0: never
		shift time.Duration    // its clock minus the device's then
		want  string
	}{
		"right clock":          {holds: fresh},
		"right clock, expired": {holds: old, want: "sync.certificate_time"},
		"1970, program younger than the certificate":       {holds: fresh, own: broken, built: -time.Hour},
		"1970, heard yesterday":                            {holds: fresh, own: broken, built: -year, heard: -time.Hour},
		"1970, certificate younger than all that is known": {holds: fresh, own: broken, built: -year, heard: -30 * day},
		"1970, nothing known":                              {holds: fresh, own: broken},
		"1970, expired before the program was made":        {holds: old, own: broken, built: -time.Hour, want: "sync.certificate_time"},
		"1970, expired before the center was last heard":   {holds: old, own: broken, heard: -time.Hour, want: "sync.certificate_time"},
		"2040 as before, center heard":                     {holds: fresh, own: ahead, heard: -time.Hour, shift: -ahead},
		"2040 as before, center heard, expired":            {holds: old, own: ahead, heard: -time.Hour, shift: -ahead, want: "sync.certificate_time"},
		"2040 suddenly":                                    {holds: fresh, own: ahead, heard: -time.Hour, want: "sync.certificate_time"},
		"2040, never heard":                                {holds: fresh, own: ahead, built: -time.Hour, want: "sync.certificate_time"},
	} {
		certificate, roots := signed(t, today.Add(c.holds[0]), today.Add(c.holds[1]))
		w := &watch{wall: today.Add(c.own)}
		var built time.Time
		if c.built != 0 {
			built = today.Add(c.built)
		}
		clock := w.clock(built)
		if c.heard != 0 {
			sync.Restore(clock, today.Add(c.heard), c.shift)
		}
		equal(t, name, asked(t, serveTLS(t, certificate), sync.NewHTTPClient(clock, roots)), c.want)
	}
}

// Once the center has spoken, the clock may be set to anything: the next
// connection is judged by the center's word.
func TestCertificateAfterTheClockWasSet(t *testing.T) {
	today := time.Now()
	certificate, roots := signed(t, today.Add(-day), today.Add(60*day))
	address := serveTLS(t, certificate)
	for name, own := range map[string]time.Duration{"2040": 14 * year, "1970": -56 * year} {
		w := &watch{wall: today}
		clock := w.clock(time.Time{})
		if err := sync.Hear(clock, today, 0, false); err != nil {
			t.Fatal(err)
		}
		w.wall = today.Add(own)
		equal(t, name, asked(t, address, sync.NewHTTPClient(clock, roots)), "")
	}
}

// A wrong clock is no way around the authority or the name.
func TestAWrongClockLetsNobodyElseIn(t *testing.T) {
	today := time.Now()
	certificate, _ := signed(t, today.Add(-day), today.Add(60*day))
	_, others := signed(t, today.Add(-day), today.Add(60*day))
	_, roots := signed(t, today, today)
	address := serveTLS(t, certificate)
	for _, pool := range []*x509.CertPool{others, roots, nil} {
		for name, own := range map[string]time.Duration{"now": 0, "1970": -56 * year, "2040": 14 * year} {
			w := &watch{wall: today.Add(own)}
			clock := w.clock(time.Time{})
			sync.Restore(clock, today.Add(-time.Hour), -own)
			equal(t, name, asked(t, address, sync.NewHTTPClient(clock, pool)), "sync.unreachable")
		}
	}
	certificate, roots = signed(t, today.Add(-day), today.Add(60*day))
	w := &watch{wall: today.Add(-56 * year)}
	named := strings.Replace(serveTLS(t, certificate), "127.0.0.1", "localhost", 1)
	equal(t, "another name", asked(t, named, sync.NewHTTPClient(w.clock(time.Time{}), roots)), "sync.unreachable")
}

func TestCertificateFailureEndsWithItsCaller(t *testing.T) {
	today := time.Now()
	certificate, roots := signed(t, today.Add(-90*day), today.Add(-day))
	address := serveTLS(t, certificate)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := &watch{wall: today}
	err := sync.Ask(ctx, sync.NewHTTPClient(w.clock(today), roots), http.MethodGet, address, nil, nil, nil)
	equal(t, "cancelled", err, context.Canceled)
}
