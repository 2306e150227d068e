package app

import (
	"net"
	"path/filepath"
	"testing"
	"time"
)

func TestSupervisorHearsStates(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	listener, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("NOTIFY_SOCKET", socket)
	if err := notifySupervisor("READY=1"); err != nil {
		t.Fatal(err)
	}
	if err := listener.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	heard := make([]byte, 64)
	n, err := listener.Read(heard)
	if err != nil || string(heard[:n]) != "READY=1" {
		t.Fatalf("heard %q, %v", heard[:n], err)
	}
}

func TestNoSupervisor(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	if err := notifySupervisor("READY=1"); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "nobody"))
	if err := notifySupervisor("READY=1"); err == nil {
		t.Fatal("a supervisor that is not there was told")
	}
}
