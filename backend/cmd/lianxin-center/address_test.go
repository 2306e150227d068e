package main

import (
	"net"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

func TestAddressesThatLeadNowhere(t *testing.T) {
	for _, c := range []struct{ url, database, code string }{
		{"", "", ""},
		{"http://localhost:8790", "", ""},
		{"https://center.example.invalid/", "postgres://db.invalid/lianxin", ""},
		{"https://center.example.invalid", "postgresql://db.invalid/lianxin", ""},
		{"nonsense", "", "center.url"},
		{"ftp://center.example.invalid", "", "center.url"},
		{"https://", "", "center.url"},
		{"http://:8790", "", "center.url"},
		{"http://[::1", "", "center.url"},
		{"", "mysql://db.invalid/lianxin", "center.database_address"},
		{"", "lianxin.db", "center.database_address"},
	} {
		err := (Place{URL: c.url, Database: c.database}).check()
		if fault.CodeOf(err) != c.code {
			t.Errorf("%q, %q: %v", c.url, c.database, err)
		}
		if err != nil && !strings.Contains(explain(err), "→") {
			t.Errorf("%v: no next step", err)
		}
	}
}

func TestURLFollowsThePort(t *testing.T) {
	for listen, want := range map[string]string{
		"localhost:8790": defaultURL,
		"localhost:9123": "http://localhost:9123",
		"localhost:0":    defaultURL,
		":9123":          defaultURL,
		"10.0.0.7:9123":  defaultURL,
		"nonsense":       defaultURL,
	} {
		if got := reachedAt(listen); got != want {
			t.Errorf("%s: %s", listen, got)
		}
	}
}

func TestPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p := Place{Data: t.TempDir(), Demo: true}
	err = ServeCmd{Place: p, Listen: taken.Addr().String(), Metrics: "off"}.Run()
	if fault.CodeOf(err) != "center.address_taken" || !strings.Contains(explain(err), "--listen") {
		t.Errorf("%v", err)
	}
}

// What a command cannot find is said with where to look.
func TestWhatIsNotThereIsExplained(t *testing.T) {
	p := Place{Data: t.TempDir(), Demo: true}
	does(t, "begin", MigrateCmd{Place: p})
	for code, command := range map[string]interface{ Run() error }{
		"device.not_found":    DeviceRevokeCmd{p, "nobody"},
		"enrolment.not_found": EnrollRefuseCmd{p, "nothing"},
	} {
		if err := command.Run(); fault.CodeOf(err) != code || !strings.Contains(explain(err), "→") {
			t.Errorf("%s: %v", code, err)
		}
	}
}
