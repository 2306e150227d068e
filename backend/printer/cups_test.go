package printer

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cups is Debian's print server with one queue to a printer, as a kiosk has it.
type cups struct {
	uri   string
	spool string
	stop  func() // it writes down what it keeps and ends
}

// startCUPS starts it with a folder of its own; settings are lines of cupsd.conf.
func startCUPS(t *testing.T, to *eve, settings ...string) cups {
	t.Helper()
	dir := t.TempDir()
	to.must(os.Chmod(filepath.Dir(dir), 0o755)) // what sends to the printer runs under an account of its own
	port := freePort(t)
	c := cups{uri: fmt.Sprintf("ipp://127.0.0.1:%d/printers/receipts", port), spool: filepath.Join(dir, "spool")}
	write := func(name string, lines ...string) {
		to.must(os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	}
	for _, name := range []string{"spool", "spool/tmp", "cache", "state"} {
		to.must(os.MkdirAll(filepath.Join(dir, name), 0o755))
	}
	write("cupsd.conf", append(settings, fmt.Sprintf("Listen 127.0.0.1:%d", port), "Browsing No", "LogLevel warn",
		"<Location />", "Order allow,deny", "Allow from localhost", "</Location>",
		"<Policy default>", "<Limit All>", "Order deny,allow", "</Limit>", "</Policy>")...)
	write("cups-files.conf", "ServerRoot "+dir, "RequestRoot "+c.spool, "TempDir "+c.spool+"/tmp", "CacheDir "+dir+"/cache", "StateDir "+dir+"/state",
		"AccessLog "+dir+"/access", "ErrorLog "+dir+"/errors", "PageLog "+dir+"/pages")
	write("printers.conf", "<Printer receipts>", "DeviceURI "+to.uri, "State Idle", "Accepting Yes", "</Printer>")
	cmd := exec.Command("/usr/sbin/cupsd", "-f", "-c", filepath.Join(dir, "cupsd.conf"), "-s", filepath.Join(dir, "cups-files.conf"))
	to.must(cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	c.stop = func() { _ = cmd.Process.Signal(syscall.SIGTERM); <-ended }
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if log, _ := os.ReadFile(filepath.Join(dir, "errors")); t.Failed() {
			t.Logf("cupsd says:\n%s", log)
		}
	})
	for {
		if answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/", port)); err == nil {
			_ = answer.Body.Close()
			return c
		}
		select {
		case <-ended:
			t.Fatal("cupsd did not start")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// A kiosk's CUPS, set as docs/kiosk.md says, tells how a job ended and has nothing of
// it then, whether it was printed or the kiosk took it back.
func TestCUPSKeepsNothing(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	c := startCUPS(t, e, "PreserveJobFiles No", "PreserveJobHistory Yes")
	p := newIPP(t, c.uri, IPPOptions{})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	if files := holding(t, c.spool); len(files) != 1 {
		t.Errorf("while it waits it lies in %v", files)
	}
	e.order("print")
	expect(t, <-done, Printed, "")
	if files := holding(t, c.spool); len(files) != 0 {
		t.Errorf("once it is printed there is still %v", files)
	}

	ctx, leave := context.WithCancel(t.Context())
	left := make(chan Outcome, 1)
	go func() { left <- p.Print(ctx, aJob("receipt-2")) }()
	e.begun()
	leave()
	expect(t, <-left, Failed, "printer.withdrawn")
	c.stop()
	if files := holding(t, c.spool); len(files) != 0 {
		t.Errorf("once it is taken back there is still %v", files)
	}
}
